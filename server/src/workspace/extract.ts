import { extractFacts } from "../facts/index.ts";
import type { Syntax } from "../syntax/index.ts";
import type { FactsResult } from "./engine.ts";
import { describeError } from "./input-error.ts";

/** Parses one text and takes its facts; the trees are freed. Never throws: a text that cannot be parsed costs that text. */
export function extractFactsOf(text: string, syntax: Syntax): FactsResult {
	const parsed = syntax.parse(text);
	if ("failure" in parsed) return { ok: false, why: `not parsed: ${parsed.why}` };
	try {
		return { ok: true, facts: extractFacts(parsed, (snippet) => syntax.parse(snippet)) };
	} catch (error) {
		return { ok: false, why: `not understood: ${describeError(error)}` };
	} finally {
		parsed.delete();
	}
}
