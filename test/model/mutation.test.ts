import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_RULES, STEPS, type StepTable } from "../../server/src/model/steps.ts";
import { askModel } from "../kernel/scenarios.ts";
import { disagreement, resurrectionDiffers } from "./ledger.ts";
import { makeMutants } from "./mutants.ts";
import { randomRun, SEED } from "./random-runs.ts";
import { compare, ON_ONE_CPU, ON_TWO_CPUS, readProbe } from "./recordings.ts";

/** What real kernels were asked and answered, the quickest to compare first. */
const asked = ["6.1.192", "6.12.95"].flatMap((version) => [
	{ version, scenarios: readProbe("scenarios.txt"), answers: readProbe(`linux-${version}.result`), exclusions: ON_ONE_CPU },
	{ version, scenarios: readProbe("scenarios-2cpu.txt"), answers: readProbe(`linux-${version}-2cpu.result`), exclusions: ON_TWO_CPUS },
	{ version, scenarios: readProbe("random.txt.gz"), answers: readProbe(`linux-${version}-random.result.gz`), exclusions: ON_ONE_CPU },
]);
const runs = fc.sample(randomRun, { seed: SEED, numRuns: 300 });

/** Says whether a step table is not what the real kernels did. */
function isCaughtByKernel(table: StepTable): boolean {
	return asked.some(
		({ version, scenarios, answers, exclusions }) =>
			compare(askModel(scenarios, version, table), answers, exclusions).differences.length > 0,
	);
}

/** Says whether a step table breaks a property. */
function isCaughtByProperties(table: StepTable): boolean {
	if (runs.some((run) => disagreement(table, run.attempts, run.rules) !== undefined)) return true;
	return (["mmput", "mmputa"] as const).some((put) => resurrectionDiffers(table, put, DEFAULT_RULES) !== undefined);
}

/** Mutants that no question to a kernel can tell from the table itself, each with the proof. */
const equivalent = JSON.parse(readFileSync(fileURLToPath(new URL("./equivalent-mutants.json", import.meta.url)), "utf8")) as Record<
	string,
	string
>;

describe("a step table with anything missing is caught", () => {
	const mutants = makeMutants();
	const survivors: string[] = [];
	beforeAll(() => {
		survivors.push(...mutants.filter(({ table }) => !isCaughtByKernel(table)).map(({ name }) => name));
	}, 60_000);
	test("the table itself is not", () => {
		expect(isCaughtByKernel(STEPS)).toBe(false);
		expect(isCaughtByProperties(STEPS)).toBe(false);
	});
	test("every mutant is by what real kernels did, but for those that are listed as equivalent", () => {
		expect(survivors.sort()).toEqual(Object.keys(equivalent).sort());
	});
	test("each that is listed has a proof", () => {
		for (const proof of Object.values(equivalent)) expect(proof.length).toBeGreaterThan(20);
	});
	test("those, and all others, are caught by the properties too", () => {
		expect(mutants.filter(({ table }) => !isCaughtByProperties(table)).map(({ name }) => name)).toEqual([]);
	});
});
