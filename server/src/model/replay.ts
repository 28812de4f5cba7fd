/** Replays a trace: runs its steps on the simulated mm from the start, and refuses one that is no interleaving of its source. */

import type { StepRules } from "./guards.ts";
import type { Operation } from "./operation.ts";
import type { MmProgram, Notifier } from "./program.ts";
import { brokenByStep, type Property } from "./properties.ts";
import { type MmState, type StateAfter, stateAfter, UNBORN } from "./state.ts";
import { callBy, DEFAULT_RULES, isOperation, processMm, STEPS, type StepTable, TEARDOWN, takeThreadStep } from "./steps.ts";
import type { TraceGraph, TraceStep } from "./trace.ts";

/** What a trace itself does not say. Everything has a default, so that a trace out of JSON replays as it is. */
export interface ReplayOptions {
	/** The mms of the program; without: those that the steps name, owned by nobody when their first step is mm_alloc. */
	readonly mms?: MmProgram["mms"];
	readonly notifiers?: readonly Notifier[];
	readonly useCounts?: StepRules["useCounts"];
	readonly barriers?: StepRules["barriers"];
	/** What the last step has to break; without: anything. */
	readonly property?: Property;
	readonly table?: StepTable;
}

/** One replayed step and the state that the simulated mm is in after it. */
export interface ReplayedStep {
	readonly step: TraceStep;
	readonly after: StateAfter;
}

export type Replay =
	| { readonly ok: true; readonly property: Property; readonly steps: readonly ReplayedStep[] }
	| { readonly ok: false; readonly at: number; readonly why: string };

/** Nodes that a path passes without a step in the trace. */
const SILENT: ReadonlySet<string> = new Set(["set", "nop", "any"]);
/** What the owner does by itself. */
const OWNER_STEPS: ReadonlySet<string> = new Set(["exit", "kill", "exec"]);

/** Returns the mms of a trace, each in its first state. One that is not there when the trace first shows it was not allocated yet. */
function mmsOf(trace: readonly TraceStep[], options: ReplayOptions): Map<string, MmState> {
	const table = options.table ?? STEPS;
	const mms = new Map<string, MmState>();
	for (const mm of options.mms ?? []) mms.set(mm.name, mm.owner === "process" ? processMm(table) : UNBORN);
	if (options.mms !== undefined) return mms;
	for (const { mm, op, after } of trace) {
		if (mm === "" || mms.has(mm)) continue;
		const unborn = op === "mm_alloc" || (op === "branch" && after.struct === "freed");
		mms.set(mm, unborn ? UNBORN : processMm(table));
	}
	return mms;
}

/** True when `to` follows `from` in a graph over silent nodes alone; `from` itself is not looked at. */
function isReachable(graph: TraceGraph, from: readonly number[], to: number): boolean {
	const seen = new Set<number>();
	const open = [...from];
	for (let at = open.pop(); at !== undefined; at = open.pop()) {
		if (at === to) return true;
		const node = graph.nodes[at];
		if (seen.has(at) || node === undefined || !SILENT.has(node.op)) continue;
		seen.add(at);
		open.push(...node.next);
	}
	return false;
}

/** Returns the nodes at which the thread goes on after `previous`, or from its start. */
function successors(graph: TraceGraph, previous: TraceStep | undefined): readonly number[] {
	if (previous === undefined) return [graph.start];
	const next = graph.nodes[previous.node]?.next ?? [];
	if (previous.op !== "branch") return next;
	return next.slice(previous.branch === true ? 0 : 1, previous.branch === true ? 1 : 2);
}

