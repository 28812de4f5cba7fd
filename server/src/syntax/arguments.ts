/** Rewrites the arguments of calls that are no expressions: types, declarations, operators, statements, nothing at all. */

import { wrapStatements } from "./blocks.ts";
import { Kind } from "./lexer.ts";
import type { Stream } from "./stream.ts";
import { Word } from "./words.ts";

const COMMA = 44;
const STAR = 42;

/** The arguments between a `(` and its partner, as token ranges [from, to); an empty pair has none. */
export function readArguments(stream: Stream, open: number): [number, number][] {
	const close = stream.match[open] ?? -1;
	const list: [number, number][] = [];
	let from = open + 1;
	if (stream.next(open) >= close) return list;
	for (let i = open + 1; i < close; i++) {
		if (stream.kind[i] !== Kind.punct) continue;
		const partner = stream.match[i] ?? -1;
		if (partner > i) i = partner;
		else if (stream.what[i] === COMMA) {
			list.push([from, i]);
			from = i + 1;
		}
	}
	list.push([from, close]);
	return list.map(([a, b]) => [stream.kind[a] === 0 ? stream.next(a) : a, b]);
}

function isTypeWord(stream: Stream, i: number): boolean {
	const what = stream.what[i];
	if (stream.kind[i] !== Kind.name) return false;
	return what === Word.tag || what === Word.enum || what === Word.type || what === Word.typeof || what === Word.storage;
}

/** No type is longer than this many tokens. */
const MAX_TYPE = 400;

/** True when the tokens hold something that no type holds, or are too many. */
function exceedsType(stream: Stream, from: number, to: number): boolean {
	if (to - from > MAX_TYPE) return true;
	for (let i = from; i < to; i = stream.next(i)) {
		if (stream.kind[i] === Kind.directive || stream.isPunct(i, 123) || stream.isPunct(i, 59) || stream.isPunct(i, 61)) return true;
	}
	return false;
}

/** True when the argument is a type or a declaration and no expression. */
export function isType(stream: Stream, from: number, to: number): boolean {
	if (isTypeWord(stream, from)) return !exceedsType(stream, from, to);
	if (!stream.isName(from)) return false;
	const second = stream.next(from);
	if (second >= to) return false;
	if (stream.isName(second) || isTypeWord(stream, second)) {
		const third = stream.next(second);
		return third >= to || ((stream.isPunct(third, 91) || isTypeWord(stream, third)) && !exceedsType(stream, from, to));
	}
	if (stream.isPunct(second, 91)) return stream.next(second) === stream.match[second];
	if (!stream.isPunct(second, STAR)) return false;
	for (let i = second; i < to; i = stream.next(i)) if (!stream.isPunct(i, STAR) && !isTypeWord(stream, i)) return false;
	return true;
}

/** True when the argument is nothing but operators: `timercmp(a, b, <)`. */
function isOperator(stream: Stream, from: number, to: number): boolean {
	for (let i = from; i < to; i = stream.next(i)) {
		const what = stream.what[i] ?? 0;
		if (stream.kind[i] !== Kind.punct || what === 40 || what === 41 || what === 91 || what === 93 || what === 123 || what === 125)
			return false;
	}
	return from < to;
}

/** `;` between statements in an argument becomes `,`; one at the end goes. */
function joinStatements(stream: Stream, from: number, to: number): void {
	for (let i = from; i < to; i++) {
		if (stream.kind[i] !== Kind.punct) continue;
		const partner = stream.match[i] ?? -1;
		if (partner > i) i = partner;
		else if (stream.what[i] === 59) {
			if (stream.next(i) >= to) stream.drop(i);
			else stream.put(i, ",");
		}
	}
}

/** Calls side by side in an argument, `__field(int, a) __field(int, b)`, get an operator between them. */
function joinCalls(stream: Stream, from: number, to: number): void {
	for (let i = from; i < to; i = stream.next(i)) {
		if (!stream.isName(i) || !stream.isPunct(stream.next(i), 40)) continue;
		const close = stream.match[stream.next(i)] ?? -1;
		if (close < 0 || close >= to) return;
		const after = stream.next(close);
		const gap = after < to && stream.isName(after) && stream.isPunct(stream.next(after), 40) ? stream.findGap(close, after) : -1;
		if (gap >= 0) stream.sheet.put(gap, 43);
		i = close;
	}
}

