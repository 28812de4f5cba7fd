import type { TraceStep } from "../analysis/types.ts";
import { describeCounts, describeTables } from "./state.ts";
import { describeStep } from "./trace.ts";

/** Says what one step of a trace does, at its place: `open_device: mmgrab(current->mm) → users 1, count 2`. */
export function describeStepThere(step: TraceStep): string {
	return `${isOfItself(step) ? step.thread : step.function}: ${describeStep(step, false)} → ${describeAfter(step)}`;
}

/** Says what a step left: the page tables are named once they are no longer live. */
export function describeAfter({ after }: TraceStep): string {
	const tables = describeTables(after);
	return `${describeCounts(after)}${tables === "live" ? "" : `, page tables ${tables}`}`;
}

/** Whether a step is the owner's or the teardown's, which happen in no function of the source. */
export function isOfItself({ thread }: TraceStep): boolean {
	return thread === "owner" || thread === "teardown";
}

/** Whether the step at an index changes its mm, or begins or ends a use of it. */
export function changesSomething(steps: readonly TraceStep[], index: number): boolean {
	const step = steps[index];
	if (step === undefined || step.op === "branch" || step.mm === "") return false;
	if (step.op === "use" || step.op === "unuse") return true;
	const before = steps.slice(0, index).findLast((other) => other.mm === step.mm)?.after;
	return before === undefined || describeAfter(step) !== describeAfter({ ...step, after: before });
}
