/** The walk over a stream that applies the rewriting rules where their place is. */

import { readArguments, rewriteArguments } from "./arguments.ts";
import { rewriteAsm } from "./asm.ts";
import { Context, isCallable, Place } from "./context.ts";
import { rewriteDirective } from "./directives.ts";
import { Directive, Kind } from "./lexer.ts";
import {
	beginsItem,
	endMacro,
	rewriteAnnotation,
	rewriteBlockMacro,
	rewriteDeclares,
	rewriteDefiner,
	rewriteGroup,
	rewriteMember,
	rewritePadding,
	rewriteTypeMacro,
} from "./statements.ts";
import type { Stream } from "./stream.ts";
import { isLoopMacro, Word } from "./words.ts";

const OPEN = 40;
/** No literal has more macros in front of it. */
const MAX_PREFIXES = 16;

function isCall(stream: Stream, i: number): boolean {
	return stream.kind[i] === Kind.name && isCallable(stream.what[i] ?? 0) && stream.isPunct(stream.next(i), OPEN);
}

/** A name and `(` at the beginning of an item. */
function rewriteItem(stream: Stream, at: number, context: Context): void {
	const open = stream.next(at);
	const close = stream.match[open] ?? -1;
	if (close < 0) return;
	const next = stream.next(close);
	const { place } = context;
	if (stream.what[at] === Word.declares) {
		if (place === Place.file || place === Place.struct || !stream.isPunct(next, 123)) rewriteDeclares(stream, at, open);
		return;
	}
	if (stream.isPunct(next, 123)) {
		if (place === Place.block) rewriteBlockMacro(stream, at, open);
		else if (place === Place.file) rewriteDefiner(stream, at, open);
		return;
	}
	const typed = stream.isName(next) && !stream.breaks(close, next) && readArguments(stream, open).length > 1;
	if (place === Place.struct && typed) rewriteTypeMacro(stream, at, close);
	else if (place === Place.struct) {
		if (stream.what[at] === Word.group) rewriteGroup(stream, at, open);
		else if (stream.isPunct(next, 59)) rewriteMember(stream, at, open);
		else if (beginsItem(stream, next) && stream.breaks(close, next)) {
			rewriteMember(stream, at, open);
			endMacro(stream, at, open, next);
		}
	}
	if (place === Place.struct) return;
	if (stream.isPunct(next, 59)) {
		dropStorage(stream, at, open);
		return;
	}
	if (stream.isPunct(next, 61) && stream.isPunct(stream.next(next), 123) && readArguments(stream, open).length > 1) {
		rewriteMember(stream, at, open);
		return;
	}
	if (stream.isName(next) && !stream.breaks(close, next) && !isLoopMacro(stream.textAt(at))) {
		const after = stream.next(next);
		if ([59, 61, 44, 91].some((code) => stream.isPunct(after, code))) {
			rewriteTypeMacro(stream, at, close);
			return;
		}
	}
	const statement = beginsItem(stream, next) || (place === Place.block && (stream.isPunct(next, 40) || stream.kind[next] === Kind.number));
	if (!statement) return;
	if (place === Place.block && isLoopMacro(stream.textAt(at)) && next < stream.length && !stream.isPunct(next, 125)) {
		rewriteBlockMacro(stream, at, open);
	} else if (stream.breaks(close, next) || stream.isPunct(next, 125) || next >= stream.length) {
		if (!stream.isPunct(next, 40)) endMacro(stream, at, open, next);
	}
}

/** `static DEFINE_X(a, b);` is no declaration to the grammar: the `static` goes. */
function dropStorage(stream: Stream, at: number, open: number): void {
	const list = readArguments(stream, open);
	const single = list.length === 1 && list.every(([from, to]) => stream.isName(from) && stream.next(from) >= to);
	if (single) return;
	for (let i = stream.previous(at); i >= 0 && stream.kind[i] === Kind.name && stream.what[i] === Word.storage; i = stream.previous(i))
		stream.drop(i);
}

/** `static const DEFINE_X(a, b);` at the beginning of an item: `static const` goes, so that the macro begins it. */
function dropQualifiers(stream: Stream, at: number): void {
	let name = at;
	let qualified = false;
	while (stream.kind[name] === Kind.name && (stream.what[name] === Word.storage || isQualifier(stream, name))) {
		qualified ||= stream.what[name] !== Word.storage;
		name = stream.next(name);
	}
	if (!qualified || !isCall(stream, name) || stream.what[name] === Word.declares) return;
	const open = stream.next(name);
	const close = stream.match[open] ?? -1;
	if (close < 0 || !stream.isPunct(stream.next(close), 59) || readArguments(stream, open).length < 2) return;
	for (let i = at; i < name; i = stream.next(i)) stream.drop(i);
}

