import { describe, expect, it } from "vitest";
import { type Bench, layRows, layStages, writePage } from "../../bench/page.ts";

const BENCH: Bench = {
	rows: [
		{ name: "floor", runs: [1, 2, 1].map((seconds) => ({ seconds, cpuSeconds: 0.5, megabytes: 8 })) },
		{ name: "tool", runs: [3, 6, 4].map((seconds) => ({ seconds, cpuSeconds: 5, megabytes: 300 })) },
		{ name: "without /proc", runs: [{ seconds: 1 }, { seconds: 1 }, { seconds: 1 }] },
		{ name: "once", runs: [{ seconds: 10, cpuSeconds: 9, megabytes: 50 }] },
		{ name: "not there", runs: [], missing: "not installed" },
	],
	floor: "floor",
	stages: [new Map([["parse", 3]]), new Map([["parse", 1]]), new Map([["facts", 1]])],
	rounds: 3,
	file: "a.c",
	reported: ["a.c:7"],
	kernel: "6.1.192",
	node: "v20.0.0",
	processor: "a processor",
	cores: 2,
};

function cellsOf(table: string, name: string): readonly string[] {
	const row = table.split("\n").find((line) => line.startsWith(`| ${name} `)) ?? "";
	return row
		.split("|")
		.slice(2, -1)
		.map((cell) => cell.trim());
}

describe("the table of processes", () => {
	const table = layRows(BENCH);

	it("shows medians, and ratios to the floor in the same turn", () => {
		expect(cellsOf(table, "floor")).toEqual(["1.00", "0.50", "8.00", "1"]);
		expect(cellsOf(table, "tool")).toEqual(["4.00", "5.00", "300", "3.00"]);
	});

	it("compares what ran once with the median", () => {
		expect(cellsOf(table, "once")).toEqual(["10.0", "9.00", "50.0", "10.0"]);
	});

	it("says what is missing", () => {
		expect(cellsOf(table, "without /proc")).toEqual(["1.00", "-", "-", "1.00"]);
		expect(cellsOf(table, "not there")[0]).toBe("not installed");
	});

	it("has no ratios without a floor", () => {
		const rows = BENCH.rows.map((row) => (row.name === "floor" ? { name: row.name, runs: [], missing: "not installed" } : row));
		expect(cellsOf(layRows({ rows, floor: "floor" }), "tool")).toEqual(["4.00", "5.00", "300", "-"]);
	});
});

describe("the table of stages", () => {
	it("shows medians and shares", () => {
		const table = layStages([
			new Map([["parse", 3]]),
			new Map([
				["parse", 3],
				["facts", 1],
			]),
			new Map([["facts", 1]]),
		]);
		expect(cellsOf(table, "parse")).toEqual(["3.00", "75 %"]);
		expect(cellsOf(table, "facts")).toEqual(["1.00", "25 %"]);
		expect(cellsOf(table, "together")).toEqual(["4.00", ""]);
	});
});

describe("the page", () => {
	it("says where and on what it was measured, and what the rule reports", () => {
		const page = writePage(BENCH);
		expect(page).toContain("Linux 6.1.192, Node v20.0.0, 2 cores\n(a processor)");
		expect(page).toContain("it reports `a.c:7`.");
		expect(page).toContain(layRows(BENCH));
		expect(writePage({ ...BENCH, reported: [] })).toContain("it reports nothing.");
		expect(writePage({ ...BENCH, reported: undefined })).toContain("It did not run here.");
	});
});
