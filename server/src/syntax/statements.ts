/** Rewrites macros that stand where a statement, a definition or a member could: loops, function definers, missing semicolons. */

import { isType, readArguments, rewriteArguments } from "./arguments.ts";
import { Kind } from "./lexer.ts";
import type { Stream } from "./stream.ts";
import { isLoopMacro, readDefiner, Word } from "./words.ts";

const SEMICOLON = 59;

/** Writes a `;` in a blank between token `a` and the next token `b`. */
function putSemicolon(stream: Stream, a: number, b: number): boolean {
	const gap = stream.findGap(a, b);
	if (gap >= 0) stream.sheet.put(gap, SEMICOLON);
	return gap >= 0;
}

/** True when a new statement or declaration begins at token `i`, so that what stands before it has ended. */
export function beginsItem(stream: Stream, i: number): boolean {
	if (i >= stream.length) return true;
	if (stream.kind[i] === Kind.directive) return true;
	if (stream.kind[i] === Kind.name) return true;
	return (
		stream.isPunct(i, 125) || stream.isPunct(i, 42) || (stream.kind[i] === Kind.punct && stream.what[i] === 43 && stream.textAt(i) === "++")
	);
}

/** `macro(args) {` inside a function: a loop when its name says so, else a block that may run. */
export function rewriteBlockMacro(stream: Stream, at: number, open: number): void {
	const name = stream.textAt(at);
	const loop = isLoopMacro(name) && name.length >= 5;
	const start = stream.start[at] ?? 0;
	const end = stream.end[at] ?? 0;
	stream.mark(at, at, loop ? "each" : "block");
	stream.sheet.write(start, end, loop ? "while" : "if");
	if (stream.next(open) === stream.match[open] && name.length > (loop ? 5 : 2)) {
		stream.sheet.put(end - 1, 40);
		stream.sheet.put(stream.start[open] ?? 0, 48);
	}
	rewriteArguments(stream, open);
	// A statement must follow, as behind any `while (…)`.
	stream.what[at] = Word.control;
}

/** `macro(args)` with no semicolon where a statement, definition or member could stand; `next` begins what follows. */
export function endMacro(stream: Stream, at: number, open: number, next: number): void {
	const close = stream.match[open] ?? -1;
	if (close < 0) return;
	stream.mark(at, at, "macro");
	stream.ends.add(close);
	if (putSemicolon(stream, close, next)) return;
	// No room behind it: `macro(a, b)` becomes `macro=a| b;`, the one list that the grammar takes at file level.
	if (stream.next(open) === close) {
		stream.drop(open);
		stream.put(close, ";");
		return;
	}
	const list = readArguments(stream, open);
	if (list.some(([from]) => stream.isPunct(from, 123))) return;
	rewriteArguments(stream, open);
	for (const [, to] of list) if (stream.isPunct(to, 44)) stream.put(to, "|");
	stream.put(open, "=");
	stream.put(close, ";");
}

/** `macro(name, …) {` at file level: a function. Its first argument becomes the function's name, the others its parameters. */
export function rewriteDefiner(stream: Stream, at: number, open: number): void {
	const close = stream.match[open] ?? -1;
	const list = readArguments(stream, open);
	const first = list[0];
	if (close < 0 || first === undefined || stream.kind[first[0]] !== Kind.name || stream.next(first[0]) < first[1]) return;
	const style = readDefiner(stream.textAt(at));
	stream.mark(at, at, "definer");
	stream.drop(open);
	if (list.length === 1) stream.drop(close);
	// In pairs a comma stands between a type and its name, unless a macro brings both: `SC_ARG64(mask)`.
	let half = false;
	list.forEach(([from, to], n) => {
		if (to === close) return;
		if (n === 0) stream.put(to, "(");
		else if (style === "pairs") {
			half = !half && !(stream.isName(from) && stream.isPunct(stream.next(from), 40));
			if (half) stream.drop(to);
		}
	});
	if (style === "declarations") for (const [from, to] of list.slice(1)) if (!isParameter(stream, from, to)) stream.joinName(from, to);
	for (let i = stream.next(open); i < close; i = stream.next(i)) {
		if (stream.kind[i] === Kind.number || stream.kind[i] === Kind.string) stream.joinName(i, stream.next(i));
		if (i > first[0]) stream.kind[i] = 0;
	}
	stream.kind[close] = 0;
}

