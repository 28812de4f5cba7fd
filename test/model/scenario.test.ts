import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseScenarios } from "../../server/src/model/scenario.ts";
import { runScenarios } from "../../server/src/model/simulate.ts";
import { SEED } from "./random-runs.ts";

/** Runs lines as one scenario; returns what each printed, without `maps`-like noise: `op: values`. */
function run(...lines: readonly string[]): string[] {
	const { output, errors } = runScenarios(["S test", ...lines].join("\n"));
	expect(errors).toEqual([]);
	return output
		.split("\n")
		.filter((line) => line.startsWith("R|"))
		.map((line) => line.split("|").slice(3).join(": "));
}

/** Returns the value of `key` in each line, `-` where it is not. */
function column(lines: readonly string[], key: string): string[] {
	return lines.map((line) => new RegExp(`(?:^|[ ])${key}=(\\S*)`).exec(line)?.[1] ?? "-");
}

describe("the output", () => {
	test("is one line a step, and a last line", () => {
		expect(runScenarios("S one\nspawn\nmmgrab\nexit\n").output).toBe(
			[
				"R|one|0|spawn|ret=0 freed=0 users=1 count=1 vma=1 pte=2 mtempty=0 ev=",
				"R|one|1|mmgrab|ret=0 freed=0 users=1 count=2 vma=1 pte=2 mtempty=0 ev=",
				"R|one|2|exit|ret=0 freed=0 users=0 count=1 vma=0 pte=0 mtempty=1 ev=exit_aio;exit_aio_return;exit_mmap;unmap_vmas;free_pgtables;tlb_finish_mmu;exit_mmap_return;",
				"END|steps=3",
				"",
			].join("\n"),
		);
	});
	test("names what is not legal by its error number, as the probe does", () => {
		const lines = run(
			"mmget",
			"spawn",
			"unnotify",
			"copy 0",
			"use 0",
			"use 0",
			"unuse 1",
			"unuse 0",
			"killclone",
			"exit",
			"exit",
			"mmget",
			"use 0",
		);
		expect(column(lines, "err")).toEqual(["-2", "-", "-22", "-22", "-", "-16", "-22", "-", "-3", "-", "-3", "-9", "-9"]);
	});
	test("counts below zero without a word, as the kernel does", () => {
		expect(column(run("spawn", "mmgrab", "exit", "mmput"), "users")).toEqual(["1", "1", "0", "-1"]);
	});
	test("a kernel thread that is busy stays so in the next scenario", () => {
		const { output } = runScenarios("S a\nspawn\nuse 0\nS b\nspawn\nuse 0\n");
		expect(output).toContain("R|b|1|use 0|err=-16");
	});
});

