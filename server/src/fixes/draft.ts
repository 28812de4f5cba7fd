/** What a maker of fixes is given, and what it gives: edits of whole files that nobody has proved yet. */

import type { Finding, Fix, TextEdit, Verdict } from "../analysis/types.ts";
import type { Explained } from "../checker/explain.ts";
import type { Judged } from "../checker/judge.ts";
import type { Program } from "../program/program.ts";

export interface FixContext {
	readonly program: Program;
	readonly judged: Judged;
	readonly explained: Explained;
	/** The text of a file of the tree, as the facts were taken from it; undefined when it is not there. */
	text(path: string): string | undefined;
}

/** A fix before its proof. `wanted` is the verdict that the proof has to find for the use. */
export interface FixDraft extends Omit<Fix, "verdictAfter" | "edits"> {
	readonly wanted: Verdict;
	readonly edits: readonly TextEdit[];
}

/** Drafts for one finding of one use; none where there is nothing sound to write. */
export type FixMaker = (context: FixContext, finding: Omit<Finding, "fixes">) => readonly FixDraft[];
