/** From positions inside a function to lines and columns of its file. */

import type { Tree } from "../analysis/snapshot.ts";
import type { FunctionFacts, MacroFacts, VariableFacts } from "../facts/types.ts";

type Located = Pick<FunctionFacts | MacroFacts | VariableFacts, "line" | "column" | "lineStarts">;

/** Line and column (from 1, UTF-16 units) in the file of offset `at` inside a function, macro or variable. */
export function placeOf(owner: Located, at: number): { readonly line: number; readonly column: number } {
	const starts = owner.lineStarts;
	let low = 0;
	let high = starts.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((starts[middle] as number) <= at) low = middle + 1;
		else high = middle;
	}
	if (low === 0) return { line: owner.line + 1, column: owner.column + at + 1 };
	return { line: owner.line + low + 1, column: at - (starts[low - 1] as number) + 1 };
}

/** Where a line (from 0) of the facts of a file stands in a tree. */
export function lineIn({ files }: Tree, file: string, line: number): number {
	return files.get(file)?.pieces.lineNow(line) ?? line;
}

/** Facts with the offsets and the line where they stand in a tree: they keep those at which their piece was first cut. */
export function placedIn<T extends { readonly start: number; readonly end?: number; readonly line: number }>(
	{ files }: Tree,
	file: string,
	facts: T,
): T {
	const pieces = files.get(file)?.pieces;
	if (!pieces?.hasMoved) return facts;
	const start = pieces.offsetNow(facts.start);
	const end = facts.end === undefined ? {} : { end: facts.end - facts.start + start };
	return { ...facts, start, ...end, line: pieces.lineNow(facts.line) };
}