/** Returns why a step does not follow the previous step of its thread in the thread's graph; undefined when it does. */
function whyNoPath(graph: TraceGraph, previous: TraceStep | undefined, step: TraceStep): string | undefined {
	const node = graph.nodes[step.node];
	if (node === undefined) return `node ${step.node} is not in the graph of ${step.thread}`;
	if (node.op !== step.op) return `node ${step.node} of ${step.thread} is '${node.op}', not '${step.op}'`;
	if (node.file !== step.file || node.line !== step.line) {
		return `node ${step.node} of ${step.thread} is at ${node.file}:${node.line}, not ${step.file}:${step.line}`;
	}
	if ((step.op === "branch") !== (step.branch !== undefined)) return "a branch, and only a branch, says which way was taken";
	if (isReachable(graph, successors(graph, previous), step.node)) return undefined;
	const after = previous === undefined ? "the start" : `'${previous.op}' at ${previous.file}:${previous.line}`;
	return `'${step.op}' at ${step.file}:${step.line} does not follow ${after} in ${step.thread}`;
}

/** Returns why this thread cannot take this step, as far as the source tells; undefined when it can. */
function whyNotInSource(graphs: readonly TraceGraph[], previous: TraceStep | undefined, step: TraceStep): string | undefined {
	const graph = graphs.find((candidate) => candidate.thread === step.thread);
	if (graph !== undefined) return whyNoPath(graph, previous, step);
	const allowed =
		step.thread === "owner" ? OWNER_STEPS.has(step.op) : step.thread === "teardown" && (TEARDOWN as readonly string[]).includes(step.op);
	if (!allowed) return `'${step.op}' is no step of '${step.thread}', which has no graph`;
	if (step.node !== -1) return `a step of the ${step.thread} has node -1, not ${step.node}`;
	if (step.branch !== undefined) return "a branch, and only a branch, says which way was taken";
	// These happen anywhere: they may be shown at a place that the trace speaks of, and nowhere else.
	const known =
		(step.file === "" && step.line === 0) || graphs.some((g) => g.nodes.some((n) => n.file === step.file && n.line === step.line));
	return known ? undefined : `${step.file}:${step.line} is no place of this trace`;
}

/** Returns why the owner of an mm cannot exit here: inside a call of its own it does not. */
function whyOwnerStays(graphs: readonly TraceGraph[], trace: readonly TraceStep[], at: number, step: TraceStep): string | undefined {
	const inside = graphs.find((graph) => {
		if (graph.owner !== step.mm) return false;
		const begun = trace.findIndex((other) => other.thread === graph.thread);
		return begun >= 0 && begun < at && trace.findLastIndex((other) => other.thread === graph.thread) > at;
	});
	return inside === undefined ? undefined : `the owner of ${step.mm} cannot ${step.op} inside ${inside.thread}`;
}

/** Returns why a thread cannot take its first step yet: the thread that it waits for has not ended. */
function whyNotStarted(
	graphs: readonly TraceGraph[],
	trace: readonly TraceStep[],
	at: number,
	previous: ReadonlyMap<string, TraceStep>,
): string | undefined {
	const graph = graphs.find((candidate) => candidate.thread === trace[at]?.thread);
	const awaited = graphs.find((candidate) => candidate.thread === graph?.after);
	if (graph === undefined || awaited === undefined || previous.has(graph.thread)) return undefined;
	const ends = awaited.nodes.flatMap((node, index) => (node.op === "end" ? [index] : []));
	const from = successors(awaited, previous.get(awaited.thread));
	const ended = ends.some((end) => isReachable(awaited, from, end)) && !trace.slice(at).some((other) => other.thread === awaited.thread);
	return ended ? undefined : `${graph.thread} starts before ${awaited.thread} has ended`;
}

/** Returns how two states differ, or undefined. */
function difference(recorded: StateAfter, now: StateAfter): string | undefined {
	for (const field of ["users", "count", "pageTables", "struct"] as const) {
		if (recorded[field] !== now[field]) return `${field} is ${now[field]}, the trace says ${recorded[field]}`;
	}
	return undefined;
}

