/** From positions inside a function to lines and columns of its file. */

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
