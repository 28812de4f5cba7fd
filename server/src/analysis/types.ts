/** What the core says about a tree, as plain data: the one model of uses, findings and fixes for command line and server alike. */

import type { TraceGraph, TraceStep } from "../model/trace.ts";

export type Verdict = "held" | "guarded" | "uncommented" | "exposed" | "claimed" | "unknown";
export type Severity = "error" | "warning" | "information";

/** Verdicts from best to worst: a use has the worst of its origins and callers. */
export const VERDICTS: readonly Verdict[] = ["held", "guarded", "uncommented", "claimed", "unknown", "exposed"];

export type { StateAfter, TraceGraph, TraceStep } from "../model/trace.ts";

export interface MacroPlace {
	readonly name: string;
	readonly file: string;
	readonly line: number;
}

/** A place in the source that has to do with a use. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly function: string;
	/** The source there, for people: `mmgrab(current->mm)`. */
	readonly text: string;
}

/** A field that carries the mm from the capture to the use. */
export interface CarryingField {
	/** Tag of the struct, and the file that defines it. */
	readonly struct: string;
	readonly field: string;
	readonly file: string;
	readonly line: number;
}

/** A use as it stands in the source, before it is judged. */
export interface UseInView {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly function: string;
	/** The mm expression as written. */
	readonly mm: string;
}

export interface Use extends UseInView {
	readonly id: string;
	readonly verdict: Verdict;
	readonly why: string;
	readonly guarantee?: string;
	readonly macro?: MacroPlace;
	readonly explored: { readonly result: "proved" | "violated" | "bounded"; readonly states: number; readonly bound?: string };
	readonly assumes?: readonly string[];
	/** Where the mm is put into a field on its way here, the first capture first. */
	readonly captures?: readonly Place[];
	readonly fields?: readonly CarryingField[];
	/**
	 * A shortest interleaving that reaches the use with the owner alive, and goes on to the end of its thread: what is held there, who took
	 * it and who gives it back. Absent when none does. Its nodes are not those of `graphs`, where what comes after the use is left out.
	 */
	readonly witness?: readonly TraceStep[];
	readonly trace?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
}

export interface TextEdit {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly newText: string;
}

/** Whether a fix can be put in as it is, takes a person to choose, or leaves a text for a person to write. */
export type Applicability = "safe" | "choice" | "placeholder";

export interface Fix {
	readonly id: string;
	readonly title: string;
	readonly applicability: Applicability;
	readonly preferred: boolean;
	/** The verdict of the use that the finding is about; absent where it is about none. */
	readonly verdictAfter?: Verdict;
	readonly edits: readonly TextEdit[];
}

export interface Finding {
	readonly id: string;
	readonly useId?: string;
	/** Made of rule, file, function and normalised expression: survives moved lines. */
	readonly fingerprint: string;
	readonly rule: string;
	readonly severity: Severity;
	readonly file: string;
	readonly function: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly message: string;
	/** Where a change is reported: the changed line that the trace passes, else the one nearest to it. */
	readonly introducedBy?: { readonly file: string; readonly line: number };
	readonly trace?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
	readonly fixes: readonly Fix[];
}

export interface Hole {
	readonly file: string;
	readonly line: number;
	readonly why: string;
}

export interface Stats {
	readonly filesSeen: number;
	readonly filesParsed: number;
	readonly bytesSeen: number;
	readonly functions: number;
	readonly functionsWithHoles: number;
	readonly uses: number;
	readonly milliseconds: number;
}

/** Result of one check: the JSON of `mm-lifetime check --format json`. */
export interface Report {
	readonly version: 1;
	readonly kernel: string;
	readonly uses: readonly Use[];
	readonly findings: readonly Finding[];
	readonly holes: readonly Hole[];
	readonly stats: Stats;
}

/** What a call of a known function does to an mm, in words of the kernel table. */
export interface CallEffect {
	/** The function as called, and the known one it acts like where that is another. */
	readonly callee: string;
	readonly actsLike?: string;
	/** The mm argument as written; absent when the call gives an mm or takes none. */
	readonly mm?: string;
	/** What it does, in one sentence. */
	readonly summary: string;
	/** What becomes of mm_users and of mm_count: `+1 if above 0`; absent when nothing. */
	readonly users?: string;
	readonly count?: string;
	/** What must hold for the call to be right. */
	readonly needs?: string;
	/** The kernel source that shows it. */
	readonly source: string;
}

/** The state that the model finds at a line of a use's interleaving, and the references held there. */
export interface HeldHere {
	readonly useId: string;
	readonly after: TraceStep["after"];
	/** Steps that took references which nobody has given back here, oldest first. */
	readonly references: readonly { readonly kind: "users" | "count"; readonly step: TraceStep }[];
}

/** What stands at a place in the source, for hovers. Lines and columns from 1. */
export interface Described {
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly subject:
		| { readonly kind: "call"; readonly effect: CallEffect }
		| { readonly kind: "field"; readonly struct: string; readonly field: string; readonly file: string; readonly definedAt: number }
		| { readonly kind: "variable"; readonly name: string };
	/** Where the mm in the field or variable is stored, when the subject is one. */
	readonly writers: readonly Place[];
	/** The uses that have to do with it, the one at the place itself first. */
	readonly uses: readonly Use[];
	readonly held?: HeldHere;
}
