import { describe, expect, it } from "vitest";
import { listSources } from "../../server/src/workspace/files.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

describe("listing", () => {
	it("gives the C files in the order of their paths, and no others", () => {
		const root = makeTree({ "a/b.c": "", "a-b.c": "", "a.h": "", ".c": "", "b/c/d.h": "", "e.txt": "", "f.C": "", "node_modules/g.c": "" });
		expect(listSources(root, { isExcluded: () => false, split: true })).toEqual({
			files: [".c", "a-b.c", "a.h", "a/b.c", "b/c/d.h"],
			kernelTrees: [],
			unreadable: [],
		});
	});

	it("leaves out what is excluded, and kernel trees of their own when it splits", () => {
		const root = makeTree({ "in/Makefile": MAKEFILE, "in/a.c": "", "out/b.c": "", "c.c": "", "d.c": "" });
		const isExcluded = (path: string) => path === "out" || path === "d.c";
		expect(listSources(root, { isExcluded, split: true })).toEqual({ files: ["c.c"], kernelTrees: ["in"], unreadable: [] });
		expect(listSources(root, { isExcluded, split: false }).files).toEqual(["c.c", "in/a.c"]);
	});

	it("names a folder that is not there", () => {
		expect(listSources(`${makeTree({})}/none`, { isExcluded: () => false, split: false }).unreadable.map(({ path }) => path)).toEqual([
			".",
		]);
	});
});
