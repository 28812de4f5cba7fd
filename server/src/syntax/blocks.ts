/** Makes statements that are an argument, `TRACE(if (a) { f(); } g();)`, a block: the grammar takes one as an argument. */

import { Kind } from "./lexer.ts";
import type { Stream } from "./stream.ts";
import { Word } from "./words.ts";

const SEMICOLON = 59;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

function beginsControl(what: number): boolean {
	return what === Word.control || what === Word.do || what === Word.else || what === Word.case || what === Word.jump;
}

function beginsDeclaration(stream: Stream, i: number): boolean {
	if (stream.kind[i] !== Kind.name) return false;
	const what = stream.what[i];
	if (what === Word.tag || what === Word.enum || what === Word.type || what === Word.storage || what === Word.typeof) return true;
	return stream.isName(i) && stream.isName(stream.next(i));
}

/** True when the tokens are statements that cannot be written as a comma expression: control flow, declarations, blocks of macros. */
function isStatements(stream: Stream, from: number, to: number): boolean {
	let begins = true;
	let control = false;
	let declares = false;
	let ends = false;
	for (let i = from; i < to; i = stream.next(i)) {
		const what = stream.what[i] ?? 0;
		if (begins && stream.kind[i] === Kind.name) {
			if (beginsControl(what)) control = true;
			else if (beginsDeclaration(stream, i)) declares = true;
		}
		begins = false;
		if (stream.kind[i] !== Kind.punct) continue;
		const partner = stream.match[i] ?? -1;
		if (what === SEMICOLON) {
			ends = true;
			begins = true;
		} else if (partner > i) {
			if (what === OPEN_BRACE && stream.isPunct(stream.previous(i), 41)) control = true;
			begins = what === OPEN_BRACE;
			i = partner;
		}
	}
	return control || (declares && ends);
}

/** `if (c) { f(); }` with no room around it becomes `{ (c); f(); }`; what is read from the tree sees the `if` in the original text. */
function openGuard(stream: Stream, from: number, to: number): boolean {
	const open = stream.next(from);
	if (stream.textAt(from) !== "if" || !stream.isPunct(open, 40)) return false;
	const brace = stream.next(stream.match[open] ?? stream.length);
	const close = stream.match[brace] ?? -1;
	if (!stream.isPunct(brace, OPEN_BRACE) || close < 0 || stream.next(close) !== to) return false;
	stream.put(from, "{");
	stream.put(brace, ";");
	stream.match[brace] = -1;
	stream.match[from] = close;
	stream.match[close] = from;
	return true;
}

/**
 * Writes braces around the argument [from, to) when it is statements that nothing else can stand for, into blanks behind its `(` or
 * comma and in front of its comma or `)`. Out: whether it did.
 */
export function wrapStatements(stream: Stream, from: number, to: number): boolean {
	if (stream.isPunct(from, OPEN_BRACE) || !isStatements(stream, from, to)) return false;
	const before = stream.previous(from);
	const last = stream.previous(to);
	const ended = stream.isPunct(last, SEMICOLON) || stream.isPunct(last, CLOSE_BRACE);
	const opening = stream.findGap(before, from);
	const closing = stream.findGap(last, to, ended ? 0 : 1);
	if (opening < 0 || closing < 0) return openGuard(stream, from, to);
	if (!ended) stream.sheet.put(stream.findGap(last, to), SEMICOLON);
	stream.sheet.put(opening, OPEN_BRACE);
	stream.sheet.put(closing, CLOSE_BRACE);
	stream.opensBlock.add(before);
	stream.closesBlock.add(to);
	return true;
}