function isQualifier(stream: Stream, i: number): boolean {
	return stream.what[i] === Word.type && /^(?:const|volatile)$/.test(stream.textAt(i));
}

/** A literal's neighbours: `"a" MACRO(x) "b"`, `MACRO PREFIX "a"` become concatenations that the grammar takes. */
function rewriteNeighbours(stream: Stream, at: number): void {
	for (let next = stream.next(at); isCall(stream, next); next = stream.next(next)) {
		const close = stream.match[stream.next(next)] ?? -1;
		if (close < 0) return;
		stream.joinName(next, close + 1);
		while (stream.kind[stream.next(next)] === Kind.string) next = stream.next(next);
	}
}

/** Names and calls in front of a literal, inside parentheses or an initializer: joined to the one name that the grammar takes. */
function rewriteBeforeString(stream: Stream, at: number): void {
	let last = at;
	let end = at;
	for (let n = 0; n < MAX_PREFIXES && last < stream.length && stream.isName(last); n++) {
		const next = stream.next(last);
		end = stream.isPunct(next, OPEN) ? (stream.match[next] ?? -1) : last;
		if (end < 0) return;
		const after = stream.next(end);
		if (stream.kind[after] === Kind.string) {
			if (end > at) stream.joinName(at, end + 1);
			return;
		}
		last = after;
	}
}

function rewriteTypeof(stream: Stream, at: number): void {
	const open = stream.next(at);
	const close = stream.match[open] ?? -1;
	if (!stream.isPunct(open, OPEN) || close < 0) return;
	const [start, end] = [stream.start[at] ?? 0, stream.end[at] ?? 0];
	/* a tag behind `struct`, inside what goes: asked for before it has gone */
	const tag = end - start > 7 ? end - 1 : (stream.start[stream.next(open)] ?? end + 1);
	stream.mark(at, close, "typeof");
	for (let i = stream.next(at); i <= close; i = stream.next(i)) stream.drop(i);
	stream.sheet.write(start, end, "struct");
	stream.sheet.put(tag, 116);
	stream.what[at] = Word.type;
}

function rewriteOffsetof(stream: Stream, at: number): void {
	const open = stream.next(at);
	if (!stream.isPunct(open, OPEN)) return;
	const [, member] = readArguments(stream, open);
	if (member !== undefined && stream.next(member[0]) < member[1]) stream.joinName(member[0], member[1]);
}

/** `asm("symbol")` behind a declarator: an attribute. */
function dropAsmLabel(stream: Stream, at: number): boolean {
	const open = stream.next(at);
	const close = stream.match[open] ?? -1;
	const before = stream.previous(at);
	if (!stream.isPunct(open, OPEN) || close < 0 || !(stream.isName(before) || stream.isPunct(before, 93))) return false;
	for (let i = at; i <= close; i = stream.next(i)) stream.drop(i);
	return true;
}

function rewriteDirectiveAt(stream: Stream, at: number, context: Context): void {
	const start = stream.start[at] ?? 0;
	const end = stream.end[at] ?? 0;
	const what = stream.what[at];
	const plain = what === Directive.define || what === Directive.other;
	const { place } = context;
	const fits = (place === Place.file || place === Place.block || place === Place.struct) && context.boundary && !context.soft;
	const include = place === Place.struct && /^#\s*include/.test(stream.text.slice(start, end));
	if (plain && (!fits || include)) stream.sheet.blank(start, end);
	else rewriteDirective(stream.sheet, stream.text, start, end);
}

