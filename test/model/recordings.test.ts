import { describe, expect, test } from "vitest";
import { STEPS } from "../../server/src/model/steps.ts";
import { askModel } from "../kernel/scenarios.ts";
import { compare, ON_TWO_CPUS, readProbe } from "./recordings.ts";

describe.each(["6.1.192", "6.12.95"])("the simulated mm does what Linux %s did", (version) => {
	test("one CPU: every value of every step", () => {
		const found = compare(askModel(readProbe("scenarios.txt"), version), readProbe(`linux-${version}.result`));
		expect(found.differences).toEqual([]);
		expect(found.steps).toBeGreaterThan(500);
	});
	test("random scenarios on one CPU: the same", () => {
		const found = compare(askModel(readProbe("random.txt.gz"), version), readProbe(`linux-${version}-random.result.gz`));
		expect(found.differences).toEqual([]);
		expect(found.steps).toBeGreaterThan(4000);
	});
	test("two CPUs: also what copies return between unmap_vmas and free_pgtables", () => {
		const found = compare(askModel(readProbe("scenarios-2cpu.txt"), version), readProbe(`linux-${version}-2cpu.result`), ON_TWO_CPUS);
		expect(found.differences).toEqual([]);
	});
});

test("the scenarios take every operation", () => {
	const taken = ["scenarios.txt", "random.txt.gz"].flatMap((name) =>
		[...askModel(readProbe(name), "6.1.192").matchAll(/^R\|[^|]*\|\d+\|(?:\w+\.)?(\w+)[^|]*\|ret=/gm)].map((match) => match[1]),
	);
	expect([...new Set(taken)].sort()).toEqual(Object.keys(STEPS).sort());
});

describe("a comparison", () => {
	const output = askModel(readProbe("scenarios.txt"), "6.1.192");
	test("notices a recording that was changed", () => {
		const recording = readProbe("linux-6.1.192.result");
		for (const [from, to] of [
			["users=2", "users=3"],
			["count=2", "count=1"],
			["freed=1", "freed=0"],
			["pte=2", "pte=0"],
			["uncopied=4096", "uncopied=0"],
			["ret=1", "ret=0"],
			["err=-9", "err=-22"],
			["unmap_vmas", "free_pgtables"],
		] as const) {
			expect(recording).toContain(from);
			expect(compare(output, recording.replace(from, to)).differences).toHaveLength(1);
		}
	});
	test("notices a step that is missing", () => {
		expect(compare(output, output.split("\n").slice(1).join("\n")).differences.length).toBeGreaterThan(0);
	});
	test("counts what an exclusion hides", () => {
		const found = compare(output, output.replace("count=2", "count=3"), ON_TWO_CPUS);
		expect(found.differences).toEqual([]);
		expect([...found.hits.values()]).toEqual([1, 0, 0]);
	});
});
