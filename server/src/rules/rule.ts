/** The shape of a rule: it turns what the checker says of one use into a finding. */

import type { Severity } from "../analysis/types.ts";
import type { Explained } from "../checker/explain.ts";

export interface RuleMatch {
	/** What is wrong, why, what to do, in that order. */
	readonly message: string;
	/** Where, when it is not the use itself. Line from 1. */
	readonly at?: { readonly file: string; readonly line: number };
	readonly withTrace: boolean;
}

export interface UseRule {
	readonly id: string;
	readonly severity: Severity;
	/** Findings for one use; none when the rule is content. */
	match(use: { readonly mm: string; readonly call: string }, explained: Omit<Explained, "worst">): readonly RuleMatch[];
}
