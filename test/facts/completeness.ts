/** Compares the calls that a plain lexer finds with those in the facts of a file. */

import { callsInFacts } from "../../server/src/facts/index.ts";
import type { FileFacts } from "../../server/src/facts/types.ts";
import { lexCalls, watchedNames } from "./lexer.ts";

export interface Comparison {
	/** How many calls the lexer found. */
	readonly calls: number;
	/** Calls that the facts lack, as `line: name`. */
	readonly missing: readonly string[];
	/** Calls in the facts outside macro bodies that the lexer does not see, as `offset: name`. */
	readonly extra: readonly string[];
}

/** The calls of `names` in a text, held against its facts. */
export function compareCalls(text: string, facts: FileFacts, names: ReadonlySet<string> = watchedNames): Comparison {
	const lexed = lexCalls(text, names);
	const known = new Map<number, string>();
	for (const call of callsInFacts(facts)) if (names.has(call.name)) known.set(call.offset, call.name);
	const missing = lexed.filter((call) => known.get(call.offset) !== call.name).map((call) => `${call.line}: ${call.name}`);
	const seen = new Set(lexed.map((call) => call.offset));
	const macros = new Set(facts.macros.map((macro) => macro.name));
	const extra: string[] = [];
	for (const call of callsInFacts(facts)) {
		if (names.has(call.name) && !seen.has(call.offset) && !macros.has(call.within)) extra.push(`${call.offset}: ${call.name}`);
	}
	return { calls: lexed.length, missing, extra };
}
