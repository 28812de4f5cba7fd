/** What is judged from facts alone is what check says of the same files. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { EVIDENCE_FILES } from "../../server/src/kernel/evidence.ts";
import * as features from "../../server/src/kernel/features.ts";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { makeLine } from "../../server/src/workspace/facts-line.ts";
import { linkFacts } from "../../server/src/workspace/link.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { EXAMPLES, listRoots } from "../examples/roots.ts";
import { FIXTURES, readExpectation } from "../fixtures.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();

/** The lines of all files of a tree that have one, by path. */
function linesOf(root: string): readonly string[] {
	const files = readdirSync(root, { recursive: true, encoding: "utf8" })
		.map((path) => path.replaceAll("\\", "/"))
		.filter((path) => /\.[ch]$/.test(path) || path === "Makefile" || path === ".mm-lifetime.json");
	return files.sort().map((file) => makeLine({ file, path: join(root, file), name: file }, engine.reader, "1.2.3"));
}

function link(lines: readonly string[], kernel?: string, shards = 1): Report {
	const inputs = Array.from({ length: shards }, (_, shard) => ({
		name: `${shard}.jsonl`,
		bytes: Buffer.from(lines.filter((_line, index) => index % shards === shard).join("")),
	}));
	return linkFacts(inputs, "1.2.3", kernel, engine);
}

/** What link and check have to agree on. */
function told({ kernel, uses, findings, holes }: Report): string {
	return JSON.stringify({ kernel, uses, findings, holes }, undefined, 1);
}

async function check(root: string, kernel?: string): Promise<string> {
	const options = { paths: [root], cwd: root, search: makeSearch(false), ...(kernel !== undefined && { kernel }) };
	return told((await checkPaths(options, engine)).report);
}

/** A driver that is exposed unless something else is said. */
const DRIVER = readFileSync(join(FIXTURES, "basic-bad.c"), "utf8");

