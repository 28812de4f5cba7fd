/** Whatever an earlier run left in the cache, the report is that of a run without one. */

import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { Cache } from "../../server/src/workspace/cache.ts";
import { type CheckOptions, checkPaths } from "../../server/src/workspace/check.ts";
import { readChangeSince } from "../../server/src/workspace/git-change.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import type { Job } from "../../server/src/workspace/plan.ts";
import { makeSearch, type Search } from "../../server/src/workspace/search.ts";
import { USE } from "../cli/exposed-use.ts";
import { EXAMPLES } from "../examples/roots.ts";
import { FIXTURES } from "../fixtures.ts";
import { commitAll, makeRepository } from "./repository.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const search = makeSearch(false);

/** A tree of an example, and a cache for it that is empty. */
function makeKernel(example = "kvmgt/4.18"): { readonly root: string; readonly folder: string; readonly cache: Cache } {
	const root = makeTree({});
	cpSync(join(EXAMPLES, example), root, { recursive: true });
	const folder = makeTree({});
	return { root, folder, cache: new Cache(folder, { minFiles: 0 }) };
}

/** The same with other examples and fixtures in it. */
function makeMixture(): ReturnType<typeof makeKernel> {
	const { root, folder, cache } = makeKernel("vhost/6.1");
	for (const example of ["kvmgt/4.18"])
		cpSync(join(EXAMPLES, example), root, { recursive: true, filter: (path) => !path.endsWith("Makefile") });
	for (const fixture of ["headers", "same-names", "aio-bad-uring.c", "aio-ok-guarded-field.c", "macro-use-bad.c", "xchg-ok.c"])
		if (existsSync(join(FIXTURES, fixture))) cpSync(join(FIXTURES, fixture), join(root, "drivers/misc", fixture), { recursive: true });
	return { root, folder, cache };
}

async function check(root: string, options: Partial<CheckOptions> = {}): Promise<Report> {
	return (await checkPaths({ paths: ["."], cwd: root, search, fixes: ["safe", "choice", "placeholder"], ...options }, engine)).report;
}

/** What people read of a report: all but what it took to find out. */
function said({ stats: { filesSeen, bytesSeen, uses: count }, ...report }: Report): unknown {
	return { ...report, stats: { filesSeen, bytesSeen, uses: count } };
}

function listFiles(root: string): readonly string[] {
	return readdirSync(root, { recursive: true, encoding: "utf8" })
		.filter((path) => /\.[ch]$/.test(path) && statSync(join(root, path)).isFile())
		.sort();
}

