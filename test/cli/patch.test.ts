/** `mm-lifetime check --patch`: what a patch brings, before it is applied and after. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { commitAll, edit, git, makeRepository } from "../workspace/repository.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { runProgram } from "./program.ts";

const HELD = USE.replace("	mmgrab(box->mm);\n", "	mmget(box->mm);\n");
const CRATE = USE.replaceAll("box", "crate");
const OLD = { Makefile: MAKEFILE, "drivers/box.c": HELD, "drivers/known.c": USE.replaceAll("box", "known") };
const NEW = { "drivers/box.c": USE, "drivers/crate.c": `/* é */ ${CRATE}` };
const GRABBED = USE.slice(0, USE.indexOf("mmgrab")).split("\n").length;

/** The patch from the old files to the new ones. */
function makePatch(): string {
	const root = makeRepository(OLD);
	edit(root, NEW);
	commitAll(root);
	return git(root, "format-patch", "--stdout", "HEAD^");
}

function check(root: string, args: readonly string[], input?: string): Report & { readonly status: number | null } {
	const run = runProgram(["check", "--format", "json", ...args], { cwd: root, ...(input !== undefined && { input }) });
	expect(run.error).toBe("");
	return { ...(JSON.parse(run.out) as Report), status: run.status };
}

/** The findings about uses, and what introduced them. */
function tell({ findings }: Report): readonly string[] {
	const aboutUses = findings.filter(({ rule }) => rule === "use-without-users-ref");
	return aboutUses.map(({ file, line, introducedBy: by }) => `${file}:${line}${by ? ` by ${by.file}:${by.line}` : ""}`);
}

describe("check --patch", () => {
	const FOUND = [`drivers/box.c:8 by drivers/box.c:${GRABBED}`, `drivers/crate.c:8 by drivers/crate.c:2`];

	it("reports what a patch brings that is not applied yet, and leaves the files alone", () => {
		const root = makeTree(OLD);
		writeFileSync(join(root, "p.patch"), makePatch());
		const report = check(root, ["--patch", "p.patch", "."]);
		expect(report).toMatchObject({ status: 1, uses: [{ file: "drivers/box.c" }, { file: "drivers/crate.c" }] });
		expect(tell(report).map((place) => place.split(" by ")[0])).toEqual(FOUND.map((place) => place.split(" by ")[0]));
		expect(tell(report)[0]).toBe(FOUND[0]);
		expect(tell(check(root, ["--patch=p.patch", "drivers/box.c"]))).toEqual([FOUND[0]]);
		rmSync(join(root, "p.patch"));
		expect(tell(check(root, ["."]))).toEqual(["drivers/known.c:8"]);
		expect(runProgram(["check", "--patch", "-", "."], { cwd: root, input: makePatch() }).out).toContain("drivers/crate.c:8:2: error");
	});

	it("reports the same when it is applied already", () => {
		const root = makeTree({ ...OLD, ...NEW });
		const before = check(makeTree(OLD), ["--patch", "-", "."], makePatch());
		const after = check(root, ["--patch", "-", "."], makePatch());
		expect({ ...after, stats: undefined }).toEqual({ ...before, stats: undefined });
	});

	it("reports what the deletion of a file takes away", () => {
		const hold = "void box_hold(struct box *box)\n{\n	mmget(box->mm);\n}\n";
		const files = { ...OLD, "drivers/box.c": HELD.replace("mmget(box->mm)", "box_hold(box)"), "drivers/hold.c": hold };
		const root = makeRepository(files);
		edit(root, { "drivers/hold.c": undefined });
		const patch = git(root, "diff");
		expect(tell(check(makeTree(files), ["."]))).toEqual(["drivers/known.c:8"]);
		expect(tell(check(makeTree(files), ["--patch", "-", "."], patch))).toEqual(["drivers/box.c:8"]);
	});

	it("says in one line what cannot be", () => {
		const root = makeTree({ ...OLD, "drivers/box.c": "int other;\n", "p.patch": makePatch(), "b/Makefile": MAKEFILE, "b/a.c": "int a;\n" });
		const run = (...args: readonly string[]) => runProgram(["check", ...args], { cwd: root, input: "" });
		expect(run("--patch", "p.patch", ".")).toMatchObject({ status: 2, out: "" });
		expect(run("--patch", "p.patch", ".").error).toMatch(
			/^mm-lifetime: --patch: p\.patch does not apply to .*: patch failed: drivers\/box\.c:\d+\n$/,
		);
		expect(run("--patch", "none", ".").error).toBe("mm-lifetime: --patch: none: no such file or folder\n");
		expect(run("--patch", "-", ".").error).toBe("mm-lifetime: --patch: standard input: there is no patch in it\n");
		expect(run("--patch", "p.patch", "--diff", "HEAD", ".").error).toBe("mm-lifetime: options '--diff' and '--patch' exclude each other\n");
		expect(run("--patch", "p.patch", "--stdin-filename", "a.c", "-").error).toContain("exclude each other");
	});
});
