/** What stands above a use, behind a line, and beside a step. */

import { describe, expect, it } from "vitest";
import type { TraceStep, Use, Verdict } from "../../server/src/analysis/types.ts";
import { writeInlayHints } from "../../server/src/report/inlay.ts";
import { writeLens, writePendingLens } from "../../server/src/report/lens.ts";
import { describeStepThere } from "../../server/src/report/related.ts";

type Shown = Pick<TraceStep, "op" | "line"> & Partial<Omit<TraceStep, "op" | "line" | "after">> & { after?: Partial<TraceStep["after"]> };

function step({ after, ...more }: Shown): TraceStep {
	const state = { users: 1, count: 1, pageTables: "live", struct: "live", ...after } as const;
	return { thread: "work()", mm: "A", step: `${more.op}(mm)`, file: "a.c", column: 2, function: "work", node: 0, ...more, after: state };
}

function use(verdict: Verdict, more: Partial<Use> = {}): Use {
	const place = { file: "a.c", line: 3, column: 2, endLine: 3, endColumn: 9 };
	return { id: "u", ...place, function: "work", mm: "mm", verdict, why: "", explored: { result: "proved", states: 1214 }, ...more };
}

describe("the lens", () => {
	it.each([
		["page tables held ✓ · 1,214 states explored", use("held")],
		["page tables held ✓ · 1 state explored", use("held", { explored: { result: "proved", states: 1 } })],
		["page tables held ✓", use("held", { explored: { result: "proved", states: 0 } })],
		["page tables guarded ✓ (exit_aio waits for this use) · 1,214 states explored", use("guarded", { guarantee: "exit_aio" })],
		[
			"uncommented: the release notifier waits for this use, but nobody wrote it down · 1,214 states explored",
			use("uncommented", { guarantee: "notifier-release" }),
		],
		["exposed: show trace", use("exposed")],
		["claimed by a comment only: show trace", use("claimed")],
		["unknown: where the mm comes from", use("unknown", { explored: { result: "bounded", states: 0, bound: "the origin of the mm" } })],
		["unknown: gave up after 200,000 states", use("unknown", { explored: { result: "bounded", states: 200_000, bound: "200000 states" } })],
	])("says: %s", (text, of) => {
		expect(writeLens(of)).toBe(text);
	});

	it("says when the index is not complete", () => {
		expect(writePendingLens()).toBe("indexing…");
	});
});

describe("a step beside its place", () => {
	it("names the function, what happens, and the state after it", () => {
		expect(describeStepThere(step({ op: "mmgrab", line: 1, after: { count: 2 } }))).toBe("work: mmgrab(mm) → users 1, count 2");
		expect(describeStepThere(step({ op: "branch", line: 1, step: "if (x)", branch: false }))).toBe(
			"work: if (x): false → users 1, count 1",
		);
	});

	it("names the owner and the teardown instead, and page tables that are going", () => {
		const gone = step({
			op: "exit",
			line: 1,
			thread: "owner",
			step: "the owner exits",
			after: { users: 0, pageTables: "unmapping", struct: "freed" },
		});
		expect(describeStepThere(gone)).toBe("owner: the owner exits → users 0, count 1, page tables unmapping, mm_struct freed");
	});
});

describe("inlay hints", () => {
	const witness = [
		step({ op: "mmgrab", line: 9, file: "b.c", after: { count: 2 } }),
		step({ op: "branch", line: 1, branch: true, after: { count: 2 } }),
		step({ op: "mmgetnz", line: 2, after: { users: 2, count: 2 } }),
		step({ op: "use", line: 3, after: { users: 2, count: 3 } }),
		step({ op: "aiodone", line: 4, after: { users: 2, count: 3 } }),
		step({ op: "unuse", line: 5, after: { users: 2, count: 2 } }),
		step({ op: "mmput", line: 5, after: { users: 1, count: 2 } }),
	];

	it("stand behind each line that changes something, with the state after its last step", () => {
		expect(writeInlayHints([use("held", { witness })], "a.c").map(({ line, text }) => [line, text])).toEqual([
			[2, "users 2, count 2"],
			[3, "users 2, count 3"],
			[5, "users 1, count 2"],
		]);
		expect(writeInlayHints([use("held", { witness })], "b.c")).toEqual([
			{ line: 9, text: "users 1, count 2", tooltip: "work: mmgrab(mm) → users 1, count 2 (step 1 of 7 on the way to mm in work)" },
		]);
	});

	it("show the way to where it breaks when it does, without what the owner does", () => {
		const trace = [
			step({ op: "exit", line: 2, thread: "owner", after: { users: 0 } }),
			step({ op: "use", line: 3, after: { users: 0, count: 2, pageTables: "freed" } }),
		];
		expect(writeInlayHints([use("exposed", { trace, witness })], "a.c").map(({ line, text }) => [line, text])).toEqual([
			[3, "users 0, count 2, page tables freed"],
		]);
	});

	it("of several uses are those of the first on each line, in the order of lines", () => {
		const other = [step({ op: "use", line: 3, after: { count: 7 } }), step({ op: "unuse", line: 1, after: { count: 6 } })];
		expect(
			writeInlayHints([use("held", { witness }), use("held", { witness: other })], "a.c").map(({ line, text }) => [line, text]),
		).toEqual([
			[1, "users 1, count 6"],
			[2, "users 2, count 2"],
			[3, "users 2, count 3"],
			[5, "users 1, count 2"],
		]);
		expect(writeInlayHints([use("unknown")], "a.c")).toEqual([]);
	});
});