/** Texts to write, by what they do to others. */
const TEXTS = [
	"",
	"int broken(",
	"mmget\0",
	"#define mmgrab(mm) mmget(mm)\n",
	"#define vhost_mm(dev) ((dev)->mm)\n#define kthread_use_mm(mm) do { } while (0)\n",
	"struct kvm { struct mm_struct *mm; };\n",
	"struct vhost_dev { struct mm_struct *mm; };\n",
	'#include "vhost.h"\nvoid f(struct vhost_dev *dev)\n{\n\tdev->mm = current->mm;\n}\n',
	"void f(struct kvm *kvm)\n{\n\tkvm->mm = get_task_mm(current);\n}\n",
	"static void work(struct kvm *kvm)\n{\n\tkthread_use_mm(kvm->mm);\n\tkthread_unuse_mm(kvm->mm);\n}\n",
];
const SETTINGS = [
	"{}",
	'{"kernel": "4.18"}',
	'{"functions": {"vhost_attach_mm": "get_task_mm"}}',
	'{"severity": {"use-without-users-ref": "information"}}',
	'{"exclude": ["virt/**"]}',
];
/** What one edit does to a text; `at` chooses where. */
const EDITS: readonly ((text: string, at: number) => string)[] = [
	(text) => `/* one line more */\n${text}`,
	(text) => `${text}\n`,
	(text) => text.replaceAll("mmgrab(", "mmget("),
	(text) => text.replaceAll("mmget(", "mmgrab("),
	(text) => text.replaceAll("get_task_mm(current)", "current->mm"),
	(text) => text.replace(/^#include.*\n/m, ""),
	(text) => text.replace(/^#include "(.*)"/m, "#include <$1>"),
	(text) => `#include "vhost.h"\n${text}`,
	(text) => `#define mmdrop(mm) mmput(mm)\n${text}`,
	(text) => text.replace(/\n(\tif .*\n)?\t.*mmput.*\n/, "\n"),
	(text) => text.replaceAll(/\/\*[\s\S]*?\*\//g, ""),
	(text, at) => withLines(text, (lines) => lines.toSpliced(at % lines.length, 1)),
	(text, at) => withLines(text, (lines) => lines.toSpliced(at % lines.length, 0, lines[at % lines.length] ?? "")),
	(text, at) => withLines(text, (lines) => lines.toSpliced(at % lines.length, 0, "/* mm lifetime: release */")),
	(text, at) => withLines(text, (lines) => lines.toSpliced(at % lines.length, 0, "/* mm-lifetime: ignore(use-without-users-ref) known */")),
];

function withLines(text: string, change: (lines: readonly string[]) => readonly string[]): string {
	return change(text.split("\n")).join("\n");
}

const index = fc.nat(10_000);
const step = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ do: fc.constant("edit" as const), file: index, how: fc.nat(EDITS.length - 1), at: index }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("touch" as const), file: index, rewrites: fc.boolean() }) },
	{
		weight: 2,
		arbitrary: fc.record({
			do: fc.constant("add" as const),
			file: index,
			text: fc.nat(TEXTS.length - 1),
			ending: fc.constantFrom("c", "h"),
		}),
	},
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("copy" as const), file: index }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("overwrite" as const), file: index, text: fc.nat(TEXTS.length - 1) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), file: index }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("rename" as const), file: index }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const), settings: fc.nat(SETTINGS.length - 1) }) },
	{ weight: 1, arbitrary: fc.record({ do: fc.constant("version" as const), level: fc.constantFrom(1, 12) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const run: fc.Arbitrary<Partial<CheckOptions>> = fc.oneof(
	{ weight: 6, arbitrary: fc.constant({ fixes: [] }) },
	{
		weight: 1,
		arbitrary: fc.record({ paths: fc.constantFrom(["drivers/vhost"], ["drivers/misc", "virt/kvm"], ["drivers/vhost/vhost.h"]) }),
	},
	{ weight: 1, arbitrary: fc.record({ kernel: fc.constantFrom("5.7", "6.12") }) },
	{ weight: 1, arbitrary: fc.record({ exclude: fc.constantFrom(["drivers/vhost"], ["include"], ["**/*.h"]) }) },
	{ weight: 1, arbitrary: fc.constant({}) },
);

function apply(root: string, one: Step): void {
	if (one.do === "set") return writeFileSync(join(root, ".mm-lifetime.json"), SETTINGS[one.settings] ?? "");
	if (one.do === "version") return writeFileSync(join(root, "Makefile"), MAKEFILE.replace("PATCHLEVEL = 1", `PATCHLEVEL = ${one.level}`));
	const files = listFiles(root);
	const path = files[one.file % files.length];
	if (path === undefined) return;
	const absolute = join(root, path);
	const beside = join(root, dirname(path), `new${files.length}`);
	if (one.do === "edit") writeFileSync(absolute, (EDITS[one.how] ?? String)(readFileSync(absolute, "utf8"), one.at));
	else if (one.do === "touch" && one.rewrites) writeFileSync(absolute, readFileSync(absolute));
	else if (one.do === "touch") utimesSync(absolute, new Date(), new Date());
	else if (one.do === "add") writeFileSync(`${beside}.${one.ending}`, TEXTS[one.text] ?? "");
	else if (one.do === "copy") cpSync(absolute, `${beside}.c`);
	else if (one.do === "overwrite") writeFileSync(absolute, TEXTS[one.text] ?? "");
	else if (one.do === "delete") rmSync(absolute);
	else renameSync(absolute, `${beside}.${path.endsWith("h") ? "h" : "c"}`);
}

describe("a tree that was checked before", () => {
	it("is judged as without a cache, whatever was changed and asked in between", { timeout: 120_000 }, async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(fc.tuple(fc.array(step, { maxLength: 2 }), run), { minLength: 2, maxLength: 6 }), async (rounds) => {
				const { root, cache } = makeMixture();
				for (const [steps, options] of rounds) {
					for (const one of steps) apply(root, one);
					if (options.paths?.some((path) => !existsSync(join(root, path)))) continue;
					expect(said(await check(root, { ...options, cache }))).toEqual(said(await check(root, options)));
				}
			}),
			{ numRuns: 12, seed: 21 },
		);
	});
});
const KVMGT = "drivers/gpu/drm/i915/gvt/kvmgt.c";
const KVM = "virt/kvm/kvm_main.c";

/** Judges with and without the cache, and wants the same. */
async function expectSame(root: string, cache: Cache, options: Partial<CheckOptions> = {}): Promise<Report> {
	const report = await check(root, { ...options, cache });
	expect(said(report)).toEqual(said(await check(root, options)));
	return report;
}

function edit(root: string, path: string, change: (text: string) => string): void {
	const text = readFileSync(join(root, path), "utf8");
	const edited = change(text);
	expect(edited).not.toBe(text);
	writeFileSync(join(root, path), edited);
}

function takeReferences(text: string): string {
	return text.replaceAll("mmgrab(", "mmget(").replaceAll("mmdrop(", "mmput(");
}

