import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, type Run, runProgram } from "./program.ts";

/** One line on standard error that begins with the program's name, and nothing that looks like a stack. */
function expectOneLine(run: Run, why: RegExp): void {
	expect(run.error).toMatch(/^mm-lifetime: [^\n]+\n$/);
	expect(run.error).toMatch(why);
	expect(run.error).not.toMatch(/internal error|\bat .*:\d+:\d+/);
	expect(run.status).toBe(2);
}

/** Checks with JSON output; there must be no word on standard error. */
function check(args: readonly string[], cwd: string): Report & { readonly status: number | null } {
	const run = runProgram(["check", "--uses", "--format", "json", ...args], { cwd });
	expect(run.error).toBe("");
	const report = JSON.parse(run.out) as Report;
	return { ...report, status: run.status };
}

describe("what the command line refuses, in one line", () => {
	it.each([
		[[], /no command given/],
		[["frobnicate"], /unknown command "frobnicate"/],
		[["--frobnicate"], /unknown option '--frobnicate'/],
		[["check"], /no PATH given/],
		[["check", "--frobnicate", "a.c"], /unknown option '--frobnicate'/],
		[["check", "--format", "xml", "a.c"], /'--format' must be text or json or sarif or html, not "xml"/],
		[["check", "--format"], /'--format/],
		[["check", "--uses=1", "a.c"], /'--uses'/],
		[["check", "--min-severity", "bad", "a.c"], /'--min-severity' must be error or warning or information/],
		[["check", "--kernel", "new", "a.c"], /'--kernel' must be a version/],
		[["check", "--kernel", "6.1", "--kernel", "6.2", "a.c"], /'--kernel' is given twice/],
		[["check", "--root", ".", "--no-root", "a.c"], /exclude each other/],
		[["check", "--exclude", "a[", "a.c"], /--exclude: .*is not a glob/],
		[["check", "-"], /needs the option '--stdin-filename'/],
		[["check", "--stdin-filename", "a.c", "a.c"], /goes with the one PATH -/],
		[["check", "nothing.c"], /nothing\.c: no such file or folder/],
		[["check", "a.txt"], /a\.txt: not a C file/],
		[["check", "--root", "nothing", "a.c"], /nothing: no such file or folder/],
		[["check", "--output", "nothing/x", "a.c"], /nothing\/x: no such file or folder/],
		[["check", "--output", ".", "a.c"], /^mm-lifetime: \.: /],
		[["explain", "no-such-rule"], /no rule "no-such-rule"/],
		[["explain", "../../README"], /no rule/],
		[["facts"], /no FILE given/],
		[["facts", "nothing.c"], /nothing\.c: /],
		[["facts", "."], /\.: not read: not a file/],
		[["simulate"], /no FILE given/],
		[["simulate", "nothing"], /nothing: no such file or folder/],
		[["simulate", "--trace", "a.c"], /a\.c: not JSON/],
		[["simulate", "a.txt"], /a\.txt: line 1: /],
	])("%j", (args, why) => {
		expectOneLine(runProgram(args, { cwd: makeTree({ "a.c": "", "a.txt": "frobnicate\n" }) }), why);
	});

	it("a settings file that is wrong", () => {
		expectOneLine(
			runProgram(["check", "."], { cwd: makeTree({ Makefile: MAKEFILE, ".mm-lifetime.json": '{"kernle": "6.1"}' }) }),
			/unknown key "kernle"/,
		);
	});
});

describe("what is wrong with a file costs that file", () => {
	it("binary, larger than the limit, a folder named like a file, a link in a circle, one that leads out", () => {
		const root = makeTree({
			Makefile: MAKEFILE,
			"a.c": USE,
			"binary.c": Buffer.from("kthread_use_mm\0\x01\x02"),
			"big.c": Buffer.alloc(50 * 1024 * 1024, "mmget(mm);\n"),
			"x.c/y.c": USE.replaceAll("box", "crate"),
		});
		symlinkSync(root, join(root, "x.c/circle"));
		symlinkSync("/", join(root, "x.c/out"));
		const report = check(["."], root);
		expect(report.uses.map((use) => use.file)).toEqual(["a.c", "x.c/y.c"]);
		expect(report.holes.filter((hole) => hole.line === 1)).toEqual([
			{ file: "big.c", line: 1, why: "not parsed: 52428800 bytes are more than the limit of 16777216" },
			{ file: "binary.c", line: 1, why: "not parsed: a binary file (NUL byte at offset 14)" },
		]);
		const text = runProgram(["check", "."], { cwd: root });
		expect(text.out).toContain("binary.c:1: hole: not parsed: a binary file");
	});

	it("a hole counts with --strict only", () => {
		const root = makeTree({ Makefile: MAKEFILE, "binary.c": Buffer.from("mmget\0") });
		expect(runProgram(["check", "."], { cwd: root }).status).toBe(0);
		expect(runProgram(["check", "--strict", "."], { cwd: root }).status).toBe(1);
	});

	it("a file and a folder that cannot be read", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE, "locked.c": "mmget(mm);", "folder/b.c": "mmget(mm);" });
		chmodSync(root, 0o755);
		chmodSync(join(root, "locked.c"), 0);
		chmodSync(join(root, "folder"), 0);
		const asRoot = process.getuid?.() === 0;
		const run = runProgram(["check", "--uses", "--format", "json", "."], { cwd: root, ...(asRoot && { uid: 65534 }) });
		chmodSync(join(root, "folder"), 0o755);
		expect(run.error).toBe("");
		const report = JSON.parse(run.out) as Report;
		expect(report.uses.map((use) => use.file)).toEqual(["a.c"]);
		expect(report.holes).toContainEqual({ file: "folder", line: 1, why: "not read: permission denied" });
	});

	it.each([
		["empty", ""],
		["one line end", "\n"],
		["unbalanced braces", "int f(void) { if (x) { { { mmget(mm);\n"],
		["unbalanced the other way", "} } ) ) ] mmget(mm); int g(void) { return 0; }"],
		["100,000 open parentheses", `int f(void) { return ${"(".repeat(100_000)}mmget(mm)${")".repeat(100_000)}; }`],
		["100,000 open braces", `int f(void) ${"{".repeat(100_000)}mmget(mm);${"}".repeat(100_000)}`],
		["100,000 conditionals", `${"#if A\n".repeat(100_000)}mmget(mm);\n`],
		["an unending comment", "int f(void) { mmget(mm); /* "],
		["an unending string", 'int f(void) { mmget("'],
		["an unending line", "\\\n".repeat(10_000)],
		["one line of 500 KB", `int f(void) { ${"mmget(mm); ".repeat(50_000)} }`],
		["words that are no C", "mmget ".repeat(50_000)],
		["200 KB that can be read in too many ways", `int f(void) { mmget(mm); return ${"(b)*(c)-".repeat(25_000)}1; }`],
	])("%s", (_, text) => {
		const root = makeTree({ Makefile: MAKEFILE, "0.c": text, "a.c": USE });
		const started = performance.now();
		const report = check(["."], root);
		expect(report.uses.filter((use) => use.file === "a.c").map((use) => use.verdict)).toEqual(["exposed"]);
		expect(report.status).toBe(1);
		expect(performance.now() - started).toBeLessThan(30_000);
	});

	it.each([
		["not UTF-8", Buffer.concat([Buffer.from("/* \xe9\xff */", "latin1"), Buffer.from(USE)])],
		["a byte order mark", `\uFEFF${USE}`],
		["lines that end in CR LF", USE.replaceAll("\n", "\r\n")],
		["no line end at the end", USE.trimEnd()],
	])("%s is still judged, at the same line", (_, text) => {
		const report = check(["a.c"], makeTree({ Makefile: MAKEFILE, "a.c": text }));
		expect(report.uses.map(({ line, column, verdict }) => ({ line, column, verdict }))).toEqual([
			{ line: 8, column: 2, verdict: "exposed" },
		]);
	});
});

