import type { Finding, Hole, Report, TraceStep } from "../analysis/types.ts";

/** Lines from 1, the last one included. */
export interface LineRange {
	readonly first: number;
	readonly last: number;
}

/** The lines that a change put in or touched, by file: those of the state after it. No file has an empty list. */
export type ChangedLines = ReadonlyMap<string, readonly LineRange[]>;

/** How the files of a tree were before a change. Paths are relative to the root. */
export interface Change {
	/** The old text of each file that is not what it was; `undefined` where there was none. */
	readonly before: ReadonlyMap<string, string | undefined>;
	/** Where the files on disk are those before the change: the new text of each of the same; `undefined` where there is none any more. */
	readonly after?: ReadonlyMap<string, string | undefined>;
	readonly lines: ChangedLines;
}

/**
 * The report of what a change brings: of the findings after it those that there were not before, and those whose trace or place has to do
 * with a line that changed; of the holes the new ones. The uses are those after the change, all of them.
 */
export function reportChange(before: Report, after: Report, lines: ChangedLines): Report {
	const fresh = findNew(before.findings.map(fingerprintOf), after.findings, fingerprintOf);
	const findings = after.findings.flatMap((finding) => {
		const isNew = fresh.has(finding);
		const passed = findPassed(finding, lines);
		if (!isNew && passed === undefined) return [];
		const introducedBy = passed ?? findNearest(finding, lines);
		return [introducedBy === undefined ? finding : { ...finding, introducedBy }];
	});
	const nameHole = (hole: Hole): string => `${hole.file}\0${hole.why}`;
	const holes = findNew(before.holes.map(nameHole), after.holes, nameHole);
	return { ...after, findings, holes: [...holes] };
}

function fingerprintOf({ fingerprint }: Finding): string {
	return fingerprint;
}

/** What is there more often than before: of several with one name the last. @param before names */
export function findNew<T>(before: readonly string[], after: readonly T[], nameOf: (item: T) => string): ReadonlySet<T> {
	const known = new Map<string, number>();
	for (const name of before) known.set(name, (known.get(name) ?? 0) + 1);
	return new Set(
		after.filter((item) => {
			const left = known.get(nameOf(item)) ?? 0;
			known.set(nameOf(item), left - 1);
			return left <= 0;
		}),
	);
}

type Line = Pick<TraceStep, "file" | "line">;

/** The first changed line that the trace passes, else one at the place of the finding itself. */
function findPassed({ trace = [], file, line, endLine }: Finding, lines: ChangedLines): Line | undefined {
	const step = trace.find((passed) => lines.get(passed.file)?.some(({ first, last }) => first <= passed.line && passed.line <= last));
	if (step !== undefined) return { file: step.file, line: step.line };
	const range = lines.get(file)?.find(({ first, last }) => first <= endLine && line <= last);
	return range && { file, line: Math.max(range.first, line) };
}

/** The changed line nearest to the finding; where nothing changed in its file, the one nearest to its trace in the first file that changed. */
function findNearest({ trace = [], file, line }: Finding, lines: ChangedLines): Line | undefined {
	const changed = [file, ...trace.map((step) => step.file)].find((path) => lines.has(path));
	if (changed === undefined) return undefined;
	const from = changed === file ? [line] : trace.filter((step) => step.file === changed).map((step) => step.line);
	let nearest: Line | undefined;
	let least = Number.POSITIVE_INFINITY;
	for (const start of from) {
		for (const { first, last } of lines.get(changed) ?? []) {
			const candidate = Math.min(Math.max(start, first), last);
			if (Math.abs(candidate - start) >= least) continue;
			least = Math.abs(candidate - start);
			nearest = { file: changed, line: candidate };
		}
	}
	return nearest;
}