/** False for an argument that no list of parameters holds: statements, an operation. */
function isParameter(stream: Stream, from: number, to: number): boolean {
	for (let i = from; i < to; i = stream.next(i)) {
		if (stream.kind[i] === Kind.punct && ![40, 41, 42, 44, 46, 91, 93].includes(stream.what[i] ?? 0)) return false;
	}
	return true;
}

/** `macro(type, name)` that declares `type name`. */
export function rewriteDeclares(stream: Stream, at: number, open: number): void {
	const close = stream.match[open] ?? -1;
	const [type, name] = readArguments(stream, open);
	if (close < 0 || type === undefined || name === undefined) return;
	for (let i = type[0]; i < type[1]; i = stream.next(i)) {
		if (stream.isPunct(i, 91) || stream.isPunct(i, 40)) {
			stream.joinName(type[0], type[1]);
			break;
		}
	}
	stream.drop(at);
	stream.drop(open);
	stream.drop(type[1]);
	stream.drop(close);
}

/** `macro(args) name …`: the macro stands for a type, and becomes one name. */
export function rewriteTypeMacro(stream: Stream, at: number, close: number): void {
	stream.mark(at, close, "type");
	stream.joinName(at, close + 1);
}

/** A bit field without a name gets one: `: 5` becomes a name. */
export function rewritePadding(stream: Stream, colon: number): void {
	let end = colon;
	while (end < stream.length && !stream.isPunct(end, SEMICOLON) && !stream.isPunct(end, 44)) end = stream.next(end);
	if (end >= stream.length) return;
	stream.mark(colon, stream.previous(end), "padding");
	stream.joinName(colon, end);
}

/** `struct_group(name, members)`: an anonymous struct of the members. */
export function rewriteGroup(stream: Stream, at: number, open: number): void {
	const close = stream.match[open] ?? -1;
	const [name] = readArguments(stream, open);
	if (close < 0 || name === undefined || name[1] === close) return;
	stream.sheet.write(stream.start[at] ?? 0, stream.end[at] ?? 0, "struct");
	stream.what[at] = Word.tag;
	stream.drop(open);
	for (let i = name[0]; i < name[1]; i = stream.next(i)) stream.drop(i);
	stream.put(name[1], "{");
	stream.put(close, "}");
	stream.match[name[1]] = close;
	stream.match[close] = name[1];
}

/** A macro name in front of a whole declaration: written as a word of declarations that changes nothing. */
export function rewriteAnnotation(stream: Stream, at: number): void {
	const start = stream.start[at] ?? 0;
	const end = stream.end[at] ?? 0;
	if (end - start < 5) return;
	stream.mark(at, at, "annotation");
	stream.sheet.write(start, end, end - start < 6 ? "const" : "extern");
	stream.what[at] = Word.storage;
}

/** `macro(name, a, b);` that declares `name`, not as a call: among members, or with an initializer; becomes `macro name[a|b];`. */
export function rewriteMember(stream: Stream, at: number, open: number): void {
	const close = stream.match[open] ?? -1;
	const list = readArguments(stream, open);
	if (close < 0 || list.length < 2) return;
	const [first, second] = list;
	if (first === undefined || second === undefined) return;
	if (!stream.isName(first[0]) || stream.next(first[0]) < first[1]) {
		// `macro(type, name)`: all up to the comma is the type.
		if (list.length !== 2 || !isType(stream, first[0], first[1])) return;
		stream.mark(at, stream.previous(first[1]), "type");
		stream.joinName(at, first[1]);
		stream.drop(first[1]);
		stream.drop(close);
		return;
	}
	stream.mark(at, at, "macro");
	stream.drop(open);
	list.forEach(([, to], n) => {
		if (to !== close) stream.put(to, n === 0 ? "[" : "|");
	});
	stream.put(close, "]");
}
