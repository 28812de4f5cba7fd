import { describe, expect, it } from "vitest";
import type { Finding, Report, StateAfter, TraceStep, Use } from "../../server/src/analysis/types.ts";
import { choosePaint } from "../../server/src/cli/paint.ts";
import { writeText } from "../../server/src/cli/reporters/text.ts";

const LIVE: StateAfter = { users: 1, count: 1, pageTables: "live", struct: "live" };
const io = { cwd: "/", env: {}, stdoutIsTerminal: false, readStdin: () => Buffer.alloc(0), writeOut: () => {}, writeError: () => {} };

function step(thread: string, text: string, line: number, after: Partial<StateAfter>): TraceStep {
	const file = line === 0 ? "" : "drivers/a/a.c";
	return { thread, op: "obs", mm: "mm", step: text, file, line, column: 1, function: "f", node: 0, after: { ...LIVE, ...after } };
}

const trace = [
	step("box_open", "mmgrab(current->mm)", 20, { count: 2 }),
	step("owner", "exit", 0, { users: 0, count: 2, pageTables: "exit_aio" }),
	step("teardown", "unmap_vmas", 0, { users: 0, count: 2, pageTables: "unmapping" }),
	step("box_work", "kthread_use_mm(\n\tbox->mm)", 8, { users: 0, count: 2, pageTables: "unmapping" }),
];

const use: Use = {
	id: "u1",
	file: "drivers/a/a.c",
	line: 8,
	column: 3,
	endLine: 8,
	endColumn: 26,
	function: "box_work",
	mm: "box->mm",
	verdict: "exposed",
	why: "only mm_count is held",
	explored: { result: "violated", states: 12 },
	trace,
};
const held: Use = {
	...use,
	id: "u2",
	line: 4,
	verdict: "held",
	why: "mmget_not_zero() in box_work",
	explored: { result: "proved", states: 1 },
	assumes: ["the worker is stopped first"],
};
const finding: Finding = {
	id: "f1",
	useId: "u1",
	fingerprint: "x",
	rule: "use-without-users-ref",
	severity: "error",
	file: "drivers/a/a.c",
	function: "box_work",
	line: 8,
	column: 3,
	endLine: 8,
	endColumn: 26,
	message: "box->mm may have no page tables here",
	trace,
	fixes: [{ id: "x", title: "take a users reference", applicability: "choice", preferred: true, verdictAfter: "held", edits: [] }],
};
const report: Report = {
	version: 1,
	kernel: "6.1.192",
	uses: [use, held],
	findings: [finding],
	holes: Array.from({ length: 22 }, (_, index) => ({ file: "drivers/a/a.c", line: index + 1, why: "not understood" })),
	stats: { filesSeen: 9, filesParsed: 3, bytesSeen: 100, functions: 5, functionsWithHoles: 1, uses: 2, milliseconds: 7 },
};

function write(shown: Report, more: { listUses?: boolean; listHoles?: boolean } = {}): readonly string[] {
	const paint = choosePaint(undefined, false, io);
	return writeText(shown, report.uses, {
		paint,
		byteColumn: (_, __, column) => column + 1,
		listUses: false,
		listHoles: false,
		...more,
	}).split("\n");
}

describe("the text of a report", () => {
	it("has a line for editors, the trace below it, aligned, and a line that counts", () => {
		expect(write({ ...report, holes: [] })).toEqual([
			"drivers/a/a.c:8:4: error[use-without-users-ref]: box->mm may have no page tables here",
			"    1  box_open  drivers/a/a.c:20  mmgrab(current->mm)       → users 1, count 2, page tables live",
			"    2  owner                       exit                      → users 0, count 2, page tables live (exit_aio)",
			"    3  teardown                    unmap_vmas                → users 0, count 2, page tables unmapping",
			"    4  box_work  drivers/a/a.c:8   kthread_use_mm( box->mm)  → users 0, count 2, page tables unmapping",
			"    fix: take a users reference (choice; the use is then held)",
			"1 finding: 1 error; 2 uses: 1 exposed, 1 held; 0 holes; Linux 6.1.192; 3 of 9 files parsed",
			"",
		]);
	});

	it("lists uses with their verdicts where that is asked for, each trace once", () => {
		const lines = write({ ...report, holes: [] }, { listUses: true });
		expect(lines.slice(0, 4)).toEqual([
			"drivers/a/a.c:4:4: use[held]: box->mm in box_work: mmget_not_zero() in box_work (proved over 1 state)",
			"    assumes: the worker is stopped first",
			"    1  box_open  drivers/a/a.c:20  mmgrab(current->mm)       → users 1, count 2, page tables live",
			"    2  owner                       exit                      → users 0, count 2, page tables live (exit_aio)",
		]);
		const at = lines.indexOf("drivers/a/a.c:8:4: use[exposed]: box->mm in box_work: only mm_count is held (violated after 12 states)");
		expect(lines[at + 1]).toMatch(/: error\[use-without-users-ref\]: /);
	});

	it("lists some holes, or all", () => {
		expect(write(report).filter((line) => line.includes(": hole: "))).toHaveLength(20);
		expect(write(report)).toContain("… and 2 more holes; --strict lists them all");
		expect(write(report, { listHoles: true }).filter((line) => line.includes(": hole: "))).toHaveLength(22);
	});
});