describe("link says what check says", () => {
	it.each(listRoots())("of the example %s, in any order and however it is divided", async (root) => {
		const checked = await check(join(EXAMPLES, root));
		const lines = linesOf(join(EXAMPLES, root));
		expect(told(link(lines))).toBe(checked);
		expect(told(link(lines.toReversed(), undefined, 3))).toBe(checked);
	});

	it("of the fixtures", async () => {
		const fixtures = readdirSync(FIXTURES).filter((name) => name.endsWith(".c"));
		for (const name of fixtures.filter((_, index) => index % 4 === 0)) {
			const text = readFileSync(join(FIXTURES, name), "utf8");
			const { kernel } = readExpectation(text);
			const root = makeTree({ "a.c": text });
			expect(told(link(linesOf(root), kernel)), name).toBe(await check(root, kernel));
		}
	});

	it("where a comment silences a rule, and in its own words", async () => {
		const line = DRIVER.split("\n").find((candidate) => /\bkthread_use_mm\(/.test(candidate)) ?? "";
		const silenced = DRIVER.replace(
			line,
			`\t/* mm-lifetime: ignore(use-without-users-ref) the queue\n\t * is stopped */\n\t/* before */\n${line}`,
		);
		const root = makeTree({ Makefile: MAKEFILE, "a.c": silenced });
		const report = link(linesOf(root));
		expect(report).toMatchObject({ uses: [{ verdict: "exposed" }], findings: [] });
		expect(told(report)).toBe(await check(root));
	});

	it("with the settings of the tree, and what it leaves out", async () => {
		const settings = { severity: { "use-without-users-ref": "information" }, exclude: ["tools/**", "*.h"], kernel: "5.10" };
		const root = makeTree({
			Makefile: MAKEFILE,
			".mm-lifetime.json": JSON.stringify(settings),
			"a.c": DRIVER,
			"a.h": Buffer.from("mmget(\0)"),
			"tools/b.c": DRIVER,
		});
		const report = link(linesOf(root));
		expect(report).toMatchObject({ kernel: "5.10", findings: [{ file: "a.c", severity: "information" }] });
		expect(told(report)).toBe(await check(root));
	});

	it("where the tree shows that it is not what its version says", async () => {
		const driver = readFileSync(join(FIXTURES, "mm-access-test-ok.c"), "utf8");
		const old = "\tmm = get_task_mm(task);\n\tif (mm && mm != current->mm)\n\t\tmm = NULL;\n";
		const now = "\tmm = get_task_mm(task);\n\tif (!mm) {\n\t\tmm = ERR_PTR(-ESRCH);\n\t}\n";
		/* also where nothing is judged in it */
		const settings = JSON.stringify({ exclude: ["kernel/**"] });
		const reports = [];
		for (const body of [old, now]) {
			const fork = `struct mm_struct *mm_access(struct task_struct *task, unsigned int mode)\n{\n\tstruct mm_struct *mm;\n\n${body}\treturn mm;\n}\n`;
			const root = makeTree({ Makefile: MAKEFILE, ".mm-lifetime.json": settings, "kernel/fork.c": fork, "a.c": driver });
			const report = told(link(linesOf(root)));
			expect(report).toBe(await check(root));
			reports.push(report);
		}
		expect(reports[0]).not.toBe(reports[1]);
	});

	it("where source was not understood or is none", async () => {
		const broken = `${DRIVER}\nint broken(void)\n{\n\tkthread_use_mm((;\n}}\n`;
		const root = makeTree({ Makefile: MAKEFILE, "a.c": broken, "b.c": Buffer.from("mmget(\0)") });
		const report = link(linesOf(root));
		expect(report.holes.map(({ file }) => file)).toEqual(expect.arrayContaining(["a.c", "b.c"]));
		expect(told(report)).toBe(await check(root));
	});
});

describe("the line of a file", () => {
	it("does not depend on others, nor on where the tree is", () => {
		const texts: readonly string[] = readdirSync(FIXTURES)
			.filter((name) => name.endsWith(".c"))
			.filter((_, index) => index % 16 === 0)
			.map((name) => readFileSync(join(FIXTURES, name), "utf8"));
		const alone = new Map(texts.map((text) => [text, linesOf(makeTree({ "a.c": text }))[0]]));
		fc.assert(
			fc.property(fc.shuffledSubarray([...texts], { minLength: 2, maxLength: 4 }), (order) => {
				const root = makeTree({});
				for (const text of order) {
					writeFileSync(join(root, "a.c"), text);
					expect(linesOf(root)[0]).toBe(alone.get(text));
				}
			}),
			{ numRuns: 10, seed: 7 },
		);
	});

	it("holds the text only where its wording counts", () => {
		const lines = linesOf(makeTree({ "a.c": DRIVER, "kernel/kthread.c": "int a;\n" })).map((line) => JSON.parse(line));
		expect(lines.map(({ file, text }) => [file, text])).toEqual([
			["a.c", undefined],
			["kernel/kthread.c", "int a;\n"],
		]);
	});

	it("counts for each file that decides about the kernel", () => {
		const known: readonly object[] = Object.values(features).filter((feature) => typeof feature === "object");
		const files = (known as features.Feature<unknown>[]).flatMap(({ values }) =>
			values.flatMap(({ evidence }) => evidence.map(({ file }) => file)),
		);
		expect(files.length).toBeGreaterThan(0);
		expect(files.filter((file) => !EVIDENCE_FILES.has(file))).toEqual([]);
	});
});

describe("link refuses", () => {
	const line = (file: string, change: object = {}): string => {
		const made = JSON.parse(linesOf(makeTree({ "a.c": "int a;\n" }))[0] ?? "");
		return `${JSON.stringify({ ...made, file, ...change })}\n`;
	};

	it("what is no JSON, naming file and line", () => {
		expect(() => link([line("a.c"), line("b.c").slice(0, 50)])).toThrow(/^0\.jsonl:2: not JSON: /);
		expect(() => link(["\n"])).toThrow(/^0\.jsonl:1: not JSON: /);
	});

	it.each(["1", "null", "[]", "{}", '{"file":"a.c"}', '{"file":1,"version":{}}'])("%s", (text) => {
		expect(() => link([`${text}\n`])).toThrow("0.jsonl:1: no facts of a file");
	});

	it("a line of another version", () => {
		expect(() => link([line("a.c", { version: { format: 1, program: "1.2.2" } })])).toThrow(
			"0.jsonl:1: the facts of a.c were made by version 1.2.2 (format 1), this is 1.2.3 (format 1)",
		);
		expect(() => link([line("a.c", { version: { format: 0, program: "1.2.3" } })])).toThrow("1.2.3 (format 0)");
	});

	it.each(["facts", "pieces", "words"])("a line without its %s", (part) => {
		expect(() => link([line("a.c", { [part]: undefined })])).toThrow("0.jsonl:1: the facts of a.c lack a part");
		expect(() => link([line("a.c", { [part]: {} })])).toThrow("0.jsonl:1: the facts of a.c lack a part");
	});

	it("settings that cannot be used", () => {
		const settings = linesOf(makeTree({ ".mm-lifetime.json": "{}" }))[0]?.replace('"settings":{}', '"settings":{"exclude":1}') ?? "";
		expect(() => link([settings])).toThrow('0.jsonl:1: "exclude" must be a list of globs');
	});

	it("a file that is given twice", () => {
		expect(() => link([line("a.c"), line("b.c"), line("a.c")], undefined, 2)).toThrow("0.jsonl:2: the facts of a.c are in 0.jsonl:1 too");
	});
});
