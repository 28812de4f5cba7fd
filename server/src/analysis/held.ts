/** What is held at a line, by the interleaving that the model found for a use. */

import type { FunctionFacts } from "../facts/types.ts";
import { listHeld } from "../report/references.ts";
import { isOfItself } from "../report/related.ts";
import { isPassed } from "./passed.ts";
import type { HeldHere, TraceStep, Use } from "./types.ts";

/** The interleaving that shows what is held around a use: how it goes well, else the counterexample. */
export function interleavingOf(use: Use): readonly TraceStep[] {
	return use.witness ?? use.trace ?? [];
}

/** Whether a step is one that code of the tree takes in this function. */
export function standsIn(step: TraceStep, file: string, fn: string): boolean {
	return step.file === file && step.function === fn && !isOfItself(step);
}

/** Index of the last step of the function at this line, or without one at a line before; -1 when it has none. */
function lastStepUpTo(steps: readonly TraceStep[], file: string, fn: string, line: number): number {
	const here = steps.findLastIndex((step) => standsIn(step, file, fn) && step.line === line);
	return here >= 0 ? here : steps.findLastIndex((step) => standsIn(step, file, fn) && step.line < line);
}

/**
 * The state of the used mm and the references to it that nobody has given back, after what the function does up to a line (from 1).
 * Undefined when the interleaving does not pass there.
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
	return { useId: use.id, after, references: listHeld(done) };
}
