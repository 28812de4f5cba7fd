import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_RULES, STEPS } from "../../server/src/model/steps.ts";
import { disagreement, resurrectionDiffers } from "./ledger.ts";
import { randomRun, SEED } from "./random-runs.ts";

describe("random legal runs", () => {
	test("agree with a ledger of who holds what, and break no invariant", () => {
		fc.assert(
			fc.property(randomRun, ({ attempts, rules }) => {
				expect(disagreement(STEPS, attempts, rules)).toBeUndefined();
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});
	test("mmget on a dead mm brings it back, and its mmput drops a count too many", () => {
		expect(resurrectionDiffers(STEPS, "mmput", DEFAULT_RULES)).toBeUndefined();
		expect(resurrectionDiffers(STEPS, "mmputa", DEFAULT_RULES)).toBeUndefined();
	});
	test("visit every operation, taken and refused", () => {
		const sample = fc.sample(randomRun, { seed: SEED, numRuns: 500 });
		const seen = new Set(sample.flatMap((run) => run.attempts.map((a) => a.op)));
		expect([...seen].sort()).toEqual(Object.keys(STEPS).sort());
	});
});
