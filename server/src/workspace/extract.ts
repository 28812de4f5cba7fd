import { extractFacts, spliceFacts } from "../facts/index.ts";
import type { FileFacts } from "../facts/types.ts";
import type { Syntax } from "../syntax/index.ts";
import type { Extracted, FactsResult } from "./engine.ts";
import { describeError } from "./input-error.ts";

/**
 * Parses one text and takes its facts; the trees are freed. Never throws: a text that cannot be parsed costs that text.
 * @param before an earlier text and its facts: where one function tells them apart, only that is parsed
 */
export function extractFactsOf(text: string, syntax: Syntax, before?: Extracted): FactsResult {
	try {
		const spliced = before && spliceFacts(before.facts, before.text, text, (part) => factsIn(extractWhole(part, syntax)));
		return spliced ? { ok: true, facts: spliced } : extractWhole(text, syntax);
	} catch (error) {
		return { ok: false, why: `not understood: ${describeError(error)}` };
	}
}

function extractWhole(text: string, syntax: Syntax): FactsResult {
	const parsed = syntax.parse(text);
	if ("failure" in parsed) return { ok: false, why: `not parsed: ${parsed.why}` };
	try {
		return { ok: true, facts: extractFacts(parsed, (snippet) => syntax.parse(snippet)) };
	} finally {
		parsed.delete();
	}
}

/** The facts, when there are some. */
export function factsIn(result: FactsResult): FileFacts | undefined {
	return result.ok ? result.facts : undefined;
}
