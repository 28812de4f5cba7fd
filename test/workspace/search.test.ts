import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Need } from "../../server/src/analysis/snapshot.ts";
import { patternOfNeed } from "../../server/src/workspace/need-pattern.ts";
import { planRuns } from "../../server/src/workspace/plan-runs.ts";
import { listWithRipgrep } from "../../server/src/workspace/ripgrep.ts";
import { makeSearch, type Search } from "../../server/src/workspace/search.ts";
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
		expect(await matches({ need: "tag", tag: "box", from: "a.c" }, text)).toBe(found);
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
	/** Words of all lengths that are searched in ways of their own; those that are part of others come first. */
	const words = ["ab", "abc", "abcd", "abcde", "xabcdef", "abcdef_long", "abcdef_longer"];
	const needs = words.flatMap((word): Need[] => [
		{ need: "name", name: word },
		{ need: "tag", tag: word, from: "a.c" },
		{ need: "field", field: word },
		{ need: "call", field: word },
	]);
	/** So many that words are read one by one. */
	const many = Array.from({ length: 160 }, (_, index): Need => ({ need: "name", name: `other_${index}` }));
	const pieces = [
		...words,
		"__",
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
				fc.shuffledSubarray(needs, { minLength: 1 }),
				async (texts, some) => {
					const bytes = texts.map((text, index) => Buffer.from(text.join(""), index % 2 ? "utf8" : "latin1"));
					const root = makeTree(Object.fromEntries(bytes.map((text, index) => [`${index}.c`, text])));
					const names = bytes.map((_, index) => `${index}.c`);
					// More than it takes for ripgrep to be asked.
					const repeated = Array.from({ length: 2000 }, (_, index) => names[index % names.length] ?? "");
					const expectSame = async (find: (search: Search) => Promise<ReadonlySet<string>>, expected: (text: string) => boolean) => {
						const wanted = names.filter((_, index) => expected(bytes[index]?.toString("latin1") ?? ""));
						expect([...(await find(makeSearch(true)))]).toEqual(wanted);
						expect([...(await find(makeSearch(false)))]).toEqual(wanted);
					};
					for (const seeds of [["abc(d|e)*", "XY"], ["abcd(e|ef\\w*)", "(x)?(ab)?cdef_long"], ["\\w"]]) {
						const whole = new RegExp(`\\b(?:${seeds.join("|")})\\b`);
						await expectSame(
							(search) => search.findWords(root, repeated, seeds),
							(text) => whole.test(text),
						);
					}
					for (const asked of [some, some.slice(0, 1), some.slice(0, 3), [...some, ...many]]) {
						await expectSame(
							(search) => search.findNeeds(root, repeated, asked),
							(text) => asked.some((need) => holds(need, text)),
						);
					}
				},
			),
			{ numRuns: 25, seed: 7 },
		);
	}, 60_000);

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
		expect(sorted(await listedWithRipgrep(root, files, ["ab"]))).toEqual([".hidden/a.c", "b.c", "d.h"]);
	});
});

describe.skipIf(!hasRipgrep)("a line that ripgrep finds", () => {
	it("decides, be it longer than it prints, cut by what was read at once, or in a file of an odd name", async () => {
		const root = makeTree({
			"long.c": `x = ${"y + ".repeat(5000)}mm_word;`,
			"other.c": `x = ${"y + ".repeat(5000)}mm_word_other;`,
			"many.c": "x = mm_word_other;\n".repeat(20_000),
			"last.c": `${"x = mm_word_other;\n".repeat(20_000)}x = mm_word;`,
			"odd\nname.c": "mm_word",
			"omitted.c": "[Omitted long mm_word_other",
		});
		const names = ["long.c", "other.c", "many.c", "last.c", "odd\nname.c", "omitted.c"];
		const files = [...names, ...Array.from({ length: 2000 }, (_, index) => `${index}.c`)];
		const expected = ["last.c", "long.c", "odd\nname.c"];
		expect(sorted(await makeSearch(true).findNeeds(root, files, [{ need: "name", name: "mm_word" }]))).toEqual(expected);
		expect(sorted(await makeSearch(true).findWords(root, files, ["mm_word"]))).toEqual(expected);
	});
});