/** A search that tells which files it was asked to look into, and does something first. */
function spy(asked: string[], first: () => void = () => undefined): Search {
	const note = (files: readonly string[]): void => {
		first();
		asked.push(...files);
	};
	return {
		findWords: (root, files, ...rest) => {
			note(files);
			return search.findWords(root, files, ...rest);
		},
		findNeeds: (root, files, ...rest) => {
			note(files);
			return search.findNeeds(root, files, ...rest);
		},
	};
}

/** Edits to a tree that is in the cache, and the verdict of kvmgt.c after each. */
const CHANGES: readonly (readonly [string, string, (root: string) => void])[] = [
	["a function in another file", "held", (root) => edit(root, KVM, takeReferences)],
	["a line above", "exposed", (root) => edit(root, KVMGT, (text) => `\n${text}`)],
	["a file that goes", "unknown", (root) => rmSync(join(root, KVM))],
	["a file that gets another name", "exposed", (root) => renameSync(join(root, KVM), join(root, "virt/kvm/main.c"))],
	[
		"a file that comes",
		"exposed",
		(root) =>
			writeFileSync(join(root, "virt/kvm/more.c"), "#include <linux/kvm_host.h>\nvoid f(struct kvm *kvm)\n{\n\tkvm->mm = odd();\n}\n"),
	],
	["a file that is written again", "exposed", (root) => writeFileSync(join(root, KVM), readFileSync(join(root, KVM)))],
];

describe("what is taken from the cache", () => {
	it("is all of it when nothing was changed: no file is searched, nothing written", async () => {
		const { root, folder, cache } = makeKernel();
		const cold = await check(root, { cache });
		/* of files that were changed a moment ago it is not believed that they stay */
		await new Promise((resolve) => setTimeout(resolve, 2100));
		await check(root, { cache });
		const [name = ""] = readdirSync(folder);
		const before = readFileSync(join(folder, name));
		const searched: string[] = [];
		const warm = await check(root, { cache, search: spy(searched) });
		expect({ ...warm, stats: { ...warm.stats, milliseconds: 0 } }).toEqual({ ...cold, stats: { ...cold.stats, milliseconds: 0 } });
		expect(searched).toEqual([]);
		expect(readFileSync(join(folder, name)).equals(before)).toBe(true);
		edit(root, KVM, (text) => `${text}\n`);
		await check(root, { cache, search: spy(searched) });
		expect(searched).toEqual([]);
		writeFileSync(join(root, "new.c"), "");
		await check(root, { cache, search: spy(searched) });
		expect([...new Set(searched)]).toEqual(["new.c"]);
	});

	it.each(CHANGES)("is nothing that hangs on %s", async (_, verdict, change) => {
		const { root, cache } = makeKernel();
		await check(root, { cache });
		change(root);
		const report = await expectSame(root, cache);
		expect(report.uses.filter(({ file }) => file === KVMGT).map((use) => use.verdict)).toEqual([verdict]);
	});

	it("is nothing that hangs on a macro in a header", async () => {
		const root = makeTree({
			Makefile: MAKEFILE,
			"a.c": `#include "hold.h"\n${USE.replace("mmgrab(box->mm)", "hold(box->mm)")}`,
			"hold.h": "#define hold(mm) mmget(mm)\n",
		});
		const cache = new Cache(makeTree({}), { minFiles: 0 });
		const verdicts = async (): Promise<readonly string[]> => (await expectSame(root, cache)).uses.map(({ verdict }) => verdict);
		expect(await verdicts()).toEqual(["held"]);
		writeFileSync(join(root, "hold.h"), "#define hold(mm) mmgrab(mm)\n");
		expect(await verdicts()).toEqual(["exposed"]);
		writeFileSync(join(root, "hold.h"), "#define hold(mm) do { } while (0)\n");
		expect(await verdicts()).toEqual(["exposed"]);
		rmSync(join(root, "hold.h"));
		await verdicts();
	});

	/* a file that was taken back and is still on disk is read once more */
	it("is nothing of a file that is left out now", async () => {
		const { root, cache } = makeKernel();
		await check(root, { cache });
		const report = await expectSame(root, cache, { exclude: ["virt/**"] });
		expect(report.uses.filter(({ file }) => file === KVMGT).map(({ verdict }) => verdict)).toEqual(["unknown"]);
		await expectSame(root, cache);
	});

	it("holds in another scope", async () => {
		const { root, cache } = makeKernel();
		for (const paths of [["virt"], ["."], [KVMGT], ["include"], ["."]]) await expectSame(root, cache, { paths });
	});

	it("is nothing of another root", async () => {
		const { root, cache } = makeKernel();
		await check(root, { cache });
		const inner = join(root, "drivers");
		await expectSame(inner, cache, { root: inner });
		await expectSame(root, cache);
	});

	it("is right where a file changed while the tree was judged, also when it changes back", async () => {
		const { root, cache } = makeKernel();
		await check(root, { cache });
		const text = readFileSync(join(root, KVM), "utf8");
		writeFileSync(join(root, "new.c"), "static void f(struct kvm *kvm)\n{\n\tkthread_use_mm(kvm->mm);\n}\n");
		const during = await check(root, { cache, search: spy([], () => writeFileSync(join(root, KVM), takeReferences(text))) });
		const after = await check(root, {});
		expect(during.uses).toEqual(after.uses);
		writeFileSync(join(root, KVM), text);
		await expectSame(root, cache);
	});

	it("is not that a file could not be read", async () => {
		const { root, cache } = makeKernel();
		const text = readFileSync(join(root, KVM));
		writeFileSync(join(root, KVM), Buffer.concat([text, Buffer.from("\0")]));
		expect((await expectSame(root, cache)).holes).toContainEqual(expect.objectContaining({ file: KVM }));
		writeFileSync(join(root, KVM), text);
		expect((await expectSame(root, cache)).holes).toEqual([]);
	});
});

