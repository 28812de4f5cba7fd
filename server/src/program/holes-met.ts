import type { FileFacts, FunctionFacts, HoleFacts } from "../facts/types.ts";

/** What was not understood in one piece of a file. */
export interface HoleMet {
	readonly file: string;
	readonly holes: readonly HoleFacts[];
	readonly functions: readonly FunctionFacts[];
}

/** What was not understood of some facts, if anything. @param left what of them was not expanded */
export function holesIn(file: string, facts: FileFacts, left: readonly HoleFacts[] = []): readonly HoleMet[] {
	const functions = facts.functions.filter(({ clean }) => !clean);
	if (facts.holes.length + left.length === 0 && functions.length === 0) return [];
	return [{ file, holes: left.length === 0 ? facts.holes : [...facts.holes, ...left], functions }];
}