/** A name: keyword rules first, then items, then calls. */
function rewriteName(stream: Stream, i: number, context: Context): void {
	const what = stream.what[i];
	const { place } = context;
	switch (what) {
		case Word.typeof:
			rewriteTypeof(stream, i);
			return;
		case Word.offsetof:
			rewriteOffsetof(stream, i);
			return;
		case Word.asm:
		case Word.asmGoto:
			if (!(what === Word.asm && dropAsmLabel(stream, i))) rewriteAsm(stream, i);
			return;
		case Word.generic:
			return;
		case Word.jump:
			// `goto *label`: the grammar knows no computed goto.
			if (stream.textAt(i) === "goto" && stream.isPunct(stream.next(i), 42)) stream.drop(i);
			return;
		case Word.default:
			// `default:` among the arguments of _Generic: a type to the grammar.
			if (place === Place.paren) stream.sheet.put(stream.start[i] ?? 0, 95);
			return;
	}
	if (context.boundary && (what === Word.storage || isQualifier(stream, i)) && (place === Place.file || place === Place.block)) {
		dropQualifiers(stream, i);
	}
	if (!isCallable(what ?? 0)) return;
	if (context.closedDo && isCall(stream, i) && stream.textAt(i).length >= 5) {
		stream.mark(i, i, "each");
		stream.sheet.write(stream.start[i] ?? 0, stream.end[i] ?? 0, "while");
		return;
	}
	const statement = place === Place.file || place === Place.block || place === Place.struct;
	if (context.atStart && isCall(stream, i)) rewriteItem(stream, i, context);
	else if (context.boundary && place === Place.file && isListedName(stream, i)) endBareName(stream, i);
	else if (context.atStart && statement && isAnnotation(stream, i)) rewriteAnnotation(stream, i);
	else if (context.boundary && statement) rewriteBareMacro(stream, i, place);
	else if (context.boundary === false && place === Place.file && isInnerAnnotation(stream, i)) rewriteAnnotation(stream, i);
	if (!context.boundary && place !== Place.params) rewriteBeforeString(stream, i);
}

/**
 * True for a macro name that stands in front of a whole declaration: a type of its own follows, `MACRO int f(void)`,
 * `MACRO u32 x`. Of two names in front of a third the one that looks like a macro is meant.
 */
function isAnnotation(stream: Stream, at: number): boolean {
	let next = stream.next(at);
	const isWord = (i: number) => stream.kind[i] === Kind.name && (stream.what[i] === Word.type || stream.what[i] === Word.storage);
	let qualified = false;
	while (isWord(next) && /^(?:const|volatile|static|extern|inline|__always_inline)$/.test(stream.textAt(next))) {
		qualified = true;
		next = stream.next(next);
	}
	if (stream.kind[next] !== Kind.name) return false;
	const what = stream.what[next];
	if (what === Word.tag || what === Word.enum || what === Word.type || what === Word.typeof) return true;
	if (!stream.isName(next)) return false;
	const after = stream.next(next);
	if (qualified) return stream.isName(after) || stream.isPunct(after, 42);
	if (isMacroName(stream.textAt(next)) && !isMacroName(stream.textAt(at))) return false;
	return stream.isName(after) || stream.isPunct(after, 42);
}

function isMacroName(name: string): boolean {
	return /^__|^[A-Z][A-Z0-9_]+$|_xxx$/.test(name);
}

/** A macro that is a statement by itself, without parentheses or semicolon, before a line that begins with a keyword. */
function rewriteBareMacro(stream: Stream, at: number, place: number): void {
	const next = stream.next(at);
	if (!stream.breaks(at, next)) return;
	const what = stream.what[next] ?? 0;
	const directive = stream.kind[next] === Kind.directive && isMacroName(stream.textAt(at));
	const keyword =
		stream.kind[next] === Kind.name && (what === Word.control || what === Word.jump || what === Word.do || what === Word.case);
	const closes = stream.isPunct(next, 125);
	const member = place === Place.struct && closes && isMacroName(stream.textAt(at));
	const ends = place === Place.block ? keyword || directive || closes : directive || member;
	if (!ends) return;
	if (stream.findGap(at, next) < 0 && !directive && !member) return;
	endBareName(stream, at);
}

/** Ends the item behind a name: with a semicolon behind it, or for its last character where there is no room. */
function endBareName(stream: Stream, at: number): void {
	const gap = stream.findGap(at, stream.next(at));
	stream.mark(at, at, "macro");
	stream.ends.add(at);
	stream.sheet.put(gap < 0 ? (stream.end[at] ?? 0) - 1 : gap, 59);
}

/** No list of bare macros is longer. */
const MAX_LISTED = 64;

