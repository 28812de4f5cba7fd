/** Files that no person writes come to an end, with the plain use in them judged, and what was given up said. */

import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import * as large from "./large.ts";
import { runProgram } from "./program.ts";

function check(text: string): Report {
	const run = runProgram(["check", "--no-root", "--no-cache", "--uses", "--format", "json", "a.c"], { cwd: makeTree({ "a.c": text }) });
	expect(run.error).toBe("");
	return JSON.parse(run.out) as Report;
}

/** Verdicts, and bounds where there is one, with how often each came out. */
function countVerdicts({ uses }: Report): Readonly<Record<string, number>> {
	const counts: Record<string, number> = {};
	for (const { verdict, explored } of uses) {
		const name = explored.result === "bounded" ? `${verdict}: ${explored.bound}` : verdict;
		counts[name] = (counts[name] ?? 0) + 1;
	}
	return counts;
}

describe("a file of", () => {
	it.each([
		["100,000 functions of which 10 borrow", () => large.functions(100_000, 10_000), 10],
		["an initializer of 5 MB on one line", () => large.longInitializer(5_000_000), 1],
		["16 MB of comments", () => large.comments(16_000_000), 1],
		["50,000 macros", () => large.defines(50_000, 100), 1],
		["2,300,000 declarations", () => "int a;\n".repeat(2_300_000) + USE, 1],
	])("%s", (_, make, uses) => {
		const report = check(make());
		expect(countVerdicts(report)).toEqual({ exposed: uses });
		expect(report.holes).toEqual([]);
	});

	it("1,500 conditionals that cut through a function are too much for its references, and says so", () => {
		const report = check(large.conditionals(1500));
		expect(countVerdicts(report)).toEqual({ exposed: 1 });
		expect(report.holes).toEqual([
			{ file: "a.c", line: 1, why: "who owns the references in shared() is not judged: more than 2500 states" },
		]);
	});

	it("3,000 arms that begin a function are not all read, and says so", () => {
		const report = check(large.arms(3000));
		expect(countVerdicts(report)).toEqual({ exposed: 1 });
		expect(report.holes).toEqual([{ file: "a.c", line: 1, why: "of the arms of #if in this definition 12 were read" }]);
	});

	it("5,000 branches is too much, and says so", () => {
		const run = runProgram(["check", "--no-root", "--no-cache", "--uses", "a.c"], { cwd: makeTree({ "a.c": large.branches(5000) }) });
		/* what is found is that nobody gives back what the box holds */
		expect(run).toMatchObject({ status: 1, error: "" });
		expect(run.out.match(/^a\.c:.*(?:error|warning)\[.*$/gm)).toEqual([expect.stringContaining("error[count-leak]")]);
		expect(run.out.match(/^a\.c:.*gave up after 96 steps of box_work\(\) without.*$/gm)).toHaveLength(1251);
		expect(run.out).toContain("1251 uses: 1251 unknown");
	});

	it("2,000 nested parentheses is too much, and says so", () => {
		const report = check(large.parentheses(2000));
		expect(report.uses).toEqual([]);
		expect(report.holes).toEqual([{ file: "a.c", line: 4, why: "not parsed: brackets nest deeper than 1000" }]);
	});

	it("an expression that can be read in too many ways costs its function, and says so", () => {
		const sum = `int box_sum(struct box *box)\n{\n\tmmget(box->mm);\n\treturn ${"(b)*(c)-".repeat(2500)}1;\n}\n`;
		const report = check(sum + USE);
		expect(countVerdicts(report)).toEqual({ exposed: 1 });
		expect(report.holes).toEqual([
			{ file: "a.c", line: 1, why: "not parsed: it can be read in too many ways: the parser was 2000 steps behind" },
		]);
	});
});

describe("macros in macros", () => {
	it.each(["mmput(mm)", "kthread_use_mm(mm)"])("that come to a million times %s stay a call", (leaf) => {
		expect(countVerdicts(check(large.macrosInMacros(20, leaf)))).toEqual({ exposed: 1 });
	});

	it("twelve deep that do it once are expanded", () => {
		const twice = large.macrosInMacros(12, "kthread_use_mm(mm)");
		expect(countVerdicts(check(twice.replace(/(LEVEL_\d+\(mm\)); \1;/g, "$1;")))).toEqual({ exposed: 2 });
	});

	it("that nest deeper than anybody can follow stay a call", () => {
		const deeper = Array.from({ length: 31 }, (_, i) => `#define D${i}(mm) ${"f(".repeat(350)}D${i + 1}(mm)${")".repeat(350)}\n`).join("");
		const use = USE.replace("\tkthread_use_mm", "\tD0(box->mm);\n\tkthread_use_mm");
		expect(countVerdicts(check(`${deeper}#define D31(mm) mmput(mm)\n${use}`))).toEqual({ exposed: 1 });
	});

	it("that are handed to each other stay calls", () => {
		const nested = `${"M(".repeat(60)}box->mm${")".repeat(60)};\n`;
		const use = USE.replace("\tkthread_use_mm", `\t${nested}\tkthread_use_mm`);
		expect(countVerdicts(check(`#define M(x) (mmget(x), mmput(x), x)\n${use}`))).toEqual({ exposed: 1 });
	});
});
