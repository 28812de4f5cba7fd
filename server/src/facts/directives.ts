/** `#define` and `#include` lines, read off the text: the parser's own reading of them stops at the first comment. */

import type { Comment } from "./comments.ts";
import type { IncludeFacts } from "./types.ts";

/** A macro definition as text. */
export interface Definition {
	readonly name: string;
	readonly params?: readonly string[];
	/** Offset of the `#`. */
	readonly start: number;
	readonly end: number;
	/** Where the body begins, and the body with comments and line ends blanked: of the length of what was written. */
	readonly bodyStart: number;
	readonly body: string;
}

const directive = /^[ \t]*(#)[ \t]*(define|include)\b/gm;
const head = /[ \t]*([A-Za-z_]\w*)(?:\(([^()]*)\))?/y;
const includeHead = /#[ \t]*include\b/y;
const included = /[ \t]*(?:<([^>\n]*)>|"([^"\n]*)")/y;

/** Every definition and include of a text. */
export function readDirectives(text: string, comments: readonly Comment[]): { definitions: Definition[]; includes: IncludeFacts[] } {
	const definitions: Definition[] = [];
	const includes: IncludeFacts[] = [];
	let next = 0;
	for (const match of text.matchAll(directive)) {
		const after = match.index + match[0].length;
		const start = text.indexOf("#", match.index);
		while (next < comments.length && (comments[next]?.end ?? 0) <= start) next++;
		const comment = comments[next];
		if (comment !== undefined && comment.start <= start) continue;
		if (match[2] === "include") {
			included.lastIndex = after;
			const path = included.exec(text);
			if (path !== null) includes.push({ path: path[1] ?? path[2] ?? "", system: path[1] !== undefined });
			continue;
		}
		head.lastIndex = after;
		const name = head.exec(text);
		if (name === null) continue;
		const bodyStart = head.lastIndex;
		const { end, body } = readBody(text, bodyStart, comments, next);
		const params = name[2];
		definitions.push({
			name: name[1] ?? "",
			...(params === undefined ? {} : { params: parameterNames(params) }),
			start,
			end,
			bodyStart,
			body,
		});
	}
	return { definitions, includes };
}

/** The `#include` whose `#` stands at `at`; undefined for another directive. */
export function includeAt(text: string, at: number): IncludeFacts | undefined {
	includeHead.lastIndex = at;
	if (!includeHead.test(text)) return undefined;
	included.lastIndex = includeHead.lastIndex;
	const path = included.exec(text);
	return path === null ? undefined : { path: path[1] ?? path[2] ?? "", system: path[1] !== undefined };
}

/** `a, b, args...` to names; a variadic list ends with `...` (a named one with its name and `...`). */
function parameterNames(list: string): string[] {
	return list
		.replace(/\\\r?\n/g, " ")
		.split(",")
		.map((name) => name.trim())
		.filter((name) => name !== "");
}

/** The rest of a logical line: to the first line end that is neither escaped nor inside a comment. */
function readBody(text: string, start: number, comments: readonly Comment[], from: number): { end: number; body: string } {
	let body = "";
	let at = start;
	let next = from;
	for (;;) {
		const newline = text.indexOf("\n", at);
		const end = newline < 0 ? text.length : newline;
		while (next < comments.length && (comments[next]?.start ?? 0) < at) next++;
		const comment = comments[next];
		if (comment !== undefined && comment.start < end) {
			body += text.slice(at, comment.start) + " ".repeat(comment.end - comment.start);
			at = comment.end;
			continue;
		}
		const line = text.slice(at, end);
		const escaped = /\\\r?$/.exec(line);
		if (escaped === null || newline < 0) {
			body += line;
			return { end, body };
		}
		body += `${line.slice(0, escaped.index)}${" ".repeat(line.length - escaped.index + 1)}`;
		at = end + 1;
	}
}
