import { describe, expect, it } from "vitest";
import { listSteps } from "../../client/src/trace-steps.ts";
import type { TraceStep, Use } from "../../server/src/analysis/types.ts";

const use: Use = {
	id: "u1",
	file: "drivers/a.c",
	line: 9,
	column: 2,
	endLine: 9,
	endColumn: 24,
	function: "worker",
	mm: "dev->mm",
	verdict: "exposed",
	why: "only mm_count is held",
	explored: { result: "violated", states: 12 },
};

function step(details: Partial<TraceStep>): TraceStep {
	return {
		thread: "worker()",
		op: "use",
		mm: "mm",
		step: "kthread_use_mm(dev->mm)",
		file: "drivers/a.c",
		line: 9,
		column: 2,
		function: "worker",
		after: { users: 0, count: 2, pageTables: "freed", struct: "live" },
		node: 1,
		...details,
	};
}

describe("the steps of a trace", () => {
	it("say what happens, where, and what is left of the mm", () => {
		const exit = step({ thread: "owner", op: "exit", step: "exit_mmap:\n\tunmap_vmas()", file: "", line: 0 });
		const { title, placeholder, steps } = listSteps({ use, trace: [exit, step({})], uris: {} });
		expect(title).toBe("dev->mm in worker: exposed");
		expect(placeholder).toBe("only mm_count is held");
		expect(steps).toEqual([
			{ label: "1. exit_mmap: unmap_vmas()", description: "owner", detail: "→ users 0, count 2, page tables freed" },
			{
				label: "2. kthread_use_mm(dev->mm)",
				description: "worker() · drivers/a.c:9",
				detail: "→ users 0, count 2, page tables freed",
				place: { file: "drivers/a.c", line: 9, column: 2 },
			},
		]);
	});

	it("are those of the witness where nothing breaks the use", () => {
		const held: Use = { ...use, verdict: "held", why: "" };
		const { placeholder, steps } = listSteps({ use: held, witness: [step({ step: "mmget(mm)" })], uris: {} });
		expect(steps.map(({ label }) => label)).toEqual(["1. mmget(mm)"]);
		expect(placeholder).toBe("a users reference is held over the whole use");
		expect(listSteps({ use: held, uris: {} }).steps).toEqual([]);
	});
});
