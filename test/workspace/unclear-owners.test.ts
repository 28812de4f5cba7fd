/** Where it is not known who owns references, a report says so: however it came about. */

import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { Hole, Report } from "../../server/src/analysis/types.ts";
import { Cache } from "../../server/src/workspace/cache.ts";
import { type CheckOptions, checkPaths } from "../../server/src/workspace/check.ts";
import { makeLine } from "../../server/src/workspace/facts-line.ts";
import { linkFacts } from "../../server/src/workspace/link.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();

/** A function with references that cannot be parsed, and one with a number of ways through it that doubles a dozen times. */
const DEEP = `int box_deep(struct box *box)\n{\n\tmmget(box->mm);\n\treturn ${"(".repeat(1100)}1${")".repeat(1100)};\n}\n`;
const each = (line: (i: number) => string): string => Array.from({ length: 12 }, (_, i) => line(i)).join("");
const MANY = `int box_many(struct box *box)
{
${each((i) => `\tstruct mm_struct *mm${i} = NULL;\n`)}
${each((i) => `\tif (box->flags[${i}])\n\t\tmm${i} = get_task_mm(current);\n`)}
${each((i) => `\tif (mm${i})\n\t\tmmput(mm${i});\n`)}	return 0;
}
`;
const TREE = { Makefile: MAKEFILE, "deep.c": DEEP, "many.c": MANY, "other.c": "int other(struct mm_struct *mm)\n{\n\tmmput(mm);\n}\n" };
const IN_DEEP: Hole = { file: "deep.c", line: 1, why: "not parsed: brackets nest deeper than 1000" };
const IN_MANY: Hole = { file: "many.c", line: 1, why: "who owns the references in box_many() is not judged: more than 2500 states" };

async function check(root: string, options: Partial<CheckOptions> = {}): Promise<Report> {
	return (await checkPaths({ paths: ["."], cwd: root, search: makeSearch(false), ...options }, engine)).report;
}

it("in a whole tree, and in a file", async () => {
	const root = makeTree(TREE);
	expect((await check(root)).holes).toEqual([IN_DEEP, IN_MANY]);
	expect((await check(root, { paths: ["many.c"] })).holes).toEqual([IN_MANY]);
	expect((await check(root, { paths: ["other.c"] })).holes).toEqual([]);
});

it("from a cache: of the same tree, and of one in which something else is edited", async () => {
	const root = makeTree(TREE);
	const cache = new Cache(makeTree({}), { minFiles: 0 });
	for (let time = 0; time < 3; time++) {
		expect((await check(root, { cache })).holes).toEqual([IN_DEEP, IN_MANY]);
		if (time === 1) appendFileSync(join(root, "other.c"), "int more;\n");
	}
});

it("from facts alone", () => {
	const root = makeTree(TREE);
	const lines = Object.keys(TREE).map((file) => makeLine({ file, path: join(root, file), name: file }, engine.reader, "1.2.3"));
	const { holes } = linkFacts([{ name: "facts", bytes: Buffer.from(lines.join("")) }], "1.2.3", undefined, engine);
	expect(holes).toEqual([IN_DEEP, IN_MANY]);
});
