/** `mm-lifetime check --diff`: what the work tree brings against a commit. */

import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Finding, Report } from "../../server/src/analysis/types.ts";
import { commitAll, edit, git, makeRepository } from "../workspace/repository.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { runProgram } from "./program.ts";

/** The use in one file, what opens the box in another, so that each can change alone. */
const [TYPES, WORKER, OPEN] = split(USE.replaceAll("static ", ""));
const HEADER = `${TYPES}void box_work(struct work_struct *work);\n`;
const USER = `#include "box.h"\n${WORKER}`;
const HOLDING = `#include "box.h"\n${OPEN.replace("	mmgrab(box->mm);\n", "	mmget(box->mm);\n	mmgrab(box->mm);\n")}`;
const BARE = HOLDING.replace("	mmget(box->mm);\n", "");
const TREE = { Makefile: MAKEFILE, "drivers/box.h": HEADER, "drivers/use.c": USER, "drivers/open.c": HOLDING };

function split(text: string): readonly [string, string, string] {
	const worker = text.indexOf("void box_work");
	const open = text.indexOf("int box_open");
	return [text.slice(0, worker), text.slice(worker, open), text.slice(open)];
}

function check(root: string, args: readonly string[], input?: string): Report & { readonly status: number | null } {
	const run = runProgram(["check", "--format", "json", ...args], { cwd: root, ...(input !== undefined && { input }) });
	expect(run.error).toBe("");
	return { ...(JSON.parse(run.out) as Report), status: run.status };
}

/** The place of each finding of a use, and of what introduced it: that nobody gives back what the box holds is another matter. */
function tell({ findings }: Report): readonly string[] {
	const ofUses = findings.filter(({ useId }) => useId !== undefined);
	return ofUses.map(({ file, line, introducedBy: by }: Finding) => `${file}:${line}${by ? ` by ${by.file}:${by.line}` : ""}`);
}

function lineOf(text: string, part: string): number {
	return text.slice(0, text.indexOf(part)).split("\n").length;
}

const USE_LINE = lineOf(USER, "kthread_use_mm");