/** Returns how a step calls, with what the options say of the program. */
function callOf(step: TraceStep, options: ReplayOptions): ReturnType<typeof callBy> {
	const rules: StepRules = {
		useCounts: options.useCounts ?? DEFAULT_RULES.useCounts,
		barriers: options.barriers ?? DEFAULT_RULES.barriers,
	};
	const known = step.arg === undefined ? undefined : options.notifiers?.[step.arg];
	return { ...callBy(step.thread, rules), notifier: step.arg ?? -1, stops: known?.stops ?? "" };
}

/** What running one step gave: the new state and what it breaks, or why it cannot be taken. */
type Ran = { readonly mm: MmState; readonly broken: readonly Property[] } | string;

/** Runs one operation; `recorded` decides between the two ways of a call that may fail without an effect. */
function runStep(before: MmState, op: Operation, step: TraceStep, options: ReplayOptions): Ran {
	const taken = takeThreadStep(before, op, callOf(step, options), options.table ?? STEPS);
	const after = taken.took ? taken.mm : before;
	const broken = brokenByStep(before, op, after, options.property === undefined ? undefined : [options.property]);
	// A call of the source that the kernel refuses has no effect, and its thread goes on, as in the explorer.
	const byItself = step.thread === "owner" || step.thread === "teardown";
	if (!taken.took && broken.length === 0 && (taken.waits || byItself)) return `'${op}' is not enabled: ${taken.guard}`;
	const mayFail = op === "mm_alloc" || op === "notify";
	if (mayFail && difference(step.after, stateAfter(after)) !== undefined) return { mm: before, broken: [] };
	return { mm: after, broken };
}

/**
 * Replays a trace. It fails at the first step whose operation is not enabled, whose recorded state differs, or which does not follow
 * its thread's previous step in the thread's graph; and at the last step when it breaks nothing (or not what the options name).
 */
export function replayTrace(trace: readonly TraceStep[], graphs: readonly TraceGraph[], options: ReplayOptions = {}): Replay {
	const mms = mmsOf(trace, options);
	// A step on no mm shows the state of the mm that was shown last.
	let shown = [...mms.keys()][0] ?? "";
	const previous = new Map<string, TraceStep>();
	const steps: ReplayedStep[] = [];
	const broken: (readonly Property[])[] = [];
	for (const [at, step] of trace.entries()) {
		const fail = (why: string): Replay => ({ ok: false, at, why });
		const why =
			whyNotInSource(graphs, previous.get(step.thread), step) ??
			whyNotStarted(graphs, trace, at, previous) ??
			(step.thread === "owner" ? whyOwnerStays(graphs, trace, at, step) : undefined);
		if (why !== undefined) return fail(why);
		previous.set(step.thread, step);
		const name = step.mm === "" ? shown : step.mm;
		shown = name;
		const before = mms.get(name);
		if (before === undefined) return fail(`there is no mm '${name}'`);
		let after = before;
		let breaks: readonly Property[] = [];
		if (step.mm !== "" && step.op !== "branch") {
			if (!isOperation(step.op)) return fail(`'${step.op}' is no operation`);
			const ran = runStep(before, step.op, step, options);
			if (typeof ran === "string") return fail(ran);
			after = ran.mm;
			breaks = ran.broken;
		}
		const differs = difference(step.after, stateAfter(after));
		if (differs !== undefined) return fail(differs);
		mms.set(name, after);
		broken.push(breaks);
		steps.push({ step, after: stateAfter(after) });
	}
	const last = trace.length - 1;
	const found = broken.at(-1) ?? [];
	if (found.length === 0) return { ok: false, at: last, why: `the last step does not break ${options.property ?? "anything"}` };
	// A trace ends where it breaks something for the first time. Without a name for it, other things may have gone wrong before.
	const property = found.find((candidate) => !broken.slice(0, -1).some((earlier) => earlier.includes(candidate)));
	if (property === undefined) {
		return {
			ok: false,
			at: broken.findIndex((earlier) => earlier.some((p) => found.includes(p))),
			why: `'${found[0]}' is broken before the last step`,
		};
	}
	return { ok: true, property, steps };
}
