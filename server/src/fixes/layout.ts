/** Where things stand in the text of a file, and edits that keep its indentation and its line ends. Lines and columns start at 1 and count UTF-16 units. */

import type { TextEdit } from "../analysis/types.ts";

export interface Position {
	readonly line: number;
	readonly column: number;
}

let known: { readonly text: string; readonly starts: readonly number[] } = { text: "", starts: [0] };

/** Offsets at which the lines of a text begin, the first one's 0 included. Many are asked for of one text in a row. */
function lineStartsOf(text: string): readonly number[] {
	if (known.text === text) return known.starts;
	const starts = [0];
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
	known = { text, starts };
	return starts;
}

/** Line and column of an offset; an offset beyond the text is its end. */
export function placeAt(text: string, offset: number): Position {
	const at = Math.max(0, Math.min(offset, text.length));
	const starts = lineStartsOf(text);
	let low = 0;
	let high = starts.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((starts[middle] as number) <= at) low = middle + 1;
		else high = middle;
	}
	return { line: low, column: at - (starts[low - 1] ?? 0) + 1 };
}

/** Offset of a line and column; a column beyond its line is the line's end, a line beyond the text the text's. */
export function offsetAt(text: string, line: number, column: number): number {
	const start = lineStart(text, line);
	return Math.min(start + Math.max(0, column - 1), lineEnd(text, start));
}

/** Offset at which a line begins; of a line beyond the text, its end. */
export function lineStart(text: string, line: number): number {
	return line <= 1 ? 0 : (lineStartsOf(text)[line - 1] ?? text.length);
}

/** Offset of the end of the line that holds an offset, without its line end. */
export function lineEnd(text: string, offset: number): number {
	const next = text.indexOf("\n", offset);
	if (next < 0) return text.length;
	return next > offset && text[next - 1] === "\r" ? next - 1 : next;
}

/** What ends the lines of a text: that of its first line. */
export function lineEndOf(text: string): "\n" | "\r\n" {
	const first = text.indexOf("\n");
	return first > 0 && text[first - 1] === "\r" ? "\r\n" : "\n";
}

/** The blanks and tabs that a line begins with. */
export function indentationOf(text: string, line: number): string {
	const start = lineStart(text, line);
	return /^[ \t]*/.exec(text.slice(start, lineEnd(text, start)))?.[0] ?? "";
}

/** One level of indentation as the lines around an offset have it: a tab, unless the text is indented with blanks. */
export function indentUnitOf(text: string): string {
	if (/^\t/m.test(text)) return "\t";
	return /^( {2,8})\S/m.exec(text)?.[1] ?? "\t";
}

/** An edit that puts text in place of what stands between two offsets. */
export function replaceBetween(text: string, file: string, from: number, to: number, newText: string): TextEdit {
	const start = placeAt(text, from);
	const end = placeAt(text, to);
	return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, newText: withLineEnds(text, newText) };
}

/** An edit that inserts whole lines above a line; the lines come with their indentation and without line ends. */
export function insertLinesBefore(text: string, file: string, line: number, lines: readonly string[]): TextEdit {
	const at = lineStart(text, line);
	const missing = at === text.length && at > 0 && text[at - 1] !== "\n" ? "\n" : "";
	return replaceBetween(text, file, at, at, missing + lines.map((each) => `${each}\n`).join(""));
}

/** An edit that inserts whole lines below a line. */
export function insertLinesAfter(text: string, file: string, line: number, lines: readonly string[]): TextEdit {
	return insertLinesBefore(text, file, line + 1, lines);
}

function withLineEnds(text: string, newText: string): string {
	return lineEndOf(text) === "\n" ? newText : newText.replace(/\r?\n/g, "\r\n");
}

/** The text after its edits, which do not overlap; edits at one place are put in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
	const starts = lineStartsOf(text);
	const offset = (line: number, column: number): number => {
		const start = starts[line - 1] ?? text.length;
		return Math.min(start + column - 1, text.length);
	};
	const placed = edits
		.map((edit, index) => ({ edit, index, from: offset(edit.line, edit.column), to: offset(edit.endLine, edit.endColumn) }))
		.sort((a, b) => a.from - b.from || a.to - b.to || a.index - b.index);
	let out = "";
	let at = 0;
	for (const { edit, from, to } of placed) {
		out += text.slice(at, Math.max(at, from)) + edit.newText;
		at = Math.max(at, to);
	}
	return out + text.slice(at);
}

/** Offset of the next character that is neither blank nor comment nor a preprocessor's line continuation, from an offset on. */
export function skipBlanks(text: string, offset: number): number {
	for (let at = offset; ; ) {
		const rest = /^(?:\s|\\\r?\n|\/\*[\s\S]*?\*\/|\/\/[^\n]*)+/.exec(text.slice(at, at + 4096));
		if (!rest) return at;
		at += rest[0].length;
	}
}

