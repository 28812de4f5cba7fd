/** Traces: the steps of one interleaving, as the explorer finds them and as JSON carries them. */

import type { Operation } from "./operation.ts";
import type { Site } from "./program.ts";
import type { StateAfter } from "./state.ts";

export type { PageTables, StateAfter } from "./state.ts";

/** One step of an interleaving that the explorer found. */
export interface ExploredStep {
	/** Name of a thread of the program, `owner` (exit) or `teardown`. */
	readonly thread: string;
	readonly op: Operation | "branch";
	/** The simulated mm; empty when the step's variable denoted none, so that nothing happened. A branch on no mm names the one shown last. */
	readonly mm: string;
	readonly arg?: number;
	/** Index of the instruction in the thread's code; -1 for owner and teardown. */
	readonly node: number;
	readonly site: Site;
	/** For a branch: the way taken. */
	readonly branch?: boolean;
	/** The state of `mm` after the step; for a step on no mm, of the one shown last (at first the program's first). */
	readonly after: StateAfter;
}

/** One step of a trace: an operation of `simulate`, done by a thread, at a place in the source, and the state after it. */
export interface TraceStep {
	readonly thread: string;
	readonly op: string;
	readonly mm: string;
	readonly arg?: number;
	/** What happens, for people: `mmgrab(current->mm)`. */
	readonly step: string;
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly function: string;
	/** For a branch: the way taken. */
	readonly branch?: boolean;
	readonly after: StateAfter;
	/** Node of the thread's graph in {@link TraceGraph}. */
	readonly node: number;
}

/** The graph of a simulated thread as the source gives it, so that a trace can be checked to be a path of it. */
export interface TraceGraph {
	readonly thread: string;
	/** The mm whose owner runs this thread, and so cannot exit inside it. */
	readonly owner?: string;
	/** The thread that has to end before this one starts. */
	readonly after?: string;
	readonly start: number;
	readonly nodes: readonly {
		readonly op: string;
		readonly file: string;
		readonly line: number;
		/** For a branch: [when true, when false]; else what may follow. */
		readonly next: readonly number[];
	}[];
}
