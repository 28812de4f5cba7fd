/** The outline of an edited text from that of the text before, when the edit stands inside one piece. */

import { lex } from "./lexer.ts";
import { cut, type Outline } from "./outline.ts";
import { inPiece, type Postings } from "./postings.ts";
import { isBalanced } from "./roles.ts";

/** Stands behind a piece that is cut alone: when it is a piece of its own there, nothing in front of it was left open. */
const MARK = "\nint behind;\n";

/** What was replaced: `[start, end)` of the text before, by what stands in `[start, end + grown)` of the text after. */
interface Change {
	readonly start: number;
	readonly end: number;
	readonly grown: number;
}

/**
 * Cuts `after` by cutting no more than the one piece in which it differs from `before`.
 * @returns the same as `outline(after)`; undefined where that cannot be told, so that the whole has to be cut
 */
export function reoutline(before: Outline, textBefore: string, textAfter: string): Outline | undefined {
	const change = changeBetween(textBefore, textAfter);
	const piece = pieceAround(before, change);
	/* what was left open before it may go on behind */
	if (piece === undefined || before.broken.some((other) => other < piece)) return undefined;
	const start = before.starts[piece] ?? 0;
	const end = before.ends[piece] ?? 0;
	const then = cutAlone(textBefore.slice(start, end));
	const now = cutAlone(textAfter.slice(start, end + change.grown));
	if (then === undefined || now === undefined) return undefined;
	const linesGrown = now.lines - then.lines;
	const behind = (offset: number, at: number): number => (at > piece ? offset + change.grown : offset);
	return {
		starts: before.starts.map(behind),
		ends: before.ends.map((offset, at) => (at >= piece ? offset + change.grown : offset)),
		lines: before.lines.map((line, at) => (at > piece ? line + linesGrown : line)),
		directives: before.directives.map((offset) => (offset >= end ? offset + change.grown : offset)),
		sums: before.sums.map((sum, at) => (at === piece ? now.sum : sum)),
		broken: before.broken.filter((other) => other !== piece),
		functions: before.functions + now.functions - then.functions,
		postings: inPiece(before.postings, piece, now.postings),
	};
}

function changeBetween(before: string, after: string): Change {
	const start = countSame(Math.min(before.length, after.length), (from, to) => before.slice(from, to) === after.slice(from, to));
	const same = countSame(
		Math.min(before.length, after.length) - start,
		(from, to) => before.slice(before.length - to, before.length - from) === after.slice(after.length - to, after.length - from),
	);
	return { start, end: before.length - same, grown: after.length - before.length };
}

/** How many of the first `most` characters are the same: whole stretches are compared at once, and the one that differs halved. */
function countSame(most: number, isSame: (from: number, to: number) => boolean): number {
	let count = 0;
	for (let step = STRETCH; step >= 1; ) {
		if (count + step <= most && isSame(count, count + step)) count += step;
		else step >>= 1;
	}
	return count;
}

/** A power of two. */
const STRETCH = 1 << 16;

/** The piece that has the change inside, with whole lines of it around. */
function pieceAround({ starts, ends }: Outline, { start, end }: Change): number | undefined {
	let low = 0;
	let high = starts.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((starts[middle] as number) <= start) low = middle + 1;
		else high = middle;
	}
	const piece = low - 1;
	return piece >= 0 && (starts[piece] as number) < start && end < (ends[piece] as number) ? piece : undefined;
}

interface PieceAlone {
	readonly sum: number;
	readonly functions: number;
	readonly lines: number;
	readonly postings: Postings;
}

/** A text that is one piece, and means the same wherever it stands; undefined when it is not. */
function cutAlone(text: string): PieceAlone | undefined {
	/* conditionals can belong together across pieces */
	if (/^[^\S\n]*(?:#|%:)/m.test(text) || !text.endsWith("\n")) return undefined;
	const tokens = lex(text);
	if (!isBalanced(tokens, 0, tokens.count)) return undefined;
	const { outline: alone, joinsHead } = cut(text + MARK);
	const { starts, ends } = alone;
	if (joinsHead || starts.length !== 2 || starts[0] !== 0 || ends[0] !== text.length || starts[1] !== text.length) return undefined;
	return { sum: alone.sums[0] ?? 0, functions: alone.functions, lines: alone.lines[1] ?? 0, postings: alone.postings };
}