/** Statements in an argument begin with a keyword: `return x` becomes `+ x`, `if (c) f()` becomes `(c) & f()`. */
function rewriteKeyword(stream: Stream, from: number, to: number): void {
	if (stream.kind[from] !== Kind.name) return;
	const what = stream.what[from];
	const second = stream.next(from);
	if (what === Word.jump) {
		if (second >= to) stream.joinName(from, to);
		else if (stream.textAt(from) === "goto") stream.joinName(from, to);
		else stream.put(from, "+");
	} else if (what === Word.control && stream.isPunct(second, 40) && stream.textAt(from) === "if") {
		const close = stream.match[second] ?? -1;
		const then = stream.next(close);
		const gap = close < 0 || then >= to ? -1 : stream.findGap(close, then);
		if (gap < 0) return;
		stream.drop(from);
		stream.sheet.put(gap, 38);
	} else if (what === Word.control || what === Word.do || what === Word.else) stream.joinName(from, second);
}

/**
 * Rewrites what is no expression among the arguments of the call whose `(` is at `open`. `blocks`: statements may become a block, which
 * the grammar takes as an argument of a call, but not as an operand.
 */
export function rewriteArguments(stream: Stream, open: number, blocks = false): void {
	const close = stream.match[open] ?? -1;
	if (close < 0) return;
	const ranges = readArguments(stream, open);
	for (const [from, to] of ranges) {
		if (from >= to) {
			if (ranges.length > 1) fillEmpty(stream, stream.previous(to), to);
			continue;
		}
		if (blocks && wrapStatements(stream, from, to)) continue;
		if (isType(stream, from, to)) {
			const last = stream.previous(to);
			stream.mark(from, last, "type");
			stream.joinName(from, to);
			continue;
		}
		if (isOperator(stream, from, to)) {
			stream.joinName(from, to);
			continue;
		}
		if (rewriteOperand(stream, from, to)) continue;
		joinStatements(stream, from, to);
		joinCalls(stream, from, to);
		rewriteKeyword(stream, from, to);
		rewriteBraces(stream, from, to);
	}
}

/** An operand of inline assembly, `[name] "constraint" (value)`, becomes a call of a name: the value stays its argument. Out: whether it was one. */
function rewriteOperand(stream: Stream, from: number, to: number): boolean {
	let constraint = from;
	if (stream.isPunct(from, 91)) constraint = stream.next(stream.match[from] ?? to);
	const open = stream.next(constraint);
	if (stream.kind[constraint] !== Kind.string || !stream.isPunct(open, 40) || stream.next(stream.match[open] ?? to) !== to) return false;
	for (let i = from; i < constraint; i = stream.next(i)) stream.drop(i);
	stream.joinName(constraint, open);
	return true;
}

/** An argument that is empty gets a `0` where there is a blank for it. */
function fillEmpty(stream: Stream, before: number, after: number): void {
	const gap = stream.findGap(before, after);
	if (gap >= 0) stream.sheet.put(gap, 48);
	else if (stream.isPunct(before, COMMA)) stream.drop(before);
	else if (stream.isPunct(after, COMMA)) stream.drop(after);
}

/** An initializer as an argument, `{ 1, 2 }`, becomes `( 1, 2 )`; a block `{ f(); }` stays. */
function rewriteBraces(stream: Stream, from: number, to: number): void {
	if (!stream.isPunct(from, 123)) return;
	const close = stream.match[from] ?? -1;
	if (close < 0 || stream.next(close) < to || stream.next(from) === close) return;
	for (let i = from + 1; i < close; i++) if (stream.isPunct(i, 59)) return;
	stream.put(from, "(");
	stream.put(close, ")");
	stream.match[from] = close;
	stream.match[close] = from;
	const last = stream.previous(close);
	if (stream.isPunct(last, COMMA)) stream.drop(last);
	for (let i = from + 1; i < close; i++) {
		if (!stream.isPunct(i, 46)) continue;
		const before = stream.previous(i);
		if (stream.isPunct(before, 40) || stream.isPunct(before, COMMA)) stream.drop(i);
	}
}
