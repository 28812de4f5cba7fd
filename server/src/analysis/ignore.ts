/** Ignore comments: `mm-lifetime: ignore(rule, rule) reason` silences these rules on its line and on the line below it. */

import { type Comment, findComments, wordsOf } from "../facts/comments.ts";
import { lineStartsOf } from "../facts/lines.ts";
import { IGNORE_FORM, PLACEHOLDER } from "../kernel/guarantees.ts";

/** An ignore comment. Lines and columns from 1. */
export interface Ignore {
	readonly rules: ReadonlySet<string>;
	/** One without, or with a placeholder for one, silences nothing. */
	readonly hasReason: boolean;
	/** The comment itself. */
	readonly place: { readonly line: number; readonly column: number; readonly endLine: number; readonly endColumn: number };
	readonly firstLine: number;
	/** The last line that it reaches: the one below it, or below the comments that follow on it directly. */
	readonly lastLine: number;
}

/** The ignore comments of a text. */
export function readIgnores(text: string): readonly Ignore[] {
	if (text.search(IGNORE_FORM) < 0) return [];
	const lineStarts = lineStartsOf(text);
	const comments = findComments(text, lineStarts);
	const standsAlone = ({ line, start }: Comment): boolean => text.slice(lineStarts[line], start).trim() === "";
	return comments.flatMap((comment, index) =>
		[...wordsOf(text.slice(comment.start, comment.end)).matchAll(IGNORE_FORM)].map(([, rules = "", reason = ""]) => ({
			rules: new Set(rules.split(",").map((rule) => rule.trim())),
			hasReason: isReason(reason),
			place: {
				line: comment.line + 1,
				column: comment.start - (lineStarts[comment.line] ?? 0) + 1,
				endLine: comment.endLine + 1,
				endColumn: comment.end - (lineStarts[comment.endLine] ?? 0) + 1,
			},
			firstLine: comment.line + 1,
			lastLine: lastLineOf(comments, index, standsAlone) + 2,
		})),
	);
}

/** Whether a rule is silenced on a line. */
export function isIgnored(ignores: readonly Ignore[], rule: string, line: number): boolean {
	return ignores.some((ignore) => ignore.hasReason && ignore.firstLine <= line && line <= ignore.lastLine && ignore.rules.has(rule));
}

function isReason(text: string): boolean {
	return /\w/.test(text.replace(PLACEHOLDER, ""));
}

/** The line, from 0, on which the comments end that begin with this one and touch each other. */
function lastLineOf(comments: readonly Comment[], index: number, standsAlone: (comment: Comment) => boolean): number {
	let last = comments[index]?.endLine ?? 0;
	for (const next of comments.slice(index + 1)) {
		if (next.line !== last + 1 || !standsAlone(next)) break;
		last = next.endLine;
	}
	return last;
}
