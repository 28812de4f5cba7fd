/** A timeline as a program that is being debugged: its lanes are threads, the state of the mm is what variables show, and time runs both ways. */

import { listHeld } from "./references.ts";
import { describeTables } from "./state.ts";
import { type Lane, type Moment, type Timeline, type TimelineStep, usesAt } from "./timeline.ts";
import { findNotes } from "./timeline-notes.ts";
import { formatTrace } from "./trace.ts";

/** The ways to go on, as debuggers name them. */
export type Move = "continue" | "next" | "stepIn" | "stepOut" | "stepBack" | "reverseContinue";

/** Where the program stands after a move: the index of the last step that was done. */
export interface Stop {
	readonly at: number;
	readonly why: "step" | "breakpoint" | "exception";
	/** The name of what stopped it, for people. */
	readonly text?: string;
	/** There is nothing behind the last step: who goes on from it ends the program. */
	readonly isOver: boolean;
}

export interface DebugThread {
	readonly id: number;
	readonly name: string;
}

export interface Frame {
	readonly name: string;
	readonly place?: NonNullable<TimelineStep["place"]>;
	/** For a step that happens in no function of the source: its line in {@link listTrace}. */
	readonly listed?: number;
}

export interface Variable {
	readonly name: string;
	readonly value: string;
	readonly children?: readonly Variable[];
}

/** What a program may be stopped at besides lines, and whether it is unless somebody says otherwise. */
export const STOPS = [
	{ id: "use", label: "use of an mm" },
	{ id: "tables", label: "page tables going or gone" },
] as const;

export type StopId = (typeof STOPS)[number]["id"];

const REACHED: Readonly<Record<StopId, (step: TimelineStep) => boolean>> = {
	use: ({ step }) => step.op === "use",
	tables: ({ moments }) => moments.some((moment) => moment?.changed.tables === true && moment.tables !== "whole"),
};

/** Whether a step is one that a breakpoint stands at. */
export type IsBreakpoint = (step: TimelineStep) => boolean;

/**
 * Goes on from a step. To step in is one step of anybody; to step over leaves branches out; to step out goes on until another thread acts.
 * @param at index of the last step that was done
 */
export function go(timeline: Timeline, at: number, move: Move, stops: ReadonlySet<StopId>, isBreakpoint: IsBreakpoint): Stop {
	const { steps } = timeline;
	const last = steps.length - 1;
	const isBack = move === "stepBack" || move === "reverseContinue";
	if (!isBack && at >= last) return { at: last, why: "step", isOver: true };
	const from = steps[at];
	const notes = findNotes(timeline);
	for (let index = at + (isBack ? -1 : 1); index >= 0 && index <= last; index += isBack ? -1 : 1) {
		const step = steps[index];
		if (step === undefined) break;
		const reached = describeStop(step, notes.get(index), stops, isBreakpoint);
		if (reached !== undefined) return { at: index, ...reached, isOver: false };
		if (ENDS[move](step, from)) return { at: index, why: "step", isOver: false };
	}
	return { at: isBack ? 0 : last, why: "step", isOver: false };
}

/** Which steps each move ends at, breakpoints aside. */
const ENDS: Readonly<Record<Move, (step: TimelineStep, from: TimelineStep | undefined) => boolean>> = {
	continue: () => false,
	reverseContinue: () => false,
	stepIn: () => true,
	stepBack: () => true,
	next: (step) => !step.isBranch,
	stepOut: (step, from) => step.lane !== from?.lane,
};

/** What a program stops at, at a step, besides the end of a move; what is said about the rule comes first. */
function describeStop(
	step: TimelineStep,
	note: string | undefined,
	stops: ReadonlySet<StopId>,
	isBreakpoint: IsBreakpoint,
): Pick<Stop, "why" | "text"> | undefined {
	if (note !== undefined) return { why: "exception", text: withoutMark(note) };
	if (isBreakpoint(step)) return { why: "breakpoint" };
	const stop = STOPS.find(({ id }) => stops.has(id) && REACHED[id](step));
	return stop && { why: "breakpoint", text: stop.label };
}

