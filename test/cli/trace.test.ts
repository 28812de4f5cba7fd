import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report, TraceStep } from "../../server/src/analysis/types.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { runProgram } from "./program.ts";

/** Checks an exposed use; returns the report and a function that replays what is made of it. */
function makeReport() {
	const root = makeTree({ Makefile: MAKEFILE, "a.c": USE });
	const report = JSON.parse(runProgram(["check", "--uses", "--format", "json", "."], { cwd: root }).out) as Report;
	const replay = (data: unknown, ...more: readonly string[]) => {
		writeFileSync(join(root, "trace.json"), JSON.stringify(data));
		return runProgram(["simulate", "--trace", "trace.json", ...more], { cwd: root });
	};
	return { report, replay };
}

describe("simulate --trace", () => {
	it("replays a report, a finding and a use, with the state after each step", () => {
		const { report, replay } = makeReport();
		const finding = report.findings.find((candidate) => candidate.trace !== undefined);
		const use = report.uses[0];
		expect(use?.trace?.length).toBeGreaterThan(2);
		for (const data of [report, use, ...(finding === undefined ? [] : [finding])]) {
			const run = replay(data);
			expect(run).toMatchObject({ status: 0, error: "" });
			expect(run.out).toMatch(/^a\.c:8: \S+ in box_work\n {4} *1 {2}.* → users 1, count \d, page tables live\n/);
			expect(run.out).toMatch(/\n {4}replayed: \d+ steps, the last breaks: page tables live while used\n$/);
		}
	});

	it("fails for a trace that was tampered with, with status 1", () => {
		const { report, replay } = makeReport();
		const use = report.uses[0];
		const trace = use?.trace ?? [];
		const changes: readonly ((steps: TraceStep[]) => unknown)[] = [
			(steps) => steps.pop(),
			(steps) => steps.shift(),
			(steps) => steps.reverse(),
			...trace.map(
				(step, at) => (steps: TraceStep[]) => steps.splice(at, 1, { ...step, after: { ...step.after, count: step.after.count + 1 } }),
			),
			...trace.map((step, at) => (steps: TraceStep[]) => steps.splice(at, 1, { ...step, op: "frobnicate" })),
		];
		for (const change of changes) {
			const steps = [...trace];
			change(steps);
			const run = replay({ ...use, trace: steps });
			expect(run).toMatchObject({ status: 1, error: "" });
			expect(run.out).toMatch(/\n {4}step \d+ does not replay: [^\n]+\n$/);
		}
	});

	it.each([
		["nothing", {}, /holds no trace/],
		["a report without findings", { uses: [], findings: [] }, /holds no trace/],
		["a step without a state", { trace: [{ thread: "a" }], graphs: [] }, /a step of the trace lacks a part/],
		["no graphs", { trace: [] }, /the graphs of its threads are missing/],
		["a text", "trace", /holds no trace/],
	])("refuses %s, with status 2", (_, data, why) => {
		const root = makeTree({ "trace.json": JSON.stringify(data) });
		const run = runProgram(["simulate", "--trace", "trace.json"], { cwd: root });
		expect(run).toMatchObject({ status: 2, out: "" });
		expect(run.error).toMatch(why);
		expect(run.error).toMatch(/^mm-lifetime: trace\.json: [^\n]+\n$/);
	});
});

describe("simulate FILE", () => {
	it("prints the state after each step", () => {
		const root = makeTree({ steps: "# only the struct is kept\nS grab\nspawn\nmmgrab\nexit\nmmgetnz\n" });
		const run = runProgram(["simulate", "steps"], { cwd: root });
		expect(run).toMatchObject({ status: 0, error: "" });
		const lines = run.out.split("\n");
		expect(lines[1]).toMatch(/^R\|grab\|1\|mmgrab\|ret=0 freed=0 users=1 count=2 .*pte=2/);
		expect(lines[3]).toMatch(/^R\|grab\|3\|mmgetnz\|ret=0 freed=0 users=0 count=1 .*pte=0/);
		expect(runProgram(["simulate", "-"], { cwd: root, input: "S grab\nspawn\n" }).out).toMatch(/^R\|grab\|0\|spawn\|/);
	});
});
