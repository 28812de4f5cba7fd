/** The shapes of rules: they turn what the checker says of one use, of one reference, or of an ignore comment into a finding. */

import type { Severity } from "../analysis/types.ts";
import type { Explained } from "../checker/explain.ts";
import type { Problem, ProblemKind } from "../checker/ownership/types.ts";

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

/** A rule about who owns a reference. */
export interface OwnerRule {
	readonly id: ProblemKind;
	readonly severity: Severity;
	/** What is wrong, why, what to do, in that order. */
	message(problem: Problem): string;
}

/** A rule about ignore comments. */
export interface IgnoreRule {
	readonly id: string;
	readonly severity: Severity;
	/** @param rules the ids that the comment names, which it may not know or not need */
	message(rules: readonly string[]): string;
}

/** Where something stands, for messages. */
export function placed(mark: { readonly text: string; readonly file: string; readonly line: number }): string {
	return `${mark.text} (${mark.file}:${mark.line})`;
}
