import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Need, OpenView, Settings } from "../../server/src/analysis/snapshot.ts";
import type { Fix, Report, Use } from "../../server/src/analysis/types.ts";
import { piecesOf } from "../../server/src/facts/index.ts";
import type { FileFacts } from "../../server/src/facts/types.ts";
import { type CheckOptions, checkPaths } from "../../server/src/workspace/check.ts";
import type { Engine } from "../../server/src/workspace/engine.ts";
import { MAX_ROUNDS } from "../../server/src/workspace/open-tree.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const EMPTY: FileFacts = { includes: [], macros: [], structs: [], typedefs: [], prototypes: [], variables: [], functions: [], holes: [] };

/** A core that sees in a file no more than the words `need_X`, and asks for X. Each file is a use, so that the report tells what was seen. */
function makeEngine(seen: Settings[] = [], has: string[] = []): Engine {
	return {
		seeds: ["seed"],
		newestKernel: "9.9",
		reader: {
			read: (text) => {
				const names = [...text.matchAll(/\bneed_(\w+)/g)].map((match) => ({ line: 0, why: match[1] ?? "" }));
				return piecesOf({ ...EMPTY, holes: names });
			},
			restore: () => piecesOf(EMPTY),
			outlineOf: () => undefined,
		},
		openView: ((tree, settings) => {
			seen.push(settings);
			has.push(...["a.c", "Makefile", "../x.c", "none.c"].filter((path) => tree.has(path)));
			const needs = [...tree.files.values()].flatMap((file) =>
				file.pieces.facts(0).holes.map((hole): Need => ({ need: "name", name: hole.why })),
			);
			const uses = [...tree.files.keys()].map((file) => makeUse(file));
			return {
				uses: () => [],
				judgeUse: () => undefined,
				needs: () => needs,
				holes: () => [],
				save: () => ({ basis: "", uses: {}, fixes: {} }),
				describe: () => undefined,
				*prepare() {},
				judge: () => ({ report: makeReport(settings.kernel, uses), needs }),
				proveFixes: noFixes,
			};
		}) satisfies OpenView,
	};
}

function* noFixes(): Generator<undefined, readonly Fix[]> {
	yield;
	return [];
}

function makeUse(file: string): Use {
	return {
		id: `${file}#1`,
		file,
		line: 1,
		column: 1,
		endLine: 1,
		endColumn: 2,
		function: "f",
		mm: "mm",
		verdict: "held",
		why: "",
		explored: { result: "proved", states: 1 },
	};
}

function makeReport(kernel: string, uses: readonly Use[]): Report {
	const stats = { filesSeen: 0, filesParsed: 0, bytesSeen: 0, functions: 0, functionsWithHoles: 0, uses: 0, milliseconds: 0 };
	return { version: 1, kernel, uses, findings: [], holes: [], stats };
}

function check(root: string, paths: readonly string[], engine: Engine, more: Partial<CheckOptions> = {}) {
	return checkPaths({ paths, cwd: root, search: makeSearch(false), ...more }, engine);
}

describe("the closure over needs", () => {
	it("takes in what is asked for, and nothing else", async () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": "seed need_wrapper", "b.h": "wrapper need_field", "c.c": "field", "d.c": "other" });
		const { report } = await check(root, ["."], makeEngine());
		expect(report.uses.map((use) => use.file)).toEqual(["a.c", "b.h", "c.c"]);
		expect(report.stats).toMatchObject({ filesSeen: 4, filesParsed: 3, uses: 3, bytesSeen: 17 + 18 + 5 + 5 });
	});

	it("looks at a file that is named, seed or not", async () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": "x", "b.c": "y" });
		expect((await check(root, ["b.c"], makeEngine())).report.uses.map((use) => use.file)).toEqual(["b.c"]);
	});

	it("ends, and says so, when there is always more", async () => {
		const chain = Array.from({ length: MAX_ROUNDS + 5 }, (_, index) => [
			`f${index}.c`,
			`${index === 0 ? "seed" : `n${index}`} need_n${index + 1}`,
		]);
		const { report } = await check(makeTree({ Makefile: MAKEFILE, ...Object.fromEntries(chain) }), ["."], makeEngine());
		expect(report.holes).toEqual([{ file: ".", line: 1, why: expect.stringMatching(/^gave up after 32 rounds/) }]);
	});

	it("tells the core what exists in the tree, and only there", async () => {
		const has: string[] = [];
		await check(makeTree({ Makefile: MAKEFILE, "a.c": "seed" }), ["."], makeEngine([], has));
		expect(has).toEqual(["a.c", "Makefile"]);
	});

	it("a file that fails costs that file", async () => {
		const root = makeTree({
			Makefile: MAKEFILE,
			"a.c": "seed",
			"c.c": "seed\0",
			"d.c": Buffer.from("seed \xe9\xff", "latin1"),
		});
		const { report } = await check(root, ["."], makeEngine());
		expect(report.uses.map((use) => use.file)).toEqual(["a.c", "d.c"]);
		expect(report.holes).toEqual([{ file: "c.c", line: 1, why: "not parsed: a binary file (NUL byte at offset 4)" }]);
	});
});

describe("settings", () => {
	it("come from the option, else the settings file, else the Makefile, else the newest kernel known", async () => {
		const seen: Settings[] = [];
		const engine = makeEngine(seen);
		const root = makeTree({
			"t/Makefile": MAKEFILE,
			"t/a.c": "",
			"u/Makefile": MAKEFILE,
			"u/.mm-lifetime.json": '{"kernel": "5.4"}',
			"u/a.c": "",
			"v.c": "",
		});
		await check(root, ["t"], engine);
		await check(root, ["u"], engine);
		await check(root, ["u"], engine, { kernel: "4.18" });
		await check(root, ["v.c"], engine);
		expect(seen.map((settings) => [settings.kernel, settings.kernelForced])).toEqual([
			["6.1.192", false],
			["5.4", true],
			["4.18", true],
			["9.9", false],
		]);
	});

	it("leave out what they exclude", async () => {
		const root = makeTree({ Makefile: MAKEFILE, ".mm-lifetime.json": '{"exclude": ["b"]}', "a.c": "seed", "b/b.c": "seed", "c.c": "seed" });
		expect((await check(root, ["."], makeEngine(), { exclude: ["c.c"] })).report.uses.map((use) => use.file)).toEqual(["a.c"]);
	});
});

describe("several trees", () => {
	it("are merged, each with its own kernel, paths relative to their common folder", async () => {
		const root = makeTree({
			".git/config": "",
			"e/1/Makefile": MAKEFILE,
			"e/1/a.c": "seed",
			"e/2/Makefile": MAKEFILE.replace("6", "4"),
			"e/2/a.c": "seed",
		});
		const { report, base } = await check(root, ["e"], makeEngine());
		expect(base).toBe(root);
		expect(report.kernel).toBe("4.1.192, 6.1.192");
		expect(report.uses.map((use) => [use.id, use.file])).toEqual([
			["e/1/a.c#1", "e/1/a.c"],
			["e/2/a.c#1", "e/2/a.c"],
		]);
	});
});

describe("a text on standard input", () => {
	it("stands for the file it is named after", async () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": "x", "b.c": "wrapper" });
		const stdin = { filename: "a.c", bytes: Buffer.from("need_wrapper") };
		const { report, overlay } = await check(root, [], makeEngine(), { stdin });
		expect(report.uses.map((use) => use.file)).toEqual(["a.c", "b.c"]);
		expect(overlay.get(join(root, "a.c"))).toBe("need_wrapper");
	});
});