/** What is said about the rule at a step, if anything. */
export function noteAt(timeline: Timeline, index: number): string | undefined {
	const note = findNotes(timeline).get(index);
	return note && withoutMark(note);
}

/** A debugger has a mark of its own. */
function withoutMark(note: string): string {
	return note.replace(/^✗ /, "");
}

/** The threads, one a lane; ids from 1. */
export function listThreads({ lanes }: Timeline): readonly DebugThread[] {
	return lanes.map((lane, index) => ({ id: index + 1, name: nameLane(lane) }));
}

/** The owner and the teardown are threads of their own; what else is in their lane is named. */
function nameLane({ title, threads }: Lane): string {
	const others = threads.filter((thread) => thread !== title);
	return others.length === 0 ? title : `${title}: ${others.join(", ")}`;
}

/** Where a thread stands: its last step, and below it the function that it began in where that is another. */
export function listFrames({ steps, lanes }: Timeline, at: number, thread: number): readonly Frame[] {
	const lane = thread - 1;
	const last = steps.findLast((step, index) => index <= at && step.lane === lane);
	if (last === undefined) return [{ name: "not started yet" }];
	const { place, step } = last;
	if (place === undefined) return [{ name: last.text, listed: steps.indexOf(last) + 1 }];
	const began = lanes[lane]?.threads.includes(step.thread) === true && step.thread.replace(/\(\)$/, "") !== place.function;
	return [{ name: place.function, place }, ...(began ? [{ name: step.thread }] : [])];
}

/** The whole interleaving as a text, one line a step: what is shown where no source can be. */
export function listTrace({ steps }: Timeline): string {
	return `${formatTrace(steps.map(({ step }) => step)).join("\n")}\n`;
}

/** What is known after a step: for each mm its state, who holds it and who uses it, and the step itself. */
export function listScopes(timeline: Timeline, at: number): readonly Variable[] {
	const step = timeline.steps[at];
	if (step === undefined) return [];
	const mms = timeline.mms.flatMap((mm, index) => {
		const moment = step.moments[index];
		if (moment === undefined) return [];
		return [{ name: timeline.mms.length > 1 ? `mm ${mm}` : "mm", value: "", children: describeMm(timeline, at, index, moment) }];
	});
	return [...mms, { name: "Step", value: "", children: describeOwn(timeline, step) }];
}

function describeMm(timeline: Timeline, at: number, mm: number, { mm: name, after, tables }: Moment): readonly Variable[] {
	const done = timeline.steps.slice(0, at + 1).map(({ step }) => step);
	const held = listHeld(done.filter((step) => step.mm === name)).map(({ kind, step }) => ({
		name: `mm_${kind}`,
		value: `${step.step} in ${step.function}${step.file === "" ? "" : ` (${step.file}:${step.line})`}`,
	}));
	const users = usesAt(timeline, at)
		.filter((use) => use.mm === mm)
		.map((use) => timeline.lanes[use.lane])
		.flatMap((lane) => (lane === undefined ? [] : [{ name: lane.title, value: lane.threads.join(", ") }]));
	return [
		{ name: "mm_users", value: String(after.users) },
		{ name: "mm_count", value: String(after.count) },
		{ name: "page_tables", value: tables === "whole" && after.pageTables === "live" ? tables : `${tables}: ${describeTables(after)}` },
		{ name: "mm_struct", value: after.struct },
		{ name: "held_by", value: countOf(held, "reference"), children: held },
		{ name: "used_by", value: countOf(users, "thread"), children: users },
	];
}

function describeOwn(timeline: Timeline, { number, text, lane, step }: TimelineStep): readonly Variable[] {
	return [
		{ name: "number", value: `${number} of ${timeline.steps.length}` },
		{ name: "what", value: text },
		{ name: "thread", value: timeline.lanes[lane]?.title ?? step.thread },
	];
}

function countOf(list: readonly Variable[], noun: string): string {
	return list.length === 0 ? "nobody" : `${list.length} ${noun}${list.length === 1 ? "" : "s"}`;
}
