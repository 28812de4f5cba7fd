import type { Finding, Hole, Report, Stats, TraceGraph, TraceStep, Use } from "../analysis/types.ts";

/** A report and what to put before its paths so that they are relative to the common folder: empty, or ending in `/`. */
export interface PlacedReport {
	readonly report: Report;
	readonly prefix: string;
}

/** Makes one report of those of several trees: paths relative to their common folder, ids still unique, sorted by place. */
export function mergeReports(parts: readonly PlacedReport[]): Report {
	// Files around kernel trees that have nothing to do with one do not make the report be about a further kernel.
	const telling = parts.filter(({ report }) => report.uses.length > 0 || report.findings.length > 0);
	const kernels = [...new Set((telling.length > 0 ? telling : parts).map((part) => part.report.kernel))].sort();
	return {
		version: 1,
		kernel: kernels.join(", "),
		uses: parts.flatMap(({ report, prefix }) => report.uses.map((use) => placeUse(use, prefix))).sort(byPlace),
		findings: parts.flatMap(({ report, prefix }) => report.findings.map((finding) => placeFinding(finding, prefix))).sort(byPlace),
		holes: parts.flatMap(({ report, prefix }) => report.holes.map((hole) => ({ ...hole, file: prefix + hole.file }))).sort(byPlace),
		stats: addStats(parts.map((part) => part.report.stats)),
	};
}

/** Orders by file, line and column, whatever the language of the system is. */
export function byPlace(a: Hole & { readonly column?: number }, b: Hole & { readonly column?: number }): number;
export function byPlace(a: Use | Finding, b: Use | Finding): number;
export function byPlace(a: Place, b: Place): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}

interface Place {
	readonly file: string;
	readonly line: number;
	readonly column?: number;
}

function placeUse(use: Use, prefix: string): Use {
	if (prefix === "") return use;
	return {
		...use,
		id: prefix + use.id,
		file: prefix + use.file,
		why: placeText(use.why, prefix),
		...(use.macro && { macro: { ...use.macro, file: prefix + use.macro.file } }),
		...(use.captures && { captures: use.captures.map((place) => ({ ...place, file: prefix + place.file })) }),
		...(use.fields && { fields: use.fields.map((field) => ({ ...field, file: prefix + field.file })) }),
		...placeTrace(use, prefix),
	};
}

function placeFinding(finding: Finding, prefix: string): Finding {
	if (prefix === "") return finding;
	return {
		...finding,
		id: prefix + finding.id,
		...(finding.useId !== undefined && { useId: prefix + finding.useId }),
		file: prefix + finding.file,
		message: placeText(finding.message, prefix),
		...(finding.introducedBy && { introducedBy: { ...finding.introducedBy, file: prefix + finding.introducedBy.file } }),
		fixes: finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => ({ ...edit, file: prefix + edit.file })) })),
		...placeTrace(finding, prefix),
	};
}

/** Places that a text names, `path.c:12`, are relative to the tree as well. */
function placeText(text: string, prefix: string): string {
	return text.replace(/(?<![\w./-])\w[\w./-]*\.[ch]:\d+/g, (place) => prefix + place);
}

function placeTrace(
	of: { readonly witness?: readonly TraceStep[]; readonly trace?: readonly TraceStep[]; readonly graphs?: readonly TraceGraph[] },
	prefix: string,
): { witness?: readonly TraceStep[]; trace?: readonly TraceStep[]; graphs?: readonly TraceGraph[] } {
	// The owner's own steps have no place in the tree.
	const place = (file: string) => (file === "" ? "" : prefix + file);
	const placeSteps = (steps: readonly TraceStep[]) => steps.map((step) => ({ ...step, file: place(step.file) }));
	return {
		...(of.witness && { witness: placeSteps(of.witness) }),
		...(of.trace && { trace: placeSteps(of.trace) }),
		...(of.graphs && {
			graphs: of.graphs.map((graph) => ({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, file: place(node.file) })) })),
		}),
	};
}

function addStats(all: readonly Stats[]): Stats {
	const sum = (pick: (stats: Stats) => number) => all.reduce((total, stats) => total + pick(stats), 0);
	return {
		filesSeen: sum((stats) => stats.filesSeen),
		filesParsed: sum((stats) => stats.filesParsed),
		bytesSeen: sum((stats) => stats.bytesSeen),
		functions: sum((stats) => stats.functions),
		functionsWithHoles: sum((stats) => stats.functionsWithHoles),
		uses: sum((stats) => stats.uses),
		milliseconds: sum((stats) => stats.milliseconds),
	};
}
