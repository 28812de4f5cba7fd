import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Need } from "../../server/src/analysis/snapshot.ts";
import { listWithRipgrep } from "../../server/src/workspace/ripgrep.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { makeTree } from "./tree.ts";

const hasRipgrep = spawnSync("rg", ["--version"]).status === 0;

async function matches(need: Need, text: string): Promise<boolean> {
	return (await makeSearch(false).findNeeds(makeTree({ "a.c": text }), ["a.c"], [need])).has("a.c");
}

describe("what a need finds", () => {
	it.each([
		["mm_get", "x = mm_get(y);", true],
		["mm_get", "x = my_mm_get(y);", false],
		["mm_get", "mm_get2(y)", false],
	])("the name %s in %s: %s", async (name, text, found) => {
		expect(await matches({ need: "name", name }, text)).toBe(found);
	});

	it.each([
		["struct box {", true],
		["struct box\n{", true],
		["struct box\r\n{", true],
		["struct __packed box {", true],
		["union box  {", true],
		["} box;", true],
		["} __aligned(8) box, *pbox;", true],
		["struct box __packed {", true],
		["struct box *b;", false],
		["struct boxes {", false],
		["f(struct box *b) {", false],
		["return box;", false],
	])("the tag box in %j: %s", async (text, found) => {
		expect(await matches({ need: "tag", tag: "box" }, text)).toBe(found);
	});

	it.each([
		["b->owner = x;", true],
		["b->owner\t= x;", true],
		["b->owner =\n\tx;", true],
		["{ .owner = x }", true],
		["b->owner[i] = x;", true],
		["init(&b->owner);", true],
		["init(&(b->owner));", true],
		["WRITE_ONCE(b->owner, x);", true],
		["rcu_assign_pointer(b->owner, x);", true],
		["if (b->owner == x)", false],
		["a && b->owner)", false],
		["lock(&b->owner->lock)", false],
		["lock(&b->owner.lock)", false],
		["b->owners = x;", false],
		["x = b->owner;", false],
	])("a store to the field owner in %j: %s", async (text, found) => {
		expect(await matches({ need: "field", field: "owner" }, text)).toBe(found);
	});

	it.each([
		["ops->run(x);", true],
		["ops.run (x);", true],
		["(*ops->run)(x);", true],
		["ops->run = x;", false],
		["run(x);", false],
	])("a call through the field run in %j: %s", async (text, found) => {
		expect(await matches({ need: "call", field: "run" }, text)).toBe(found);
	});
});

describe.skipIf(!hasRipgrep)("ripgrep and the search in Node", () => {
	const needs: readonly Need[] = [
		{ need: "name", name: "ab" },
		{ need: "tag", tag: "ab" },
		{ need: "field", field: "ab" },
		{ need: "call", field: "ab" },
	];
	const pieces = [
		"ab",
		"a",
		"->",
		".",
		"=",
		"==",
		"&",
		"struct",
		" ",
		"\t",
		"\n",
		"\r\n",
		"\r",
		"{",
		"}",
		";",
		",",
		"(",
		")",
		"*",
		"[0]",
		"é",
		"\u00a0",
		"\0",
		"XY(",
	];

	it("find the same files, whatever is in them", async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.array(fc.array(fc.constantFrom(...pieces), { maxLength: 14 }), { minLength: 8, maxLength: 60 }),
				async (texts) => {
					// More files than it takes for ripgrep to be asked.
					const all = [...texts, ...Array.from({ length: 201 }, () => ["x"])];
					const files = Object.fromEntries(
						all.map((text, index) => [`${index}.c`, Buffer.from(text.join(""), index % 2 ? "utf8" : "latin1")]),
					);
					const root = makeTree(files);
					const names = Object.keys(files);
					expect(await makeSearch(true).findWords(root, names, ["a(b|c)*", "XY"])).toEqual(
						await makeSearch(false).findWords(root, names, ["a(b|c)*", "XY"]),
					);
					for (const need of needs) {
						expect(sorted(await makeSearch(true).findNeeds(root, names, [need]))).toEqual(
							sorted(await makeSearch(false).findNeeds(root, names, [need])),
						);
					}
				},
			),
			{ numRuns: 15, seed: 7 },
		);
	});

	it("look into hidden and ignored folders and behind a byte order mark, and at nothing but the files given", async () => {
		const root = makeTree({
			".gitignore": "*",
			".hidden/a.c": "ab(1)",
			"b.c": "\uFEFFab(2)",
			"c.c": Buffer.from("\uFEFFab(3)", "utf16le"),
			"d.h": "x\0ab",
			"e.txt": "ab",
			".git/f.c": "ab",
			"g.c": "ab",
		});
		const files = [".hidden/a.c", "b.c", "c.c", "d.h"];
		expect(sorted(await makeSearch(false).findWords(root, files, ["ab"]))).toEqual([".hidden/a.c", "b.c", "d.h"]);
		expect(sorted((await listWithRipgrep(root, files, ["ab"])) ?? [])).toEqual([".hidden/a.c", "b.c", "d.h"]);
	});
});

describe("the search for needs", () => {
	it("takes the same time for many words, and not the square of it for a long line", async () => {
		const root = makeTree({ "a.c": `${"b->owner + ".repeat(200_000)}\nb->other = 1;\n` });
		const many = Array.from({ length: 5000 }, (_, index): Need => ({ need: "name", name: `name_${index}` }));
		const started = performance.now();
		const found = await makeSearch(false).findNeeds(
			root,
			["a.c"],
			[...many, { need: "field", field: "owner" }, { need: "field", field: "other" }],
		);
		expect([...found]).toEqual(["a.c"]);
		expect(performance.now() - started).toBeLessThan(10_000);
	});
});

function sorted(paths: Iterable<string>): readonly string[] {
	return [...paths].sort();
}
