/** A trace as one picture would show it: lanes, steps in global order, what each leaves, and where the mm is in use. Plain data, no layout. */

import type { StateAfter, TraceGraph, TraceStep } from "../analysis/types.ts";
import { isOfItself } from "./related.ts";
import { describeStep } from "./trace.ts";

/** Who runs what stands in a lane: the process whose mm it is, a kernel thread that uses it, the teardown of the mm, any other code of the driver. */
export type LaneKind = "owner" | "kernel-thread" | "teardown" | "driver";

export interface Lane {
	readonly kind: LaneKind;
	/** For people; a number tells lanes of one kind apart. */
	readonly title: string;
	/** The simulated threads in it, the first that acts first. */
	readonly threads: readonly string[];
}

/** The page tables, as far as a use depends on them. */
export type Tables = "whole" | "going" | "gone";

/** The state of one mm after a step. */
export interface Moment {
	readonly mm: string;
	readonly after: StateAfter;
	readonly tables: Tables;
	/** What this step has changed; the first state that is shown of an mm changes nothing. */
	readonly changed: { readonly users: boolean; readonly count: boolean; readonly tables: boolean };
}

export interface TimelineStep {
	/** From 1, as in the whole trace. */
	readonly number: number;
	readonly lane: number;
	readonly step: TraceStep;
	/** What happens: `mmgrab(current->mm)`. */
	readonly text: string;
	/** Where it stands; absent for what happens in no function of the source. */
	readonly place?: { readonly file: string; readonly line: number; readonly column: number; readonly function: string };
	readonly isBranch: boolean;
	/** One for each mm, in the order of {@link Timeline.mms}; absent as long as nothing was done to it. */
	readonly moments: readonly (Moment | undefined)[];
}

/** A use of an mm by a kernel thread: from one step up to another, both by index; without `to` it goes on at the end of the trace. */
export interface UseSpan {
	readonly lane: number;
	/** Index of the mm. */
	readonly mm: number;
	readonly from: number;
	readonly to?: number;
}

export interface Timeline {
	readonly mms: readonly string[];
	readonly lanes: readonly Lane[];
	readonly steps: readonly TimelineStep[];
	readonly uses: readonly UseSpan[];
	/** The interleaving breaks the rule with its last step. */
	readonly isBroken: boolean;
}

/** Lanes stand in this order. */
const LANES: readonly { readonly kind: LaneKind; readonly title: string }[] = [
	{ kind: "owner", title: "owner" },
	{ kind: "kernel-thread", title: "kernel thread" },
	{ kind: "teardown", title: "teardown" },
	{ kind: "driver", title: "driver" },
];

/** Kinds of which all threads share one lane: what one process does, and what is done once. */
const SHARED: ReadonlySet<LaneKind> = new Set(["owner", "teardown"]);

/**
 * Lays out the steps of an interleaving as a timeline.
 * @param graphs those of its threads, where they are known: they say what the owner runs itself
 * @param isBroken whether its last step breaks the rule: a trace does, a witness does not
 */
export function makeTimeline(trace: readonly TraceStep[], graphs: readonly TraceGraph[], isBroken: boolean): Timeline {
	const named = trace.map((step) => step.mm).filter((mm) => mm !== "");
	const mms = named.length === 0 ? [""] : [...new Set(named)];
	const lanes = findLanes(trace, graphs);
	const steps = listSteps(trace, lanes, mms);
	return { mms, lanes, steps, uses: findUses(steps, mms), isBroken };
}

/** The timeline of what shows a verdict: the interleaving that breaks a use, else the one that shows how it goes well. */
export function timelineOf(shown: {
	readonly trace?: readonly TraceStep[];
	readonly witness?: readonly TraceStep[];
	readonly graphs?: readonly TraceGraph[];
}): Timeline | undefined {
	const steps = shown.trace ?? shown.witness ?? [];
	return steps.length === 0 ? undefined : makeTimeline(steps, shown.graphs ?? [], shown.trace !== undefined);
}

