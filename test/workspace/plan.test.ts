import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { planJobs } from "../../server/src/workspace/plan.ts";
import { findRoot, looksLikeKernelTree } from "../../server/src/workspace/root.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

function plan(paths: readonly string[], cwd: string, more: { root?: string; noRoot?: boolean; virtualFile?: string } = {}) {
	const { base, jobs } = planJobs({ paths, cwd, noRoot: false, makeExclude: () => () => false, ...more });
	return { base, jobs: jobs.map((job) => ({ root: job.root, files: job.listing.files, scope: job.scope })) };
}

describe("the root of a path", () => {
	it("is the nearest kernel tree, known by its Makefile", () => {
		const root = makeTree({ Makefile: MAKEFILE, "drivers/x/a.c": "", "drivers/x/Makefile": "VERSION = $(X_VERSION)\nPATCHLEVEL = $(X)\n" });
		expect(findRoot(join(root, "drivers/x/a.c"))).toEqual({ dir: root, kind: "kernel" });
	});

	it("may be known by Kbuild, Kconfig and include/linux; an arch folder is not", () => {
		const root = makeTree({
			Kbuild: "",
			Kconfig: "",
			"include/linux/mm.h": "",
			"arch/x/Kbuild": "",
			"arch/x/Kconfig": "",
			"arch/x/a.c": "",
		});
		expect(looksLikeKernelTree(join(root, "arch/x"))).toBe(false);
		expect(findRoot(join(root, "arch/x/a.c"))).toEqual({ dir: root, kind: "kernel" });
	});

	it("else is the git work tree, else nothing", () => {
		const root = makeTree({ "g/.git": "gitdir: elsewhere\n", "g/d/a.c": "", "loose/a.c": "" });
		expect(findRoot(join(root, "g/d/a.c"))).toEqual({ dir: join(root, "g"), kind: "git" });
		expect(findRoot(join(root, "loose/a.c"))).toEqual({ dir: join(root, "loose"), kind: "none" });
	});
});

describe("what is checked together", () => {
	it("a file is in scope, the tree is its light", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a/a.c": "", "b/b.h": "", "b/c.txt": "" });
		expect(plan(["a/a.c"], root)).toEqual({ base: root, jobs: [{ root, files: ["a/a.c", "b/b.h"], scope: ["a/a.c"] }] });
		expect(plan(["a", "b/b.h"], root).jobs[0]?.scope).toEqual(["a/", "b/b.h"]);
		expect(plan([root], "/").jobs[0]?.scope).toEqual([]);
	});

	it("a folder with kernel trees in it is checked as these, each by itself", () => {
		const root = makeTree({
			".git/config": "",
			"ex/one/Makefile": MAKEFILE,
			"ex/one/a.c": "",
			"ex/two/Makefile": MAKEFILE,
			"ex/two/a.c": "",
			"x.c": "",
		});
		expect(plan(["ex/"], root)).toEqual({
			base: root,
			jobs: [
				{ root: join(root, "ex/one"), files: ["a.c"], scope: [] },
				{ root: join(root, "ex/two"), files: ["a.c"], scope: [] },
			],
		});
		expect(plan(["."], root).jobs.map((job) => job.root)).toEqual([root, join(root, "ex/one"), join(root, "ex/two")]);
		expect(plan(["ex/one/a.c", "ex/two"], root)).toMatchObject({ base: join(root, "ex"), jobs: [{ scope: ["a.c"] }, { scope: [] }] });
	});

	it("a loose file is judged alone", () => {
		const root = makeTree({ "a.c": "", "b.c": "" });
		expect(plan(["a.c", "b.c"], root)).toEqual({
			base: root,
			jobs: [
				{ root, files: ["a.c"], scope: ["a.c"] },
				{ root, files: ["b.c"], scope: ["b.c"] },
			],
		});
	});

	it("--root names the tree; what lies outside is refused", () => {
		const root = makeTree({ "t/a/a.c": "", "t/b.c": "", "c.c": "" });
		expect(plan(["t/a"], root, { root: "t" })).toEqual({
			base: join(root, "t"),
			jobs: [{ root: join(root, "t"), files: ["a/a.c", "b.c"], scope: ["a/"] }],
		});
		expect(() => plan(["c.c"], root, { root: "t" })).toThrow(/^c\.c: not inside the root t$/);
	});

	it("--no-root sees the paths alone", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a/a.c": "", "a/b.c": "", "b/c.c": "" });
		expect(plan(["a/a.c", "b"], root, { noRoot: true })).toEqual({
			base: root,
			jobs: [{ root, files: ["a/a.c", "b/c.c"], scope: ["a/a.c", "b/"] }],
		});
	});

	it("a text may stand for a file that does not exist yet", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a/a.c": "" });
		expect(plan([], root, { virtualFile: "a/new.c" }).jobs).toEqual([{ root, files: ["a/a.c", "a/new.c"], scope: ["a/new.c"] }]);
	});

	it("links are not followed on the walk, but may name the path", () => {
		const outside = makeTree({ "secret.c": "" });
		const root = makeTree({ Makefile: MAKEFILE, "a/a.c": "" });
		symlinkSync(root, join(root, "a/loop"));
		symlinkSync(outside, join(root, "a/outside"));
		symlinkSync("a.c", join(root, "a/other.c"));
		expect(plan(["a"], root).jobs).toEqual([{ root, files: ["a/a.c"], scope: ["a/"] }]);
		expect(plan(["a/other.c"], root).jobs[0]?.scope).toEqual(["a/a.c"]);
	});

	it.each([
		["nothing.c", /^nothing\.c: no such file or folder$/],
		["a/a.txt", /^a\/a\.txt: not a C file \(\.c or \.h\)$/],
		["a/a.c/b.c", /^a\/a\.c\/b\.c: a part of the path is not a folder$/],
	])("%s is refused", (path, why) => {
		const root = makeTree({ "a/a.c": "", "a/a.txt": "" });
		expect(() => plan([path], root)).toThrow(why);
	});
});
