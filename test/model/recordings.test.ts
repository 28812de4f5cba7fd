import { describe, expect, test } from "vitest";
import { runScenarios } from "../../server/src/model/simulate.ts";
import { compareWithRecording, readProbe } from "./recordings.ts";

describe("the simulated mm does what a real kernel did", () => {
	test("Linux 6.1.192, one CPU: every value of every step", () => {
		const { output, errors } = runScenarios(readProbe("scenarios.txt"));
		expect(errors).toEqual([]);
		expect(compareWithRecording(output, readProbe("linux-6.1.192.result"), "exact")).toEqual([]);
	});
	test("the same where each use counts: seen from outside nothing differs", () => {
		const { output } = runScenarios(readProbe("scenarios.txt"), { useCounts: "always" });
		expect(compareWithRecording(output, readProbe("linux-6.1.192.result"), "exact")).toEqual([]);
	});
	test("Linux 6.1.192, two CPUs: also what copies return between unmap_vmas and free_pgtables", () => {
		const { output, errors } = runScenarios(readProbe("scenarios-2cpu.txt"));
		expect(errors).toEqual([]);
		expect(compareWithRecording(output, readProbe("linux-6.1.192-2cpu.result"), "lazy-tlb")).toEqual([]);
	});
	test("a recording that was changed is noticed", () => {
		const { output } = runScenarios(readProbe("scenarios.txt"));
		const recording = readProbe("linux-6.1.192.result");
		for (const [from, to] of [
			["users=2", "users=3"],
			["count=2", "count=1"],
			["freed=1", "freed=0"],
			["pte=2", "pte=0"],
			["uncopied=4096", "uncopied=0"],
			["ret=1", "ret=0"],
			["unmap_vmas", "free_pgtables"],
		] as const) {
			expect(compareWithRecording(output, recording.replace(from, to), "exact")).toHaveLength(1);
		}
	});
});