describe("where a file lies", () => {
	it("a loose file outside any tree is judged alone", () => {
		const root = makeTree({ "a.c": USE, "b.c": USE });
		expect(check([join(root, "a.c")], "/").uses.map((use) => [use.file, use.verdict])).toEqual([["a.c", "exposed"]]);
	});

	it("an empty folder is no error", () => {
		const root = makeTree({});
		mkdirSync(join(root, "d"));
		expect(check(["d"], root)).toMatchObject({ status: 0, uses: [], findings: [], holes: [] });
	});

	it("a text on standard input stands for a file", () => {
		const root = makeTree({ Makefile: MAKEFILE, "d/a.c": "" });
		const run = runProgram(["check", "--stdin-filename", "d/a.c", "-"], { cwd: root, input: USE });
		expect(run.status).toBe(1);
		expect(run.out).toMatch(/^d\/a\.c:8:2: error\[use-without-users-ref\]: /m);
	});
});

describe("output", () => {
	it("counts columns in bytes in text and in UTF-16 units in JSON", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE.replace("\tkthread_use_mm", "\t/* ä€😀 */ kthread_use_mm") });
		expect(check(["."], root).uses.map((use) => use.column)).toEqual([2 + 11]);
		expect(runProgram(["check", "."], { cwd: root }).out).toMatch(/^a\.c:8:18: error/m);
	});

	it("has no colour but where it is asked for", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE });
		expect(runProgram(["check", "."], { cwd: root }).out).not.toContain("\u001b[");
		expect(runProgram(["check", "--color", "."], { cwd: root }).out).toContain("\u001b[31m");
	});

	it("goes to a file in one piece, and is the same each time", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE });
		const first = runProgram(["check", "--output", "out.txt", "."], { cwd: root });
		expect(first).toMatchObject({ out: "", error: "", status: 1 });
		const cat = spawnSync("cat", ["out.txt"], { cwd: root, encoding: "utf8" }).stdout;
		expect(cat).toBe(runProgram(["check", "."], { cwd: root }).out);
		expect(spawnSync("ls", ["-A"], { cwd: root, encoding: "utf8" }).stdout.split("\n").sort().join(" ").trim()).toBe(
			"Makefile a.c out.txt",
		);
	});

	it("ends quietly when nobody reads it", () => {
		const uses = Array.from({ length: 80 }, (_, index) => USE.replaceAll("box", `box${index}`)).join("\n");
		const root = makeTree({ Makefile: MAKEFILE, "a.c": uses });
		const run = spawnSync("bash", ["-c", `"${process.execPath}" "${PROGRAM}" check --uses . | head -n 1`], { cwd: root, encoding: "utf8" });
		expect(run.stderr).toBe("");
	});

	it("--version and --help end with 0", () => {
		expect(runProgram(["--version"])).toMatchObject({ status: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), error: "" });
		for (const args of [["--help"], ["check", "--help"], ["simulate", "--help"], ["explain", "--help"], ["facts", "--help"]]) {
			expect(runProgram(args)).toMatchObject({ status: 0, error: "", out: expect.stringContaining("mm-lifetime") });
		}
	});
});
