/** Comments as the kernel writes them: one line where it fits into 80 columns, else a block with a star before each line. */

import type { TextEdit } from "../analysis/types.ts";
import { alignBackslash, backslashColumn, indentationOf, insertLinesBefore, lineEnd, lineStart, widthOf } from "./layout.ts";

/** The last column that a comment is laid into. */
export const COMMENT_WIDTH = 80;
/** What stands for a comment of one line must leave room for some words a line. */
const LEAST_WORDS = 32;

/** Lines of a comment that says `words`, with their indentation. */
export function layComment(words: string, indentation: string, width: number = COMMENT_WIDTH): readonly string[] {
	const oneLine = `${indentation}/* ${words} */`;
	if (widthOf(oneLine) <= width) return [oneLine];
	return [`${indentation}/*`, ...wrap(words, `${indentation} * `, width), `${indentation} */`];
}

/** Wraps words into lines that begin with `lead`. */
export function wrap(words: string, lead: string, width: number = COMMENT_WIDTH): readonly string[] {
	const room = Math.max(LEAST_WORDS, width - widthOf(lead));
	const lines: string[] = [];
	for (const word of words.split(" ")) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + 1 + word.length <= room) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(word);
	}
	return lines.map((line) => lead + line);
}

function lineOf(text: string, line: number): string {
	const start = lineStart(text, line);
	return text.slice(start, lineEnd(text, start));
}

/** The edit that puts a comment above a line, indented as that line is; inside a macro with its backslashes in their column. */
export function insertComment(text: string, file: string, line: number, words: string): TextEdit {
	const indentation = indentationOf(text, line);
	const above = line > 1 ? lineOf(text, line - 1) : "";
	if (!above.endsWith("\\")) return insertLinesBefore(text, file, line, layComment(words, indentation));
	const column = backslashColumn(text, line);
	const lines = layComment(words, indentation, column - 1 >= widthOf(indentation) + LEAST_WORDS ? column - 1 : COMMENT_WIDTH - 2);
	return insertLinesBefore(
		text,
		file,
		line,
		lines.map((each) => alignBackslash(each, column)),
	);
}

/** The edit that puts a comment behind what stands on a line; none when a comment goes on to the next line there. */
export function appendComment(text: string, file: string, line: number, words: string): TextEdit | undefined {
	const written = lineOf(text, line);
	if (written.endsWith("\\") || written.lastIndexOf("/*") > written.lastIndexOf("*/") || written.includes("//")) return undefined;
	const column = written.length + 1;
	return { file, line, column, endLine: line, endColumn: column, newText: ` /* ${words} */` };
}

/** Whether a comment ends on a line. */
export function endsComment(text: string, line: number): boolean {
	return line > 0 && /\*\/\s*$|\/\//.test(lineOf(text, line));
}
