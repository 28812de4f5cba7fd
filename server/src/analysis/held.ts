/** What is held at a line, by the interleaving that the model found for a use. */

import type { FunctionFacts } from "../facts/types.ts";
import { isPassed } from "./passed.ts";
import type { HeldHere, TraceStep, Use } from "./types.ts";

/** The interleaving that shows what is held around a use: how it goes well, else the counterexample. */
export function interleavingOf(use: Use): readonly TraceStep[] {
	return use.witness ?? use.trace ?? [];
}

/** Steps that happen by themselves, in no function of the source. */
const BY_THEMSELVES: ReadonlySet<string> = new Set(["owner", "teardown"]);

/** Whether a step is one that code of the tree takes in this function. */
export function standsIn(step: TraceStep, file: string, fn: string): boolean {
	return step.file === file && step.function === fn && !BY_THEMSELVES.has(step.thread);
}

/** Index of the last step of the function at this line, or without one at a line before; -1 when it has none. */
function lastStepUpTo(steps: readonly TraceStep[], file: string, fn: string, line: number): number {
	const here = steps.findLastIndex((step) => standsIn(step, file, fn) && step.line === line);
	return here >= 0 ? here : steps.findLastIndex((step) => standsIn(step, file, fn) && step.line < line);
}

/**
 * The state of the used mm and the references to it that nobody has given back, after what the function does up to a line (from 1).
 * References are read off the counters; what the owner and the teardown do to them is theirs. Undefined when the interleaving does
 * not pass there.
 */
export function heldAt(use: Use, file: string, fn: FunctionFacts, line: number): HeldHere | undefined {
	const steps = interleavingOf(use);
	const end = lastStepUpTo(steps, file, fn.name, line);
	const lines = steps.filter((step) => standsIn(step, file, fn.name)).map((step) => step.line);
	if (end < 0 || !isPassed(fn, lines, line)) return undefined;
	const mm = steps.find((step) => step.op === "use" && step.file === use.file && step.line === use.line)?.mm ?? "";
	const done = steps.slice(0, end + 1).filter((step) => step.mm === mm);
	const after = done.at(-1)?.after;
	if (after === undefined) return undefined;
	const references: HeldHere["references"][number][] = [];
	/* a process begins with one of each; a new mm with none */
	let [users, count] = done[0]?.op === "mm_alloc" ? [0, 0] : [1, 1];
	for (const step of done) {
		/* all users together hold one count */
		const born = users === 0 && step.after.users > 0 ? 1 : 0;
		const gained = { users: step.after.users - users, count: step.after.count - count - born };
		[users, count] = [step.after.users, step.after.count];
		if (BY_THEMSELVES.has(step.thread)) continue;
		for (const kind of ["users", "count"] as const) {
			if (gained[kind] > 0) references.push({ kind, step });
			if (gained[kind] < 0) {
				const own = references.findLastIndex((held) => held.kind === kind && held.step.thread === step.thread);
				const given = own >= 0 ? own : references.findLastIndex((held) => held.kind === kind);
				if (given >= 0) references.splice(given, 1);
			}
		}
	}
	return { useId: use.id, after, references };
}