describe("beyond the probe", () => {
	test("several mms, by name; the plain form means the one made last", () => {
		const lines = run("A.spawn", "B.spawn", "mmget", "A.mmgrab", "A.exit", "B.obs", "C.obs");
		expect(column(lines, "users")).toEqual(["1", "1", "2", "1", "0", "2", "-"]);
		expect(lines.at(-1)).toBe("C.obs: err=-2");
	});
	test("an mm that no process owns", () => {
		expect(column(run("mm_alloc", "mm_alloc", "exit", "mmput"), "freed")).toEqual(["0", "0", "-", "1"]);
	});
	test("named threads", () => {
		const lines = run("A.spawn", "A.use io", "io: A.copy", "helper: A.copy", "io: A.unuse", "A.unuse io");
		expect(column(lines, "err")).toEqual(["-", "-", "-", "-22", "-", "-22"]);
		expect(column(lines, "count")).toEqual(["1", "2", "2", "-", "1", "-"]);
	});
	test("exit does not wait for io_uring, exec does", () => {
		expect(column(run("spawn", "mmgrab", "iouring", "exit"), "pte")).toEqual(["2", "2", "2", "0"]);
		const lines = run("spawn", "mmgrab", "iouring", "exec", "iouringdone", "exec");
		expect(column(lines, "err")).toEqual(["-", "-", "-", "-11", "-", "-"]);
		expect(column(lines, "pte").at(-1)).toBe("0");
	});
	test("a delayed teardown has had its time before the next step", () => {
		const lines = run("spawn", "mmgrab", "aio", "exitnowait", "obs", "aiodone", "obs");
		expect(column(lines, "pte")).toEqual(["2", "2", "2", "2", "2", "2", "0"]);
	});
	test("a hold after unmap_vmas ends with a copy or in time", () => {
		expect(column(run("spawn", "mmgrab", "spin 0", "exitnowait", "obs", "reap"), "pte")).toEqual(["2", "2", "2", "1", "1", "0"]);
		expect(column(run("spawn", "mmgrab", "spin 0", "exit"), "pte")).toEqual(["2", "2", "2", "0"]);
	});
	test("a release callback that blocks is called once, and unregistering waits for it", () => {
		const lines = run("spawn", "notify 1", "unnotify", "unblock", "unnotify", "exit");
		expect(column(lines, "err")).toEqual(["-", "-", "-11", "-", "-", "-"]);
		expect(column(lines, "ev")[4]).toBe("RELEASE_CB;RELEASE_CB_end;");
	});
	test("requests of libaio are completed one by one", () => {
		const lines = run("spawn", "mmgrab", "aio", "aio", "aiodone", "aiodone", "exit");
		expect(column(lines, "ret")).toEqual(["0", "0", "0", "0", "1", "1", "0"]);
		expect(column(lines, "submit")).toEqual(["-", "-", "1", "1", "-", "-", "-"]);
	});
});

describe("what cannot be understood is said, by line", () => {
	test.each([
		["spawn", "line 1: 'spawn' stands before the first 'S name'"],
		["S", "line 1: 'S' wants one name"],
		["S a b", "line 1: 'S' wants one name"],
		["S a|b", "line 1: a name holds no '|'"],
		["S a\n\nmmgte", "line 3: 'mmgte' is no operation"],
		["S a\ntoString", "line 2: 'toString' is no operation"],
		["S a\nnotify x", "line 2: 'x' is no number: nothing else can follow 'notify'"],
		["S a\nuse -1", "line 2: '-1' is no kernel thread: a number or a name is wanted after 'use'"],
		["S a\nuse 0 1", "line 2: '1' follows the argument of 'use'"],
		["S a\n1.use 0", "line 2: '1' is no name of an mm"],
		["S a\nw:", "line 2: no operation follows 'w:'"],
		["S a\n: use", "line 2: '' is no name of a thread"],
		["S a\nw: use v", "line 2: the thread is named twice: 'w:' and 'v'"],
	])("%j", (text, error) => {
		expect(runScenarios(text)).toEqual({ output: "", errors: [error] });
	});
	test("comments, blank lines and any line ending are fine", () => {
		expect(parseScenarios("# a\r\nS x\r\n\r\n  spawn  \r# b\rexit").scenarios).toMatchObject([
			{ name: "x", steps: [{ op: "spawn" }, { op: "exit" }] },
		]);
	});
	test("no text makes it throw", () => {
		const word = fc.constantFrom(
			"S x",
			"spawn",
			"A.spawn",
			"use 0",
			"t: A.use",
			"A.mm_alloc",
			"exit",
			"mmput",
			"copy 1",
			"unuse 0",
			"#",
			"x:",
			".",
			"notify 1",
			"spin",
			"exitnowait",
			"reap",
			"exec",
			"unnotify",
			"mmget",
			"mmdrop",
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(word, { maxLength: 30 }).map((words) => ["S x", ...words].join("\n")),
				),
				(text) => {
					const { output, errors } = runScenarios(text);
					return errors.length > 0 ? output === "" : output.endsWith("\n");
				},
			),
			{ seed: SEED, numRuns: 400 },
		);
	});
});