/** Offset just past the string, character, comment or other character that begins at an offset. */
function pastToken(text: string, at: number): number {
	const first = text[at];
	if (first === '"' || first === "'") {
		for (let end = at + 1; end < text.length; end += 1) {
			if (text[end] === "\\") end += 1;
			else if (text[end] === first) return end + 1;
			else if (text[end] === "\n") return end;
		}
		return text.length;
	}
	if (first === "/" && text[at + 1] === "*") {
		const end = text.indexOf("*/", at + 2);
		return end < 0 ? text.length : end + 2;
	}
	if (first === "/" && text[at + 1] === "/") return lineEnd(text, at);
	const word = first !== undefined && /\w/.test(first) ? /^\w+/.exec(text.slice(at, at + 256)) : null;
	return at + (word?.[0].length ?? 1);
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Offset just past the bracket that closes the one at an offset; the end of the text when none does. */
export function pastBracket(text: string, at: number): number {
	const close = CLOSING[text[at] ?? ""];
	if (close === undefined) return at;
	for (let now = at + 1; now < text.length; ) {
		if (text[now] === close) return now + 1;
		now = CLOSING[text[now] ?? ""] === undefined ? pastToken(text, now) : pastBracket(text, now);
	}
	return text.length;
}

function wordAt(text: string, at: number): string {
	return /^\w+/.exec(text.slice(at, at + 64))?.[0] ?? "";
}

/**
 * Offset just past the statement that an offset stands in or at the start of: its `;` or `}`, of an `if` that of its last arm.
 * In the middle of a simple statement its own end is meant.
 */
export function statementEnd(text: string, offset: number): number {
	const at = skipBlanks(text, offset);
	const word = wordAt(text, at);
	if (text[at] === "{") return pastBracket(text, at);
	if (word === "if") {
		const then = statementEnd(text, pastHead(text, at + 2));
		const after = skipBlanks(text, then);
		return wordAt(text, after) === "else" ? statementEnd(text, after + 4) : then;
	}
	if (word === "for" || word === "while" || word === "switch") return statementEnd(text, pastHead(text, at + word.length));
	if (word === "do") return simpleEnd(text, statementEnd(text, at + 2));
	return simpleEnd(text, at);
}

/** The argument or value that begins at an offset, as it is written. */
export function argumentAt(text: string, from: number): string {
	let depth = 0;
	let at = from;
	for (; at < text.length; at += 1) {
		const char = text[at] ?? "";
		if (depth === 0 && [",", ")", ";"].includes(char)) break;
		if (char === "(" || char === "[") depth += 1;
		if (char === ")" || char === "]") depth -= 1;
	}
	return text.slice(from, at).trim();
}

/** Offset just past the parentheses that follow a keyword. */
export function pastHead(text: string, at: number): number {
	return pastBracket(text, skipBlanks(text, at));
}

/** Just past the `;`, or past the block behind the head of a macro loop. */
function simpleEnd(text: string, from: number): number {
	let closed = false;
	for (let at = from; at < text.length; ) {
		const first = text[at] ?? "";
		if (first === ";") return at + 1;
		if (first === "}") return at;
		if (CLOSING[first] !== undefined) {
			const end = pastBracket(text, at);
			if (first === "{" && closed && !/[;,.)]/.test(text[skipBlanks(text, end)] ?? ";")) return end;
			closed = first === "(";
			at = end;
			continue;
		}
		if (!/\s/.test(first) && !(first === "/" && /[*/]/.test(text[at + 1] ?? ""))) closed = false;
		at = pastToken(text, at);
	}
	return text.length;
}

const TAB_WIDTH = 8;

/** The column, from 0, behind a piece of a line, with tabs of eight. */
export function widthOf(piece: string): number {
	let width = 0;
	for (const char of piece) width = char === "\t" ? (Math.floor(width / TAB_WIDTH) + 1) * TAB_WIDTH : width + 1;
	return width;
}

/**
 * The column in which the backslashes of the macro around a line stand: the one that half of them share, a single one aside; 0 where they
 * follow the text.
 */
export function backslashColumn(text: string, line: number): number {
	const lines = text.split("\n").map((each) => each.trimEnd());
	const goesOn = (at: number): boolean => lines[at - 1]?.endsWith("\\") ?? false;
	let first = line;
	while (goesOn(first - 1)) first -= 1;
	const columns: number[] = [];
	for (let at = first; goesOn(at); at += 1) columns.push(widthOf((lines[at - 1] ?? "").slice(0, -1)));
	const count = (column: number): number => columns.filter((other) => other === column).length;
	const [column = 0] = [...columns].sort((a, b) => count(b) - count(a));
	return count(column) > 1 && 2 * count(column) >= columns.length ? column : 0;
}

/** A line of a macro with its backslash in a column, or one blank behind the line where that is beyond it. */
export function alignBackslash(line: string, column: number): string {
	const width = widthOf(line);
	if (width >= column) return `${line} \\`;
	const gap = column % TAB_WIDTH === 0 ? "\t".repeat(Math.ceil((column - width) / TAB_WIDTH)) : " ".repeat(column - width);
	return `${line}${gap}\\`;
}