describe("check --diff", () => {
	it("says that deleting an mmget() exposes a use in another file, and names the place", () => {
		const root = makeRepository(TREE);
		edit(root, { "drivers/open.c": BARE });
		const report = check(root, ["--diff=HEAD", "."]);
		expect(report.status).toBe(1);
		expect(tell(report)).toEqual([`drivers/use.c:${USE_LINE} by drivers/open.c:${lineOf(BARE, "mmgrab")}`]);
		expect(report.uses).toMatchObject([{ verdict: "exposed" }]);
		const text = runProgram(["check", "--diff", "HEAD", "drivers/use.c"], { cwd: root });
		expect(text).toMatchObject({ status: 1, error: "" });
		expect(text.out).toContain(`\n    introduced by drivers/open.c:${lineOf(BARE, "mmgrab")}\n`);
		commitAll(root);
		expect(tell(check(root, ["--diff=HEAD^", "."]))).toEqual(tell(report));
	});

	it("keeps still about what was there before, also where lines moved", () => {
		const root = makeRepository({ ...TREE, "drivers/open.c": BARE });
		edit(root, { "drivers/use.c": `#include <linux/mm.h>\n${USER}`, "drivers/other.c": "int other;\n" });
		const report = check(root, ["--diff", "HEAD", "--uses", "."]);
		expect(report).toMatchObject({ status: 0, findings: [], uses: [{ verdict: "exposed", line: USE_LINE + 1 }] });
	});

	it("reports a known finding whose trace passes a changed line", () => {
		const root = makeRepository({ ...TREE, "drivers/open.c": BARE });
		edit(root, { "drivers/open.c": BARE.replace("	mmgrab(box->mm);", "	mmgrab(box->mm); /* for the worker */") });
		const report = check(root, ["--diff=HEAD", "."]);
		expect(report.status).toBe(1);
		expect(tell(report)).toEqual([`drivers/use.c:${USE_LINE} by drivers/open.c:${lineOf(BARE, "mmgrab")}`]);
	});

	it("reports files that are new, tracked or not", () => {
		const root = makeRepository(TREE);
		edit(root, { "a.c": USE, "b.c": USE.replaceAll("box", "crate") });
		git(root, "add", "a.c");
		const grabbed = lineOf(USE, "mmgrab");
		expect(tell(check(root, ["--diff=HEAD", "."]))).toEqual([`a.c:8 by a.c:${grabbed}`, `b.c:8 by b.c:${grabbed}`]);
	});

	it("reports what a file that is gone kept right; no line can be named", () => {
		const open = HOLDING.replace("mmget(box->mm)", "box_hold(box)").replace(
			"int box_open",
			"void box_hold(struct box *box);\nint box_open",
		);
		const hold = '#include "box.h"\nvoid box_hold(struct box *box)\n{\n	mmget(box->mm);\n}\n';
		const root = makeRepository({ ...TREE, "drivers/open.c": open, "drivers/hold.c": hold });
		expect(check(root, ["--uses", "."]).uses).toMatchObject([{ verdict: "held" }]);
		edit(root, { "drivers/hold.c": undefined });
		expect(tell(check(root, ["--diff=HEAD", "."]))).toEqual([`drivers/use.c:${USE_LINE}`]);
	});

	it("judges nothing where no C file changed", () => {
		const root = makeRepository({ ...TREE, "drivers/open.c": BARE, "note.txt": "a" });
		edit(root, { "note.txt": "b" });
		const report = check(root, ["--diff=HEAD", "--uses", "."]);
		expect(report).toMatchObject({ status: 0, kernel: "6.1.192", uses: [], findings: [], stats: { filesSeen: 3, filesParsed: 0 } });
		edit(root, { "drivers/use.c": `${USER}\n` });
		expect(check(root, ["--diff=HEAD", "--exclude", "drivers/use.c", "."]).stats.filesParsed).toBe(0);
		expect(check(root, ["--diff=HEAD", "."]).stats.filesParsed).toBeGreaterThan(0);
	});

	it("takes the text on standard input for the file", () => {
		const root = makeRepository(TREE);
		edit(root, { "drivers/use.c": "" });
		const twice = USER.replace("	kthread_unuse_mm(box->mm);\n}", "	kthread_unuse_mm(box->mm);\n	kthread_use_mm(current->active_mm);\n}");
		const args = ["--diff=HEAD", "--min-severity", "information", "--stdin-filename", "drivers/use.c", "-"];
		expect(tell(check(root, args, USER))).toEqual([]);
		const line = lineOf(twice, "active_mm");
		expect(tell(check(root, args, twice))).toEqual([`drivers/use.c:${line} by drivers/use.c:${line}`]);
	});

	it("asks the repository of each tree, for what changed in it alone", () => {
		const top = makeTree({});
		for (const name of ["one", "two", "three"]) {
			const text = name === "two" ? BARE : HOLDING;
			mkdirSync(join(top, name, "drivers"), { recursive: true });
			edit(top, Object.fromEntries(Object.entries({ ...TREE, "drivers/open.c": text }).map(([path, old]) => [`${name}/${path}`, old])));
			git(join(top, name), "init", "--quiet");
			commitAll(join(top, name));
		}
		edit(top, { "one/drivers/open.c": BARE, "two/drivers/open.c": `${BARE}\n` });
		const report = check(top, ["--diff=HEAD", "--uses", "one", "two", "three"]);
		expect(tell(report)).toEqual([`one/drivers/use.c:${USE_LINE} by one/drivers/open.c:${lineOf(BARE, "mmgrab")}`]);
		expect(report.uses.map((use) => use.file)).toEqual(["one/drivers/use.c", "two/drivers/use.c"]);
	});

	it("ends as what is reported says: below the severity, and with --strict", () => {
		const root = makeRepository({
			Makefile: MAKEFILE,
			"a.c": "void f(struct mm_struct *mm)\n{\n	kthread_use_mm(mm);\n	kthread_unuse_mm(mm);\n}\n",
		});
		appendFileSync(join(root, "a.c"), "int other;\n");
		const strict = ["--diff=HEAD", "--strict", "."];
		expect(check(root, ["--strict", "."]).status).toBe(1);
		expect(check(root, strict).status).toBe(0);
		edit(root, { "a.c": "void g(struct mm_struct *mm)\n{\n	kthread_use_mm(mm);\n	kthread_unuse_mm(mm);\n}\n" });
		expect(check(root, strict).status).toBe(1);
		expect(check(root, ["--diff=HEAD", "."]).status).toBe(0);
	});

	it.each([
		[["--diff"], /'--diff/],
		[["--diff", "--uses", "."], /'--diff/],
		[["--diff=", "."], /'--diff' must name a commit/],
		[["--diff=-p", "."], /'--diff' must name a commit, not "-p"/],
		[["--diff=HEAD...HEAD", "."], /'--diff' takes one commit/],
		[["--diff=HEAD", "--diff=HEAD", "."], /'--diff' is given twice/],
		[["--diff=HEAD"], /no PATH given/],
		[["--diff=nothing", "."], /there is no commit "nothing"/],
	])("%j is an error of one line", (args, why) => {
		const run = runProgram(["check", ...args], { cwd: makeRepository(TREE) });
		expect(run).toMatchObject({ status: 2, out: "", error: expect.stringMatching(/^mm-lifetime: [^\n]+\n$/) });
		expect(run.error).toMatch(why);
	});

	it("a path outside git, and no git at all, are errors of one line", () => {
		const run = runProgram(["check", "--diff=HEAD", "."], { cwd: makeTree(TREE) });
		expect(run).toMatchObject({ status: 2, error: expect.stringMatching(/^mm-lifetime: --diff: \S+ is in no git work tree\n$/) });
		const root = makeRepository(TREE);
		const without = runProgram(["check", "--diff=HEAD", "."], { cwd: root, env: { PATH: root } });
		expect(without).toMatchObject({ status: 2, error: "mm-lifetime: --diff: git is not installed\n" });
	});
});
