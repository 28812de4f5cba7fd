import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { runScenarios } from "../../server/src/model/simulate.ts";
import { DEFAULT_RULES, STEPS, type StepTable } from "../../server/src/model/steps.ts";
import { disagreement, resurrectionDiffers } from "./ledger.ts";
import { makeMutants } from "./mutants.ts";
import { randomRun, SEED } from "./random-runs.ts";
import { compareWithRecording, readProbe } from "./recordings.ts";

const oneCpu = [readProbe("scenarios.txt"), readProbe("linux-6.1.192.result")] as const;
const twoCpus = [readProbe("scenarios-2cpu.txt"), readProbe("linux-6.1.192-2cpu.result")] as const;
const runs = fc.sample(randomRun, { seed: SEED, numRuns: 300 });

/** Returns who catches a step table that is not the right one: the recordings, or the properties. */
function catcher(table: StepTable): "recordings" | "properties" | undefined {
	if (compareWithRecording(runScenarios(oneCpu[0], { table }).output, oneCpu[1], "exact").length > 0) return "recordings";
	if (compareWithRecording(runScenarios(twoCpus[0], { table }).output, twoCpus[1], "lazy-tlb").length > 0) return "recordings";
	if (runs.some((run) => disagreement(table, run.attempts, run.rules) !== undefined)) return "properties";
	const dead = resurrectionDiffers(table, "mmput", DEFAULT_RULES) ?? resurrectionDiffers(table, "mmputa", DEFAULT_RULES);
	return dead === undefined ? undefined : "properties";
}

/** Mutants that no step can tell from the table itself, each with the reason. */
const equivalent = JSON.parse(readFileSync(fileURLToPath(new URL("./equivalent-mutants.json", import.meta.url)), "utf8")) as Record<
	string,
	string
>;

describe("a step table with anything missing is caught", () => {
	const mutants = makeMutants();
	const caught = new Map<string, ReturnType<typeof catcher>>();
	beforeAll(() => {
		for (const mutant of mutants) caught.set(mutant.name, catcher(mutant.table));
	});
	test("the table itself is not", () => expect(catcher(STEPS)).toBeUndefined());
	test("every mutant is, but for those that are listed as equivalent", () => {
		const survivors = mutants.filter((mutant) => caught.get(mutant.name) === undefined).map((mutant) => mutant.name);
		expect(survivors.sort()).toEqual(Object.keys(equivalent).sort());
	});
	test("each that is listed has a reason", () => {
		for (const reason of Object.values(equivalent)) expect(reason.length).toBeGreaterThan(20);
	});
	test("the real kernel alone catches most of what it was asked about", () => {
		const byKernel = [...caught.values()].filter((by) => by === "recordings").length;
		expect(byKernel).toBeGreaterThan(mutants.length / 3);
	});
});
