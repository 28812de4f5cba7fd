/** A tree that is judged as it was before a change says what the old tree said, and afterwards what the new one says. */

import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import type { Change } from "../../server/src/workspace/change.ts";
import { judgeBefore } from "../../server/src/workspace/judge-before.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { OpenTree, type Reading } from "../../server/src/workspace/open-tree.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { makeExposed } from "../fixes/drivers.ts";
import { makeTree } from "./tree.ts";

const READING: Reading = { pause: async () => undefined, progress: () => undefined };
const HELD = makeExposed().replace("	mmgrab(box->mm);\n", "	hold(box->mm);\n");
const OLD = { "use.c": HELD, "hold.c": "void hold(struct mm_struct *mm)\n{\n	mmget(mm);\n}\n", "same.c": "int same;\n" };
const NEW = { "use.c": `\n${HELD}`, "same.c": "int same;\n", "new.c": makeExposed().replaceAll("box", "crate") };
const BEFORE: Change["before"] = new Map([
	["use.c", OLD["use.c"]],
	["hold.c", OLD["hold.c"]],
	["new.c", undefined],
]);

async function open(files: Readonly<Record<string, string>>): Promise<OpenTree> {
	const settings = { kernel: "6.1", kernelForced: true, functions: {}, severity: {}, scope: [] };
	const input = { root: makeTree(files), files: Object.keys(files), wholeFolder: true, settings };
	return new OpenTree(input, await loadEngine(), makeSearch(false));
}

async function judge(tree: OpenTree): Promise<Report> {
	const report = (await tree.settle([], READING)).judge([]).report;
	return { ...report, holes: [...report.holes, ...tree.holes()] };
}

describe("a tree before a change", () => {
	it("is the old tree, and is the new one again after that", async () => {
		const tree = await open(NEW);
		const before = await judgeBefore(tree, [], { before: BEFORE, lines: new Map() }, READING);
		expect(before).toEqual(await judge(await open(OLD)));
		expect(before.uses.map((use) => `${use.file} ${use.verdict}`)).toEqual(["use.c held"]);
		const after = await judge(tree);
		expect(after).toEqual(await judge(await open(NEW)));
		expect(after.uses.map((use) => use.file)).toEqual(["new.c", "use.c"]);
		expect(after.uses[1]?.verdict).not.toBe("held");
	});

	it("is the one on disk where the change is not made yet, and is the new one after that", async () => {
		const after: Change["before"] = new Map([...BEFORE.keys()].map((path) => [path, new Map(Object.entries(NEW)).get(path)]));
		const tree = await open(OLD);
		expect(await judgeBefore(tree, [], { before: BEFORE, after, lines: new Map() }, READING)).toEqual(await judge(await open(OLD)));
		expect(await judge(tree)).toEqual(await judge(await open(NEW)));
	});
});
