/** Random runs of steps, the same ones each time. */

import fc from "fast-check";
import type { StepRules } from "../../server/src/model/guards.ts";
import type { Operation } from "../../server/src/model/operation.ts";
import { STEPS, TEARDOWN } from "../../server/src/model/steps.ts";
import type { Attempt } from "./ledger.ts";

/** Steps that random runs take more often, so that they get somewhere. */
const OFTEN: readonly Operation[] = [
	"use",
	"unuse",
	"copy",
	"notify",
	"mmgrab",
	"mmget",
	"mmput",
	"mmdrop",
	"aio",
	"exit",
	"aiodone",
	"release",
	"unmap_vmas",
];
const OPERATIONS = [...(Object.keys(STEPS) as Operation[]), ...OFTEN, ...OFTEN];

const attempt: fc.Arbitrary<Attempt> = fc.record({
	op: fc.constantFrom(...OPERATIONS),
	thread: fc.constantFrom("w0" as const, "w1" as const),
	notifier: fc.constantFrom(0 as const, 1 as const),
	blocks: fc.boolean(),
	stops: fc.constantFrom("" as const, "w0" as const),
	busy: fc.integer({ min: 0, max: 7 }).map((n) => n === 0),
});

const rules: fc.Arbitrary<StepRules> = fc.record({
	useCounts: fc.constantFrom("lazy" as const, "always" as const),
	barriers: fc.record({
		exitAio: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
		release: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
	}),
});

export interface RandomRun {
	readonly attempts: readonly Attempt[];
	readonly rules: StepRules;
}

const birth: fc.Arbitrary<Operation> = fc.constantFrom<Operation>("spawn", "spawn", "spawn", "mm_alloc");

/** One attempt that says no more than its operation and thread. */
function plain(op: Operation, thread: "w0" | "w1" = "w0", notifier: 0 | 1 = 0): Attempt {
	return { op, thread, notifier, blocks: false, stops: "", busy: false };
}

/** Gives everything back, so that each run ends with the struct freed, and then tries every operation on it. */
const WIND_DOWN: readonly Attempt[] = [
	...Array<Attempt>(20).fill(plain("mmput")),
	...Array<Attempt>(20).fill(plain("killclone")),
	plain("exit"),
	...Array<Attempt>(20).fill(plain("aiodone")),
	...Array<Attempt>(4).fill(plain("unblock")),
	plain("reap"),
	...TEARDOWN.map((op) => plain(op)),
	...Array<Attempt>(20).fill(plain("mmdrop")),
	plain("unuse", "w0"),
	plain("reap"),
	...TEARDOWN.map((op) => plain(op)),
	plain("schedule", "w0"),
	plain("unnotify", "w1", 1),
	plain("unnotify", "w1", 0),
	plain("unuse", "w1"),
	plain("schedule", "w1"),
	...(Object.keys(STEPS) as Operation[]).map((op) => plain(op)),
];

/** A run: an mm is made, then anything is tried, then everything is given back. */
export const randomRun: fc.Arbitrary<RandomRun> = fc
	.tuple(birth, fc.array(attempt, { minLength: 40, maxLength: 120 }), rules)
	.map(([op, attempts, r]) => ({ attempts: [plain(op), ...attempts, ...WIND_DOWN], rules: r }));

export const SEED = 20_220_901;