describe("what is written", () => {
	const box = { Makefile: MAKEFILE, "a.c": USE, "other.c": "int other;\n" };
	const contentOf = (folder: string): readonly Buffer[] => readdirSync(folder).map((name) => readFileSync(join(folder, name)));

	it("is nothing of a small tree, of a file alone, and of paths without their tree", async () => {
		const folder = makeTree({});
		await check(makeTree(box), { cache: new Cache(folder) });
		const cache = new Cache(folder, { minFiles: 0 });
		const loose = makeTree({ "a.c": USE });
		await check(loose, { paths: ["a.c"], cache });
		await check(makeTree(box), { paths: ["a.c"], noRoot: true, cache });
		expect(readdirSync(folder)).toEqual([]);
	});

	it("is nothing while a text stands for a file", async () => {
		const root = makeTree(box);
		const folder = makeTree({});
		const cache = new Cache(folder, { minFiles: 0 });
		const stdin = { filename: "a.c", bytes: Buffer.from(takeReferences(USE)) };
		const unsaved = { filename: "new.c", bytes: Buffer.from(takeReferences(USE)) };
		await check(root, { paths: [], stdin, cache });
		await check(root, { texts: new Map([[join(root, "a.c"), takeReferences(USE)]]), cache });
		expect(readdirSync(folder)).toEqual([]);
		await expectSame(root, cache);
		const before = contentOf(folder);
		expect(before).toHaveLength(1);
		await expectSame(root, cache, { paths: [], stdin });
		await expectSame(root, cache, { paths: [], stdin: unsaved });
		expect(contentOf(folder)).toEqual(before);
		await expectSame(root, cache);
	});

	it("serves both sides of a change, and has nothing of the old one", async () => {
		const root = makeRepository(box);
		const folder = makeTree({});
		const cache = new Cache(folder, { minFiles: 0 });
		const since = { changeOf: (job: Job) => readChangeSince(job.root, "HEAD", undefined) };
		writeFileSync(join(root, "a.c"), takeReferences(USE));
		writeFileSync(join(root, "b.c"), USE.replaceAll("box", "crate"));
		await expectSame(root, cache, since);
		expect(readdirSync(folder)).toEqual([]);
		await expectSame(root, cache);
		const report = await expectSame(root, cache, since);
		expect(report.findings.map(({ file, rule }) => [file, rule])).toContainEqual(["b.c", "use-without-users-ref"]);
		await expectSame(root, cache);
		commitAll(root);
		expect((await expectSame(root, cache, since)).uses).toEqual([]);
		rmSync(join(root, "b.c"));
		await expectSame(root, cache, since);
		await expectSame(root, cache);
	});

	/* the same: the old side is judged with the file that is new */
	it("serves the old side of a change that adds a file", async () => {
		const [before, struct = "", after] = USE.replace("mmgrab", "mmget").split(/(struct box \{.*\n)/);
		const root = makeRepository({ Makefile: MAKEFILE, "a.c": `${before}#include "box.h"\n${after}`, "box.h": struct });
		const cache = new Cache(makeTree({}), { minFiles: 0 });
		const since = { changeOf: (job: Job) => readChangeSince(job.root, "HEAD", undefined) };
		writeFileSync(join(root, "b.c"), '#include "box.h"\nvoid borrow(struct box *box)\n{\n\tbox->mm = current->mm;\n}\n');
		const cold = await check(root, since);
		expect(cold.findings.map(({ file }) => file)).toEqual(["a.c"]);
		await check(root, { cache });
		await expectSame(root, cache, since);
	});
});
