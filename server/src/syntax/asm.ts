/** Rewrites inline assembly into what the grammar takes: one template, `"constraint" (value)` operands, strings as clobbers. */

import { Kind } from "./lexer.ts";
import type { Stream } from "./stream.ts";
import { Word } from "./words.ts";

/** Rewrites the tokens [from, to) to one string unless they are plain strings, or names between strings, already. */
function settleTemplate(stream: Stream, from: number, to: number): void {
	let strings = 0;
	let plain = true;
	for (let i = from; i < to; i = stream.next(i)) {
		if (stream.kind[i] === Kind.string) strings++;
		else if (stream.kind[i] !== Kind.name) plain = false;
		else if (strings === 0 && stream.kind[stream.next(i)] !== Kind.string) plain = false;
	}
	if (from < to && (!plain || strings === 0)) stream.joinString(from, to);
}

/** The constraint in front of an operand's `(`: one string. */
function settleConstraint(stream: Stream, from: number, to: number): void {
	let begin = from;
	if (stream.isPunct(begin, 91) && (stream.match[begin] ?? -1) > begin) begin = stream.next(stream.match[begin] ?? begin);
	if (begin < to && !(stream.kind[begin] === Kind.string && stream.next(begin) >= to)) stream.joinString(begin, to);
}

/** Rewrites the asm whose keyword is at `at`; gives the index of its `)`, or `at` when there are no parentheses. */
export function rewriteAsm(stream: Stream, at: number): number {
	let open = stream.next(at);
	while (
		stream.kind[open] === Kind.name &&
		(stream.what[open] === Word.type || stream.what[open] === Word.jump || stream.what[open] === Word.storage)
	) {
		open = stream.next(open);
	}
	const close = stream.match[open] ?? -1;
	if (!stream.isPunct(open, 40) || close < 0) return at;
	if (stream.what[at] === Word.asmGoto) {
		stream.sheet.write(stream.start[at] ?? 0, stream.end[at] ?? 0, stream.textAt(at) === "asm_inline" ? "asm" : "asm goto");
	}
	let section = 0;
	let from = stream.next(open);
	for (let i = from; i <= close; i = stream.next(i)) {
		const colon = stream.isPunct(i, 58);
		const comma = stream.isPunct(i, 44);
		if (!(colon || comma || i === close)) {
			const partner = stream.match[i] ?? -1;
			if (partner <= i) continue;
			if ((section === 1 || section === 2) && stream.isPunct(i, 40)) {
				const after = stream.next(partner);
				// `CONSTRAINT(x) (value)`: only the last parentheses hold the value.
				if (!stream.isPunct(after, 40) && stream.kind[after] !== Kind.string) settleConstraint(stream, from, i);
			}
			i = partner;
			continue;
		}
		if (section === 0 && !comma) settleTemplate(stream, from, i);
		else if (section === 3 && from < i && stream.kind[from] !== Kind.string) stream.joinString(from, i);
		if (section === 0 && comma) continue;
		if (colon) section++;
		from = stream.next(i);
	}
	return close;
}
