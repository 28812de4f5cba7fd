import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { STEPS } from "../../server/src/model/steps.ts";
import { askModel } from "../kernel/scenarios.ts";
import { makeMutants } from "./mutants.ts";
import { compare, ON_ONE_CPU, ON_TWO_CPUS, readProbe } from "./recordings.ts";

function read(path: string): string {
	return readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8");
}

describe("docs/model.md", () => {
	const page = read("docs/model.md");

	test("tells of every operation what it is on a real kernel", () => {
		const table = page.slice(page.indexOf("## What is simulated"), page.indexOf("## What is not"));
		expect(Object.keys(STEPS).filter((operation) => !table.includes(`\`${operation}\``))).toEqual([]);
	});

	test("lists every exclusion with its reason, and no other", () => {
		expect(ON_ONE_CPU).toEqual([]);
		for (const { name, reason } of ON_TWO_CPUS) {
			const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`));
			expect(row?.replaceAll("`", "")).toContain(reason.split(/[;]|, and __mmdrop/)[0]);
		}
		expect(page.match(/^\| any operation/gm)).toHaveLength(ON_TWO_CPUS.length);
	});

	test.each(["6.1.192", "6.12.95"])("gives the hits on two CPUs that the recording of %s has", (version) => {
		const seen = readProbe(`linux-${version}-2cpu.result`);
		const { hits } = compare(askModel(readProbe("scenarios-2cpu.txt"), version), seen, ON_TWO_CPUS);
		for (const [name, hidden] of hits) {
			const row = page.split("\n").find((line) => line.startsWith(`| ${name} |`));
			expect(row).toContain(`${version}: ${hidden}`);
		}
	});

	test("gives the number of mutants, and those that are equivalent", () => {
		expect(page).toContain(`the ${makeMutants().length} mutants`);
		for (const name of Object.keys(JSON.parse(read("test/model/equivalent-mutants.json")))) expect(page).toContain(`\`${name}\``);
	});

	test("counts the fixed scenarios of the recordings", () => {
		for (const version of ["6.1.192", "6.12.95"]) {
			for (const [scenarios, result] of [
				["scenarios.txt", `linux-${version}.result`],
				["scenarios-2cpu.txt", `linux-${version}-2cpu.result`],
			] as const) {
				const found = compare(askModel(readProbe(scenarios), version), readProbe(result), ON_TWO_CPUS);
				expect(page).toContain(`| ${found.steps} | ${found.values} | 0 |`);
			}
		}
	});
});
