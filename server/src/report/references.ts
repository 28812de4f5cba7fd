/** Who holds what: the references that the steps of an interleaving took and nobody has given back. */

import type { TraceStep } from "../analysis/types.ts";
import { isOfItself } from "./related.ts";

/** A reference that is held: its kind, and the step that took it. */
export interface HeldReference {
	readonly kind: "users" | "count";
	readonly step: TraceStep;
}

/**
 * The references that steps on one mm have taken and nobody has given back after the last of them, oldest first. They are read off the
 * counters; what the owner and the teardown do to these is theirs.
 */
export function listHeld(steps: readonly TraceStep[]): readonly HeldReference[] {
	const held: HeldReference[] = [];
	/* a process begins with one of each; a new mm with none */
	let [users, count] = steps[0]?.op === "mm_alloc" ? [0, 0] : [1, 1];
	for (const step of steps) {
		/* all users together hold one count */
		const born = users === 0 && step.after.users > 0 ? 1 : 0;
		const gained = { users: step.after.users - users, count: step.after.count - count - born };
		[users, count] = [step.after.users, step.after.count];
		if (isOfItself(step)) continue;
		for (const kind of ["users", "count"] as const) {
			if (gained[kind] > 0) held.push({ kind, step });
			if (gained[kind] < 0) {
				const own = held.findLastIndex((other) => other.kind === kind && other.step.thread === step.thread);
				const given = own >= 0 ? own : held.findLastIndex((other) => other.kind === kind);
				if (given >= 0) held.splice(given, 1);
			}
		}
	}
	return held;
}
