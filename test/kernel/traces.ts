/** What the checker shows of a use, as scenarios that a real kernel is put through. */

import type { Use } from "../../server/src/analysis/types.ts";
import { parseScenarios } from "../../server/src/model/scenario.ts";
import { beginRun, printStep, type Run } from "../../server/src/model/simulate.ts";
import type { TraceStep } from "../../server/src/model/trace.ts";

const BY_WORKER: ReadonlySet<string> = new Set(["use", "copy", "copyto", "unuse"]);
const TAKES_USER: ReadonlySet<string> = new Set(["mmgetnz", "mmgettask"]);
const PUTS_USER: ReadonlySet<string> = new Set(["mmput", "mmputa"]);

/** The steps of a trace that do something to an mm. */
function steps(trace: readonly TraceStep[]): readonly TraceStep[] {
	return trace.filter((step) => step.op !== "branch" && step.mm !== "");
}

/** Returns the lines that make the mms of a trace. */
function births(trace: readonly TraceStep[], stepwise: boolean): readonly string[] {
	const processes = [...new Set(steps(trace).map((step) => step.mm))].filter(
		(mm) => !trace.some((step) => step.mm === mm && step.op === "mm_alloc"),
	);
	return processes.flatMap((mm) => [`${mm}.spawn`, ...(stepwise ? [`${mm}.spin 1`] : [])]);
}

/** Returns a function that writes steps down: threads that use an mm become the probe's workers. */
function writer(trace: readonly TraceStep[], stops: boolean): (step: TraceStep, op?: string) => string {
	const users = [...new Set(trace.filter((step) => BY_WORKER.has(step.op)).map((step) => step.thread))];
	return (step, op = step.op) => {
		const worker = Math.max(0, users.indexOf(step.thread));
		if (op === "notify") return `${step.mm}.notify ${stops ? 2 : 0}`;
		return `${step.mm}.${op}${BY_WORKER.has(op) ? ` ${worker}` : ""}`;
	};
}

/** An exposed use as a scenario, and the step after which its page tables must be gone. */
export interface Exposure {
	readonly lines: readonly string[];
	/** Index of the trace's last step among the lines. */
	readonly last: number;
}

/** Takes a trace step by step, looks at the page, and lets the teardown come to its end under the use. */
export function exposeOnKernel(trace: readonly TraceStep[]): Exposure {
	const write = writer(trace, false);
	const taken = steps(trace);
	const lines = [...births(trace, true), ...taken.map((step) => write(step))];
	const last = lines.length - 1;
	const use = taken.findLast((step) => step.op === "use");
	const torn = taken.findLast((step) => step.thread === "teardown");
	if (use === undefined || torn === undefined) throw new Error(`no use under a teardown: ${lines.join(" ")}`);
	const order = ["exit_aio", "release", "unmap_vmas", "free_pgtables", "exit_mmap"];
	const rest = order.slice(order.indexOf(torn.op) + 1).map((op) => `${torn.mm}.${op}`);
	return { lines: [...lines, write(use, "copy"), ...rest, write(use, "copy"), write(use, "unuse")], last };
}

/** Returns the first place at which the owner may exit: before the using thread come captures, which the owner runs itself. */
function firstExit(taken: readonly TraceStep[]): number {
	const user = taken.find((step) => step.op === "use")?.thread;
	return taken.findIndex((step) => step.thread === user);
}

/** Takes a line on the simulated mm; returns whether it did what it does when nothing is in its way. */
function succeeds(run: Run, line: string): boolean {
	const [scenario] = parseScenarios(`S one\n${line}`).scenarios;
	const step = scenario?.steps[0];
	if (step === undefined) throw new Error(line);
	const printed = printStep(run, step);
	return !printed.startsWith("err=") && !(TAKES_USER.has(step.op) && printed.startsWith("ret=0"));
}

/** Takes the witness of a use with the exit of the owner at one place; what a thread does not do after a refusal is left out. */
function exitAt(use: Use, place: number): readonly string[] {
	const taken = steps(use.witness ?? []);
	const write = writer(taken, use.guarantee === "notifier-release");
	const run = beginRun();
	const lines: string[] = [];
	const take = (line: string): boolean => {
		lines.push(line);
		return succeeds(run, line);
	};
	for (const line of births(taken, false)) take(line);
	/** A thread that was refused something skips what depends on it: until the put, or until the end of the use. */
	let skipped: { readonly thread: string; readonly until: ReadonlySet<string> } | undefined;
	for (const [index, step] of taken.entries()) {
		if (index === place) take(`${step.mm}.exitnowait`);
		if (skipped !== undefined && skipped.thread === step.thread) {
			if (skipped.until.has(step.op)) skipped = undefined;
			continue;
		}
		if (take(write(step))) {
			if (step.op === "use") take(write(step, "copy"));
		} else if (TAKES_USER.has(step.op)) skipped = { thread: step.thread, until: PUTS_USER };
		else if (step.op === "use") skipped = { thread: step.thread, until: new Set(["unuse"]) };
	}
	const mm = taken[0]?.mm ?? "A";
	if (place >= taken.length) take(`${mm}.exitnowait`);
	take(`${mm}.reap`);
	return lines;
}

/** Returns a right use as scenarios: its owner exits at each place at which it can. */
export function exitEverywhere(use: Use): readonly (readonly string[])[] {
	const taken = steps(use.witness ?? []);
	const scenarios: (readonly string[])[] = [];
	for (let place = firstExit(taken); place <= taken.length; place++) scenarios.push(exitAt(use, place));
	return scenarios;
}
