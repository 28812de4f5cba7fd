/** Comments, read off the text itself so that they do not depend on how the parser hung them into its tree. */

import { lineAt } from "./lines.ts";
import type { CommentFacts } from "./types.ts";

/** A comment in the file: of its first and past its last character, the lines these stand on. */
export interface Comment {
	readonly start: number;
	readonly end: number;
	readonly line: number;
	readonly endLine: number;
}

/** A comment, or a string or character literal, in which comment markers mean nothing. A quote left open ends with its line. */
const commentOrLiteral = /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*|"(?:\\[\s\S]|[^"\\\n])*"?|'(?:\\[\s\S]|[^'\\\n])*'?/g;

/**
 * Every comment of a text in order. `//` comments on successive lines count as one when each stands alone on its line, or stands
 * in the column of a first one that has code in front.
 */
export function findComments(text: string, lineStarts: Int32Array): Comment[] {
	const found: Comment[] = [];
	let joinable: { readonly alone: boolean; readonly column: number } | undefined;
	for (const match of text.matchAll(commentOrLiteral)) {
		const written = match[0];
		if (!written.startsWith("/")) continue;
		const start = match.index;
		const end = start + written.length;
		const line = lineAt(lineStarts, start);
		const endLine = written.includes("\n") ? lineAt(lineStarts, end - 1) : line;
		const before = text.slice(lineStarts[line] ?? 0, start);
		const alone = before.trim() === "";
		const column = screenColumn(before);
		const last = found.at(-1);
		const joins = written.startsWith("//") && alone && joinable !== undefined && (joinable.alone || joinable.column === column);
		if (joins && last !== undefined && last.endLine === line - 1) found[found.length - 1] = { ...last, end, endLine };
		else {
			found.push({ start, end, line, endLine });
			joinable = written.startsWith("//") ? { alone, column } : undefined;
		}
	}
	return found;
}

/** The column behind a piece of a line on a screen, tabs at every eighth. */
function screenColumn(before: string): number {
	let column = 0;
	for (const char of before) column = char === "\t" ? (column | 7) + 1 : column + 1;
	return column;
}

/** What a comment says: no markers and no line continuations of a macro, lines joined by one blank. */
export function wordsOf(written: string): string {
	const lines = written.replace(/\*\/$/, "").split("\n");
	return lines
		.map((line) =>
			line
				.replace(/^\s*(?:\/\*+<?|\/\/+[!/]?|\*+(?!\/))?/, "")
				.replace(/\\\r?$/, "")
				.trim(),
		)
		.filter((line) => line !== "")
		.join(" ");
}

/** The first comment that begins at or after an offset, as an index. */
function firstAt(comments: readonly Comment[], offset: number): number {
	let low = 0;
	let high = comments.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((comments[middle]?.start ?? 0) < offset) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The last comment that ends at or before an offset. */
export function lastCommentBefore(comments: readonly Comment[], offset: number): Comment | undefined {
	const index = firstAt(comments, offset) - 1;
	const comment = comments[index];
	return comment !== undefined && comment.end > offset ? comments[index - 1] : comment;
}

/** The comment that ends right above (or before, on the same line) what begins at `start`, with nothing else between. */
export function commentAbove(comments: readonly Comment[], text: string, start: number): Comment | undefined {
	const comment = comments[firstAt(comments, start) - 1];
	if (comment === undefined || comment.end > start) return undefined;
	const between = text.slice(comment.end, start);
	return /^[^\S\n]*\n?[^\S\n]*$/.test(between) ? comment : undefined;
}

/** Comments of a function that spans `start` to `end`: first the one right above it, then those inside. */
export function commentsOfFunction(comments: readonly Comment[], text: string, start: number, end: number): CommentFacts[] {
	const facts: CommentFacts[] = [];
	const add = (comment: Comment): void => {
		facts.push({ text: wordsOf(text.slice(comment.start, comment.end)), at: comment.start - start, end: comment.end - start });
	};
	const above = commentAbove(comments, text, start);
	if (above !== undefined) add(above);
	for (let index = firstAt(comments, start); index < comments.length; index++) {
		const comment = comments[index];
		if (comment === undefined || comment.start >= end) break;
		add(comment);
	}
	return facts;
}

/**
 * The comment of a struct field that spans `start` to `end`: the one that ends on the line above (or earlier on its own line),
 * and the one that begins behind it on its last line. A comment above that stands behind the previous field belongs to that one.
 */
export function commentOfField(
	comments: readonly Comment[],
	text: string,
	lineStarts: Int32Array,
	start: number,
	end: number,
): string | undefined {
	const parts: string[] = [];
	const above = commentAbove(comments, text, start);
	if (above !== undefined) {
		const before = text.slice(lineStarts[above.line] ?? 0, above.start);
		if (/^[\s{]*$/.test(before)) parts.push(wordsOf(text.slice(above.start, above.end)));
	}
	const behind = comments[firstAt(comments, end)];
	if (behind !== undefined && /^[^\S\n]*$/.test(text.slice(end, behind.start))) parts.push(wordsOf(text.slice(behind.start, behind.end)));
	const inside = comments[firstAt(comments, start)];
	if (inside !== undefined && inside.end <= end) parts.push(wordsOf(text.slice(inside.start, inside.end)));
	return parts.length > 0 ? parts.join("\n") : undefined;
}
