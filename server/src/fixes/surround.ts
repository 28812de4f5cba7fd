/** Edits around statements: lines before and after one, with braces where it had none, and a block around several. */

import type { TextEdit } from "../analysis/types.ts";
import {
	alignBackslash,
	backslashColumn,
	indentationOf,
	indentUnitOf,
	insertLinesBefore,
	lineEnd,
	lineStart,
	replaceBetween,
	skipBlanks,
} from "./layout.ts";
import { type Body, blockStart, isBare, lastLineOf, levelOf, lineOf, restIsBlank, type Spot, standsAlone } from "./spot.ts";

function lineAt(body: Body, line: number): string {
	const start = lineStart(body.text, line);
	return body.text.slice(start, lineEnd(body.text, start));
}

/** Lines as they are written into a body: in a macro with their backslashes. */
function continued(body: Body, near: number, lines: readonly string[]): readonly string[] {
	if (!body.macro) return lines;
	return lines.map((line) => alignBackslash(line, backslashColumn(body.text, near)));
}

function insertBefore(body: Body, line: number, lines: readonly string[]): readonly TextEdit[] {
	return lines.length === 0 ? [] : [insertLinesBefore(body.text, body.file, line, continued(body, Math.max(1, line - 1), lines))];
}

/** One level of indentation in this file. */
export function unitOf(body: Body): string {
	return indentUnitOf(body.text);
}

/** The line of a statement, or the first one of the comment that ends right above it. */
export function topLineOf(spot: Spot): number {
	return withComment(spot.body, lineOf(spot));
}

function withComment(body: Body, line: number): number {
	let first = line;
	if (!/\*\/\s*\\?$/.test(lineAt(body, first - 1))) return line;
	while (first > 1) {
		first -= 1;
		const written = lineAt(body, first);
		if (/^\s*\/\*/.test(written)) return first;
		if (!/^\s*\*/.test(written)) return line;
	}
	return line;
}

/**
 * Puts lines before and after a statement; they are indented from the statement's own indentation on. A statement that is a block
 * without braces gets them. Undefined where something else stands on its lines.
 * @param lead what {@link wrap} puts before these lines in the same fix
 */
export function surround(spot: Spot, before: readonly string[], after: readonly string[], lead = ""): readonly TextEdit[] | undefined {
	const { body } = spot;
	const { text, file } = body;
	if (!isBare(spot)) {
		if (!standsAlone(spot)) return undefined;
		const indentation = lead + indentationOf(text, lineOf(spot));
		const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => (line === "" ? "" : indentation + line));
		return [...insertBefore(body, topLineOf(spot), indented(before)), ...insertBefore(body, lastLineOf(spot) + 1, indented(after))];
	}
	const block = blockStart(body, levelOf(spot));
	const owner = levelOf(spot).owner;
	if (!block || !owner || body.macro || !restIsBlank(spot)) return undefined;
	const outer = lead + indentationOf(text, lineOfOffset(text, body.start + owner.at));
	const inner = outer + unitOf(body);
	const own = standsAlone(spot) ? [] : [inner + text.slice(spot.from, spot.to)];
	const lines = (some: readonly string[]): readonly string[] => some.map((line) => inner + line);
	const next = skipBlanks(text, spot.to);
	const otherwise = /^else\b/.test(text.slice(next, next + 5)) ? next : undefined;
	/* what stands in between would be lost */
	const replaced = [own.length > 0 ? text.slice(block.head, spot.from) : "", otherwise === undefined ? "" : text.slice(spot.to, otherwise)];
	if (replaced.some((between) => between.trim() !== "")) return undefined;
	if (own.length > 0)
		return [
			replaceBetween(
				text,
				file,
				block.head,
				otherwise ?? spot.to,
				` {\n${[...lines(before), ...own, ...lines(after)].join("\n")}\n${outer}}${otherwise ? " " : ""}`,
			),
		];
	const close =
		otherwise === undefined
			? insertBefore(body, lastLineOf(spot) + 1, [...lines(after), `${outer}}`])
			: [replaceBetween(text, file, lineEnd(text, spot.to), otherwise, `\n${[...lines(after), `${outer}} `].join("\n")}`)];
	return [replaceBetween(text, file, block.head, block.head, " {"), ...insertBefore(body, topLineOf(spot), lines(before)), ...close];
}

function lineOfOffset(text: string, offset: number): number {
	let line = 1;
	for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
	return line;
}

/**
 * Makes one block of the statements from `first` to `last`: a line that opens it, the lines indented by one level, lines that close it.
 * A comment right above the first goes into the block. Undefined where something else stands on their lines.
 */
export function wrap(
	first: Spot,
	last: Spot,
	open: string,
	end: readonly string[],
	close: readonly string[],
): readonly TextEdit[] | undefined {
	const { body } = first;
	if (!standsAlone(first) || !standsAlone(last)) return undefined;
	const unit = unitOf(body);
	const indentation = indentationOf(body.text, lineOf(first));
	const from = topLineOf(first);
	const to = lastLineOf(last);
	const edits: TextEdit[] = [...insertBefore(body, from, [indentation + open])];
	for (let line = from; line <= to; line += 1) {
		const written = lineAt(body, line);
		if (/^\s*\\?$/.test(written) || written.startsWith("#")) continue;
		const start = lineStart(body.text, line);
		if (body.macro && written.endsWith("\\")) {
			const bare = written.slice(0, -1).trimEnd();
			edits.push(
				replaceBetween(body.text, body.file, start, start + written.length, alignBackslash(unit + bare, backslashColumn(body.text, line))),
			);
		} else edits.push(replaceBetween(body.text, body.file, start, start, unit));
	}
	const after = [...end.map((line) => indentation + unit + line), ...close.map((line) => indentation + line)];
	return [...edits, ...insertBefore(body, to + 1, after)];
}
