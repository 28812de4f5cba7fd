/** How a row of the table is written down: what most rows leave out is filled in here. */

import type { Act, Evidence, KernelFunction, Source, VersionRange } from "./types.ts";

/** The kernel whose line numbers the table carries unless a row names another. */
export const LINES_OF = "6.1.192";

interface RowDetails {
	readonly versions?: readonly VersionRange[];
	readonly users?: string;
	readonly count?: string;
	readonly needs?: string;
	readonly context?: KernelFunction["context"];
	readonly builtInOnly?: true;
	readonly field?: KernelFunction["field"];
	readonly evidence?: Evidence;
}

/**
 * One row: a function that leaves both counters alone, needs nothing and may be called anywhere unless `details` say otherwise.
 * @param shows see {@link Source}: file, line and what stands there.
 */
export function describe(name: string, summary: string, acts: readonly Act[], shows: Source, details: RowDetails = {}): KernelFunction {
	return {
		name,
		summary,
		acts,
		source: shows,
		versions: details.versions ?? [],
		users: details.users ?? "0",
		count: details.count ?? "0",
		needs: details.needs ?? "nothing",
		context: details.context ?? "any",
		...(details.builtInOnly === undefined ? {} : { builtInOnly: details.builtInOnly }),
		...(details.field === undefined ? {} : { field: details.field }),
		...(details.evidence === undefined ? {} : { evidence: details.evidence }),
	};
}

/** A place in the kernel's source; `shows` is a part of that line. */
export function at(file: string, line: number, shows: string, version: string = LINES_OF): Source {
	return { version, file, line, shows };
}
