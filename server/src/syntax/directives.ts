/** Rewrites preprocessor lines into what the grammar takes. */

import type { Sheet } from "./sheet.ts";

const COMMENT = /\/\*[\s\S]*?(?:\*\/|$)|\/\/(?:\\\r?\n|[^\n])*/g;

/** Blanks a comment inside a directive so that the lines it spans are continued. */
function blankComment(sheet: Sheet, text: string, from: number, to: number): void {
	sheet.blank(from, to);
	for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) {
		const before = text.charCodeAt(at - 1) === 13 ? at - 2 : at - 1;
		if (before >= from) sheet.put(before, 92);
	}
}

/**
 * Rewrites the directive [start, end): comments in the middle of a line go (the grammar ends the line there), a named variadic
 * parameter loses its dots, what follows `#else`, `#endif` and the name of an `#ifdef` goes.
 */
export function rewriteDirective(sheet: Sheet, text: string, start: number, end: number): void {
	const line = text.slice(start, end);
	const head = /^#[ \t]*([a-z]*)/.exec(line);
	const word = head?.[1] ?? "";
	const behind = head?.[0].length ?? 0;
	if (word === "") {
		sheet.blank(start, end);
		return;
	}
	if (word === "else" || word === "endif") {
		const rest = line.slice(behind).replace(COMMENT, "").trim();
		if (rest !== "") sheet.blank(start + behind, end);
		return;
	}
	if (word === "ifdef" || word === "ifndef") {
		const named = /^[ \t]+\w+/.exec(line.slice(behind));
		const from = behind + (named?.[0].length ?? 0);
		if (/\S/.test(line.slice(from).replace(COMMENT, ""))) sheet.blank(start + from, end);
		return;
	}
	if (line.includes("/")) {
		for (const found of line.matchAll(COMMENT)) {
			const from = found.index;
			const last = /^[\s\\]*$/.test(line.slice(from + found[0].length));
			if (!last || found[0].includes("\n")) blankComment(sheet, text, start + from, start + from + found[0].length);
		}
	}
	if (word !== "define") return;
	const params = /^[ \t]+\w+\(([^()]*)\)/.exec(line.slice(behind));
	const named = params?.[1] === undefined ? null : /[\w$][ \t]*\.\.\.[ \t]*$/.exec(params[1]);
	if (params !== null && named !== null) {
		const dots = start + behind + params[0].lastIndexOf("...");
		sheet.blank(dots, dots + 3);
	}
}
