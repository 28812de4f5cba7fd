/** The facade: a snapshot of a tree and settings in, uses and findings out. Pure. */

import { explain } from "../checker/explain.ts";
import { judge } from "../checker/judge.ts";
import { textOf } from "../checker/lower-expressions.ts";
import { type FoundUse, findUses } from "../checker/uses.ts";
import { decideFeature, IO_URING, USE_COUNTS } from "../kernel/features.ts";
import { functionSlots, kernelFunctions } from "../kernel/index.ts";
import { KernelTable } from "../program/kernel-table.ts";
import { placeOf } from "../program/places.ts";
import { Program } from "../program/program.ts";
import { USE_RULES } from "../rules/index.ts";
import { fingerprintOf } from "./fingerprint.ts";
import type { Analyse, Settings, Tree } from "./snapshot.ts";
import type { Finding, Hole, Report, Severity, Use } from "./types.ts";

export type { Analyse, Need, Settings, SourceFile, Tree } from "./snapshot.ts";
export type * from "./types.ts";

/** Whether a path is asked for. */
function inScope(settings: Settings, path: string): boolean {
	return settings.scope.length === 0 || settings.scope.some((wanted) => (wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted));
}

/** Judges what is there and says what else could matter. Never throws. */
export const analyse: Analyse = (tree, settings) => {
	const readText = settings.kernelForced ? undefined : (path: string) => tree.text(path);
	const kernel = new KernelTable(
		kernelFunctions(settings.kernel, settings.functions, readText),
		functionSlots(settings.kernel),
		settings.functions,
	);
	const program = new Program(tree, kernel);
	const view = settings.kernelForced ? undefined : { has: (path: string) => tree.has(path), text: (path: string) => tree.text(path) };
	const features = {
		ioUring: decideFeature(IO_URING, settings.kernel, view) ?? true,
		useCounts: decideFeature(USE_COUNTS, settings.kernel, view) ?? "always",
	};
	const uses: Use[] = [];
	const findings: Finding[] = [];
	const seen = new Map<string, number>();
	for (const found of [...findUses(program)].sort(byPlace)) {
		if (!inScope(settings, found.fn.file)) continue;
		const judged = judge(program, found, features);
		const explained = explain(program, judged);
		const use = useOf(found, explained, seen);
		uses.push(use);
		findings.push(...findingsOf(found, use, explained, settings, seen));
	}
	const report: Report = {
		version: 1,
		kernel: settings.kernel,
		uses,
		findings,
		holes: holesOf(tree, settings),
		stats: statsOf(tree, uses.length),
	};
	return { report, needs: program.needs() };
};

function byPlace(a: FoundUse, b: FoundUse): number {
	if (a.fn.file !== b.fn.file) return a.fn.file < b.fn.file ? -1 : 1;
	return a.fn.facts.start + a.call.at - (b.fn.facts.start + b.call.at);
}

function calleeOf(found: FoundUse): string {
	return textOf(found.call.callee);
}

function nthOf(seen: Map<string, number>, key: string): number {
	const nth = seen.get(key) ?? 0;
	seen.set(key, nth + 1);
	return nth;
}

function useOf(found: FoundUse, explained: ReturnType<typeof explain>, seen: Map<string, number>): Use {
	const { fn, call } = found;
	const start = placeOf(fn.facts, call.at);
	const end = placeOf(fn.facts, Math.max(call.end, call.at + 1));
	const mm = textOf(found.mm);
	const exploration = explained.worst?.exploration;
	const nth = nthOf(seen, `use\0${fn.file}\0${fn.facts.name}\0${mm}`);
	return {
		id: fingerprintOf("use", fn.file, fn.facts.name, mm, nth),
		file: fn.file,
		...start,
		endLine: end.line,
		endColumn: end.column,
		function: fn.facts.name,
		mm,
		verdict: explained.verdict,
		why: explained.why,
		...(explained.guarantee ? { guarantee: explained.guarantee } : {}),
		...(found.macro ? { macro: { name: found.macro.name, file: found.macro.file, line: found.macro.line + 1 } } : {}),
		explored: exploration
			? exploration.result === "bounded"
				? { result: "bounded", states: exploration.states, bound: exploration.bound }
				: { result: exploration.result, states: exploration.states }
			: explained.verdict === "unknown"
				? { result: "bounded", states: 0, bound: "the origin of the mm" }
				: { result: "proved", states: 0 },
		...(explained.assumes.length > 0 ? { assumes: explained.assumes } : {}),
		...(explained.trace ? { trace: explained.trace } : {}),
		...(explained.graphs ? { graphs: explained.graphs } : {}),
	};
}

function findingsOf(
	found: FoundUse,
	use: Use,
	explained: ReturnType<typeof explain>,
	settings: Settings,
	seen: Map<string, number>,
): readonly Finding[] {
	const findings: Finding[] = [];
	for (const rule of USE_RULES)
		for (const match of rule.match({ mm: use.mm, call: calleeOf(found) }, explained)) {
			const severity = settings.severity[rule.id] ?? rule.severity;
			if (severity === "off") continue;
			const place = match.at
				? { file: match.at.file, line: match.at.line, column: 1, endLine: match.at.line, endColumn: 1 }
				: { file: use.file, line: use.line, column: use.column, endLine: use.endLine, endColumn: use.endColumn };
			const key = match.at ? `${rule.id}\0${place.file}\0${match.at.line}` : `${rule.id}\0${place.file}\0${use.function}\0${use.mm}`;
			/* several uses of one macro speak of the same comment */
			if (match.at && seen.has(key)) continue;
			const fingerprint = fingerprintOf(rule.id, place.file, use.function, match.at ? match.message : use.mm, nthOf(seen, key));
			findings.push({
				id: fingerprint,
				useId: use.id,
				fingerprint,
				rule: rule.id,
				severity: severity as Severity,
				...place,
				function: use.function,
				message: match.message,
				...(match.withTrace && use.trace ? { trace: use.trace } : {}),
				...(match.withTrace && use.graphs ? { graphs: use.graphs } : {}),
				fixes: [],
			});
		}
	return findings;
}

/** What was not understood, in the files that take part. */
function holesOf(tree: Tree, settings: Settings): readonly Hole[] {
	const holes: Hole[] = [];
	for (const { path, facts } of tree.files.values())
		if (inScope(settings, path)) for (const hole of facts.holes) holes.push({ file: path, line: hole.line + 1, why: hole.why });
	return holes;
}

function statsOf(tree: Tree, uses: number): Report["stats"] {
	let functions = 0;
	let functionsWithHoles = 0;
	for (const { facts } of tree.files.values()) {
		functions += facts.functions.length;
		for (const fn of facts.functions) if (!fn.clean) functionsWithHoles++;
	}
	return { filesSeen: 0, filesParsed: tree.files.size, bytesSeen: 0, functions, functionsWithHoles, uses, milliseconds: 0 };
}
