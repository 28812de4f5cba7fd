/** What a debug session is launched with, read from the arguments of its launch request. */

import type { TraceGraph, TraceStep } from "../../server/src/analysis/types.ts";
import { type Timeline, timelineOf } from "../../server/src/report/timeline.ts";

/** An interleaving as `mm-lifetime/trace` gives it, and where its files lie on this machine. */
export interface DebugInput {
	readonly trace?: readonly TraceStep[];
	readonly witness?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
	/** Absolute paths by the paths in the steps. */
	readonly files: Readonly<Record<string, string>>;
}

/** Reads the interleaving to step through. Out: undefined when the arguments hold none. */
export function readDebuggee(args: unknown): { readonly timeline: Timeline; readonly files: DebugInput["files"] } | undefined {
	const { input } = (typeof args === "object" && args !== null ? args : {}) as { readonly input?: Partial<DebugInput> };
	const timeline = input && timelineOf(input);
	return timeline && { timeline, files: input?.files ?? {} };
}
