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

export interface Use {
	readonly id: string;
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly function: string;
	/** The mm expression as written. */
	readonly mm: string;
	readonly verdict: Verdict;
	readonly why: string;
	readonly guarantee?: string;
	readonly macro?: MacroPlace;
	readonly explored: { readonly result: "proved" | "violated" | "bounded"; readonly states: number; readonly bound?: string };
	readonly assumes?: readonly string[];
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

export interface Fix {
	readonly id: string;
	readonly title: string;
	readonly applicability: "safe" | "choice" | "placeholder";
	readonly preferred: boolean;
	readonly verdictAfter: Verdict;
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