/** The timeline without branches: what is left changes something, or is looked for. Numbers stay those of the whole trace. */
export function withoutBranches(timeline: Timeline): Timeline {
	const kept = timeline.steps.filter((step) => !step.isBranch);
	return { ...timeline, steps: kept, uses: findUses(kept, timeline.mms) };
}

/** Whether a use is without whole page tables after a step, by index. */
export function isWithoutTables(timeline: Timeline, use: UseSpan, index: number): boolean {
	return (timeline.steps[index]?.moments[use.mm]?.tables ?? "whole") !== "whole";
}

/** The uses that are under way after a step, by index. */
export function usesAt(timeline: Timeline, index: number): readonly UseSpan[] {
	return timeline.uses.filter((use) => use.from <= index && (use.to === undefined || index < use.to));
}

function findLanes(trace: readonly TraceStep[], graphs: readonly TraceGraph[]): readonly Lane[] {
	const users = new Set(trace.filter((step) => step.op === "use").map((step) => step.thread));
	const owned = new Set(graphs.filter((graph) => graph.owner !== undefined).map((graph) => graph.thread));
	const kindOf = (thread: string): LaneKind => {
		if (thread === "owner" || thread === "teardown") return thread;
		if (users.has(thread)) return "kernel-thread";
		return owned.has(thread) ? "owner" : "driver";
	};
	const threads = [...new Set(trace.map((step) => step.thread))];
	return LANES.flatMap(({ kind, title }) => {
		const own = threads.filter((thread) => kindOf(thread) === kind);
		if (own.length === 0) return [];
		if (SHARED.has(kind) || own.length === 1) return [{ kind, title, threads: own }];
		return own.map((thread, index) => ({ kind, title: `${title} ${index + 1}`, threads: [thread] }));
	});
}

function listSteps(trace: readonly TraceStep[], lanes: readonly Lane[], mms: readonly string[]): readonly TimelineStep[] {
	const last: (Moment | undefined)[] = mms.map(() => undefined);
	return trace.map((step, index) => {
		/* a step on no mm shows the state of the one shown last: nothing has changed */
		const own = mms.indexOf(step.mm);
		for (const [at, before] of last.entries()) if (before !== undefined) last[at] = { ...before, changed: NOTHING };
		if (own >= 0) last[own] = follow(last[own], step);
		return {
			number: index + 1,
			lane: lanes.findIndex((lane) => lane.threads.includes(step.thread)),
			step,
			text: describeStep(step, mms.length > 1),
			...(step.file !== "" && !isOfItself(step) && { place: placeOf(step) }),
			isBranch: step.op === "branch",
			moments: [...last],
		};
	});
}

const NOTHING: Moment["changed"] = { users: false, count: false, tables: false };

function follow(before: Moment | undefined, { mm, after }: TraceStep): Moment {
	const tables = tablesOf(after);
	const changed =
		before === undefined
			? NOTHING
			: {
					users: before.after.users !== after.users,
					count: before.after.count !== after.count,
					tables: before.after.pageTables !== after.pageTables || before.after.struct !== after.struct,
				};
	return { mm, after, tables, changed };
}

/** While exit_aio() and release notifiers run, the page tables are whole. */
function tablesOf({ pageTables }: StateAfter): Tables {
	if (pageTables === "freed") return "gone";
	return pageTables === "unmapping" ? "going" : "whole";
}

function placeOf({ file, line, column, function: fn }: TraceStep): NonNullable<TimelineStep["place"]> {
	return { file, line, column, function: fn };
}

function findUses(steps: readonly TimelineStep[], mms: readonly string[]): readonly UseSpan[] {
	const spans: UseSpan[] = [];
	for (const [index, { lane, step }] of steps.entries()) {
		const mm = mms.indexOf(step.mm);
		if (step.op === "use" && mm >= 0) spans.push({ lane, mm, from: index });
		if (step.op !== "unuse") continue;
		const open = spans.findLastIndex((span) => span.lane === lane && span.mm === mm && span.to === undefined);
		const span = spans[open];
		if (span !== undefined) spans[open] = { ...span, to: index };
	}
	return spans;
}