describe("a ripgrep that does not do it", () => {
	/** Puts a program in the place of ripgrep. */
	async function withProgram<T>(content: string, act: (folder: string) => Promise<T>): Promise<T> {
		const folder = makeTree({ rg: content });
		chmodSync(join(folder, "rg"), 0o755);
		vi.stubEnv("PATH", `${folder}:${process.env["PATH"]}`);
		try {
			return await act(folder);
		} finally {
			vi.unstubAllEnvs();
		}
	}

	it("leaves the search to others, whether it cannot be started, fails, or ends half-way", async () => {
		const root = makeTree({ "a.c": "ab" });
		const end = async (content: string): Promise<unknown> =>
			withProgram(content, async () => {
				const listed = listWithRipgrep(root, ["a.c"], ["ab"]);
				for (;;) {
					const next = await listed.next();
					if (next.done) return next.value;
				}
			});
		expect(await end("no program at all\0")).toBe(false);
		expect(await end("#!/bin/sh\nprintf 'a.c\\0ab\\n'; exit 2\n")).toBe(false);
		expect(await end("#!/bin/sh\nprintf 'a.c\\0ab\\n'; kill -9 $$\n")).toBe(false);
		expect(await end("#!/bin/sh\ncat >/dev/null; printf 'a.c\\0ab'\n")).toBe(false);
		expect(await end("#!/bin/sh\ncat >/dev/null; printf 'a.c\\n'\n")).toBe(false);
		expect(await end("#!/bin/sh\ncat >/dev/null; printf 'a.c\\0ab\\n'\n")).toBe(true);
	});

	it("is ended when nobody wants more of it", async () => {
		const root = makeTree({ "a.c": "ab" });
		const files = ["a.c", ...Array.from({ length: 2000 }, (_, index) => `${index}.c`)];
		const stopped = new Error("stopped");
		const pid = await withProgram(`#!/bin/sh\necho $$ > "$(dirname "$0")/pid"\nprintf 'a.c\\0ab\\n'\nexec sleep 600\n`, async (folder) => {
			await expect(makeSearch(true).findWords(root, files, ["mm_struct_word"], () => Promise.reject(stopped))).rejects.toBe(stopped);
			return Number(readFileSync(join(folder, "pid"), "utf8"));
		});
		await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), 5000);
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

/** What a need finds, line by line and without any haste. */
function holds(need: Need, text: string): boolean {
	const { word, line } = patternOfNeed(need);
	const lines = text.split("\n").map((one) => one.replace(/\r$/, ""));
	return lines.some((one) => new RegExp(`\\b${word}\\b`).test(one) && (line === undefined || line.test(one)));
}

describe("the runs of ripgrep", () => {
	const names = (count: number) => Array.from({ length: count }, (_, index) => `name_${index}`);

	it("are given a few texts each", () => {
		expect(planRuns(names(10), "any")).toHaveLength(1);
		expect(planRuns(names(60), "any")).toHaveLength(2);
		expect(planRuns(["abc", "def"], "any")).toEqual(["abc|def"]);
	});

	it("look for whole texts where these are few, for the ends of many long ones", () => {
		expect(planRuns(["get_user_pages_fast"], "any")).toEqual(["get_user_pages_fast"]);
		const long = names(12).map((name) => `${"x".repeat(20)}_${name}`);
		expect(
			planRuns(long, "any")?.[0]
				?.split("|")
				.map(({ length }) => length),
		).toEqual(Array.from({ length: 12 }, () => 18));
		expect(planRuns([...names(60), "get_user_pages_fast"], "any")?.join("|")).toMatch(/\|ges_fast$/);
	});

	it("are none where they would be too many or find too much", () => {
		expect(planRuns(names(400), "any")).toBeUndefined();
		expect(planRuns(["ab", "abcdef"], "any")).toBeUndefined();
	});

	it("look for a short member with what stands before it", () => {
		const { texts } = patternOfNeed({ need: "field", field: "mm" });
		expect(planRuns(texts, "any")).toEqual(["->mm|\\.mm|-> mm|\\. mm|->\tmm|\\.\tmm"]);
	});

	it("look at what follows where a word has to end", () => {
		expect(planRuns(["->mm", "vhost.h", "odd."], "word")).toEqual(["->mm\\b|vhost\\.h\\b|odd\\."]);
	});
});

/** All that ripgrep lists, if it lists all. */
async function listedWithRipgrep(root: string, files: readonly string[], patterns: readonly string[]): Promise<readonly string[]> {
	const found: string[] = [];
	const listed = listWithRipgrep(root, files, patterns);
	for (;;) {
		const next = await listed.next();
		if (next.done) return next.value ? found : [];
		found.push(...next.value.map(({ path }) => path));
	}
}

function sorted(paths: Iterable<string>): readonly string[] {
	return [...paths].sort();
}
