/** A tree as it is now: one program for all questions, and every use judged at most once. */

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
import type { OpenView, Settings, Tree, UseInView } from "./snapshot.ts";
import type { Finding, Hole, Report, Severity, Use } from "./types.ts";

/** Whether a path is asked for. */
function inScope(scope: readonly string[], path: string): boolean {
	return scope.length === 0 || scope.some((wanted) => (wanted.endsWith("/") ? path.startsWith(wanted) : path === wanted));
}

/** Opens a tree; nothing is judged yet. Never throws. */
export const openView: OpenView = (tree, settings) => {
	const shown = settings.kernelForced ? undefined : { has: (path: string) => tree.has(path), text: (path: string) => tree.text(path) };
	const kernel = new KernelTable(
		kernelFunctions(settings.kernel, settings.functions, shown?.text),
		functionSlots(settings.kernel),
		settings.functions,
	);
	const program = new Program(tree, kernel);
	const features = {
		ioUring: decideFeature(IO_URING, settings.kernel, shown) ?? true,
		useCounts: decideFeature(USE_COUNTS, settings.kernel, shown) ?? "always",
	};
	const found = new Map([...findUses(program)].sort(byPlace).map((use) => [placeOfUse(use), use]));
	const judged = new Map<FoundUse, ReturnType<typeof explain>>();
	const judgeFound = (use: FoundUse): ReturnType<typeof explain> => {
		const known = judged.get(use) ?? explain(program, judge(program, use, features));
		judged.set(use, known);
		return known;
	};
	return {
		uses: (scope) => [...found.keys()].filter((use) => inScope(scope, use.file)),
		judgeUse: (place) => {
			const use = found.get(place);
			if (use) judgeFound(use);
		},
		judge: (scope) => {
			const uses: Use[] = [];
			const findings: Finding[] = [];
			const seen = new Map<string, number>();
			for (const [place, foundUse] of found) {
				if (!inScope(scope, place.file)) continue;
				const explained = judgeFound(foundUse);
				const use = useOf(foundUse, explained, seen);
				uses.push(use);
				findings.push(...findingsOf(foundUse, use, explained, settings, seen));
			}
			const report: Report = {
				version: 1,
				kernel: settings.kernel,
				uses,
				findings,
				holes: holesOf(tree, scope),
				stats: statsOf(tree, uses.length),
			};
			return { report, needs: program.needs() };
		},
	};
};

function placeOfUse({ fn, call, mm }: FoundUse): UseInView {
	const start = placeOf(fn.facts, call.at);
	const end = placeOf(fn.facts, Math.max(call.end, call.at + 1));
	return { file: fn.file, ...start, endLine: end.line, endColumn: end.column, function: fn.facts.name, mm: textOf(mm) };
}

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
	const { fn } = found;
	const place = placeOfUse(found);
	const exploration = explained.worst?.exploration;
	const nth = nthOf(seen, `use\0${fn.file}\0${fn.facts.name}\0${place.mm}`);
	return {
		id: fingerprintOf("use", fn.file, fn.facts.name, place.mm, nth),
		...place,
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
function holesOf(tree: Tree, scope: readonly string[]): readonly Hole[] {
	const holes: Hole[] = [];
	for (const { path, facts } of tree.files.values())
		if (inScope(scope, path)) for (const hole of facts.holes) holes.push({ file: path, line: hole.line + 1, why: hole.why });
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