/** True for one of several macro names, each alone on its line, up to a directive: each is an item of its own. */
function isListedName(stream: Stream, at: number): boolean {
	const before = stream.previous(at);
	let last = at;
	for (let count = stream.isName(before) && stream.ends.has(before) ? 2 : 1; count < MAX_LISTED; count++) {
		const next = stream.next(last);
		if (!stream.breaks(last, next)) return false;
		if (stream.kind[next] === Kind.directive) return count > 1;
		if (!stream.isName(next)) return false;
		last = next;
	}
	return false;
}

/** True for a macro name between the type and the name of a function: `int MACRO f(void)`. */
function isInnerAnnotation(stream: Stream, at: number): boolean {
	const before = stream.previous(at);
	const next = stream.next(at);
	if (stream.kind[before] !== Kind.name || !isMacroName(stream.textAt(at))) return false;
	const typed = stream.isName(before) || (stream.what[before] === Word.type && !/^(?:const|volatile)/.test(stream.textAt(before)));
	return typed && stream.isName(next) && stream.isPunct(stream.next(next), OPEN);
}

/** Macros side by side in an initializer bring their own commas; the grammar wants to see them. */
function separateElements(stream: Stream, comma: number): void {
	for (let at = stream.next(comma); stream.isName(at) && stream.isName(stream.next(at)); at = stream.next(at)) {
		const gap = stream.findGap(at, stream.next(at));
		if (gap >= 0) stream.sheet.put(gap, 44);
	}
}

function rewritePunct(stream: Stream, i: number, context: Context): void {
	const what = stream.what[i];
	const before = stream.previous(i);
	if (what === OPEN) {
		const callee = stream.kind[before] === Kind.name && isCallable(stream.what[before] ?? 0);
		if (callee && context.classifyParen() === Place.paren) rewriteArguments(stream, i, true);
		return;
	}
	const length = (stream.end[i] ?? 0) - (stream.start[i] ?? 0);
	if (what === 46 && length === 3 && context.inCase) stream.put(i, "|");
	else if (what === 38 && length === 2 && stream.isName(stream.next(i))) {
		const opens = [40, 44, 61, 123, 63, 58].some((code) => stream.isPunct(before, code)) || stream.what[before] === Word.jump;
		if (opens && !(stream.kind[before] === Kind.name && stream.what[before] !== Word.jump)) stream.put(i, "&");
	} else if (what === 46 && length === 1 && context.place === Place.initializer && stream.isPunct(before, 41)) {
		// A macro in an initializer that brings its own comma.
		const gap = stream.breaks(before, i) ? stream.findGap(before, i) : -1;
		if (gap >= 0) stream.sheet.put(gap, 44);
	} else if (what === 44 && context.place === Place.initializer) separateElements(stream, i);
	else if (what === 123 && context.place === Place.initializer && stream.isPunct(before, 93)) {
		// `[0] { … }`, the old form without `=`.
		const gap = stream.findGap(before, i);
		if (gap >= 0) stream.sheet.put(gap, 61);
	} else if (what === 58 && context.place === Place.struct) {
		const first = stream.previous(before);
		const unnamed =
			stream.isPunct(before, 44) ||
			(stream.kind[before] === Kind.name && (stream.what[before] === Word.type || stream.isPunct(first, 59) || stream.isPunct(first, 123)));
		if (unnamed) rewritePadding(stream, i);
	} else if (
		what === 58 &&
		context.place === Place.block &&
		stream.isPunct(stream.next(i), 125) &&
		!context.inCase &&
		stream.isName(before)
	) {
		const gap = stream.findGap(i, stream.next(i));
		if (gap >= 0) stream.sheet.put(gap, 59);
	}
}

/** Rewrites a whole stream. */
export function rewrite(stream: Stream): void {
	const context = new Context();
	for (let i = stream.next(-1); i < stream.length; i = stream.next(i)) {
		const kind = stream.kind[i];
		if (stream.closesBlock.has(i)) context.feed(Kind.punct, 125, 1);
		if (kind === Kind.directive) rewriteDirectiveAt(stream, i, context);
		else if (kind === Kind.name) rewriteName(stream, i, context);
		else if (kind === Kind.punct) rewritePunct(stream, i, context);
		else if (kind === Kind.string) rewriteNeighbours(stream, i);
		if (stream.kind[i] !== 0) context.feed(stream.kind[i] ?? 0, stream.what[i] ?? 0, (stream.end[i] ?? 0) - (stream.start[i] ?? 0));
		if (stream.ends.has(i)) context.endItem();
		if (stream.opensBlock.has(i)) context.feed(Kind.punct, 123, 1);
	}
}
