/** Holds the calls that a plain lexer finds against the facts of a file. */

import { callsInFacts, type NamedCall } from "../../server/src/facts/index.ts";
import type { FileFacts } from "../../server/src/facts/types.ts";
import type { LexedCall } from "./calls-lexer.ts";

/**
 * The calls that the facts lack. A call outside macros must be in the facts as a call at its offset; so must one in a macro body that
 * was understood; of a body that is neither an expression nor statements by itself the text must hold the name.
 */
export function findMissingCalls(calls: readonly LexedCall[], facts: FileFacts): LexedCall[] {
	const known = new Map<number, string>();
	for (const call of callsInFacts(facts)) known.set(call.offset, call.name);
	const macros = new Map(facts.macros.map((macro) => [macro.start, macro]));
	return calls.filter((call) => {
		if (known.get(call.offset) === call.name) return false;
		const macro = call.macro === undefined ? undefined : macros.get(call.macro);
		if (macro === undefined || macro.expr !== undefined || macro.body !== undefined) return true;
		return !macro.text.split(/\W+/).includes(call.name);
	});
}

/** The calls of `names` in the facts that the lexer does not see. */
export function findUnseenCalls(calls: readonly LexedCall[], facts: FileFacts, names: ReadonlySet<string>): NamedCall[] {
	const seen = new Map(calls.map((call) => [call.offset, call.name]));
	return [...callsInFacts(facts)].filter((call) => names.has(call.name) && seen.get(call.offset) !== call.name);
}
