import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ALL_ROWS } from "../server/src/kernel/index.ts";
import { isOperation } from "../server/src/model/steps.ts";
import { makeTree } from "./workspace/tree.ts";

const TOP = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = join(TOP, "server/src");

/** Who may import whom: only what stands before it. Those in one place may know each other. */
const LAYERS: readonly (readonly string[])[] = [
	["model", "kernel", "syntax", "facts"],
	["program"],
	["checker"],
	["rules", "fixes"],
	["report"],
	["analysis"],
	["workspace"],
	["cli", "lsp"],
];
const CORE: ReadonlySet<string> = new Set([
	"kernel",
	"model",
	"syntax",
	"facts",
	"program",
	"checker",
	"rules",
	"fixes",
	"report",
	"analysis",
]);
/** What goes in and out of the core, plain data: the one thing that lower layers may know of a higher one. */
const CONTRACTS: ReadonlySet<string> = new Set(["analysis/types.ts", "analysis/snapshot.ts"]);

/** kernel/vhost_task.c is no driver: it offers threads to anybody. */
const CORE_KERNEL = /\bvhost_task(_\w+)?\b/g;

/** Names of the drivers that the corpus of Linux 6.1 is made of: the checker must find out about them, not know them. */
const DRIVER_NAMES = [
	/\b(vhost|vfio|kvm|kvmgt|gvt|i915|amdgpu|amdkfd|kfd|ffs|gadgetfs|idxd|vas|irqfd|userfaultfd)(_\w+)?\b/i,
	/\b(ep_user_copy_worker|ep_aio|kiocb_priv|read_user_wptr|use_worker|dma_rw_chunk|sdma_activity_worker|user_copy_worker)\b/,
	/\b(set_evtchn|update_csb|copy_cr|io_data|lead_thread|svm_range|restore_process_worker|evict_process_worker)\b/,
];

/** The language of `simulate` beyond its operations: what it tells of a run is named after the kernel functions, as the probe does it. */
const EVENTS: ReadonlySet<string> = new Set(["model/simulate.ts __mmdrop", "model/simulate.ts mmput_async", "model/effects.ts complete"]);

interface Import {
	readonly from: string;
	readonly to: string;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" })
	.map((path) => path.replaceAll("\\", "/"))
	.filter((path) => path.endsWith(".ts"))
	.sort();

function readImports(path: string): readonly Import[] {
	const text = readFileSync(join(SOURCE, path), "utf8");
	const found = text.matchAll(/^(?:import|export)\s+(?:type\s)?(?:[^"';]*?\sfrom\s+)?"([^"]+)";?$|\bimport\(\s*"([^"]+)"\s*\)/gm);
	return [...found].map((match) => {
		const name = match[1] ?? match[2] ?? "";
		const to = name.startsWith(".") ? posix.normalize(`${dirname(path)}/${name}`) : name;
		return { from: path, to };
	});
}

const imports = files.flatMap(readImports);

function folderOf(path: string): string {
	return path.split("/")[0] ?? "";
}

function layerOf(path: string): number {
	return LAYERS.findIndex((layer) => layer.includes(folderOf(path)));
}

function isOwn(path: string): boolean {
	return path.endsWith(".ts");
}

describe("server/src", () => {
	it("has no folder without a place", () => {
		expect(files.filter((path) => layerOf(path) < 0)).toEqual([]);
	});

	it("imports in one direction only", () => {
		const wrong = imports.filter(({ from, to }) => isOwn(to) && layerOf(to) > layerOf(from) && !CONTRACTS.has(to));
		expect(wrong).toEqual([]);
	});

	it("has a core that knows no Node, no editor and no clock", () => {
		const core = imports.filter(({ from }) => CORE.has(folderOf(from)));
		expect(core.filter(({ to }) => !isOwn(to) && to !== "web-tree-sitter")).toEqual([]);
		const impure = files
			.filter((path) => CORE.has(folderOf(path)))
			.filter((path) => /\bprocess\.|\bDate\b|\bperformance\.|\bconsole\./.test(stripComments(readSource(path))));
		expect(impure).toEqual([]);
	});

	it("imports web-tree-sitter in syntax/ only", () => {
		expect(imports.filter(({ from, to }) => to === "web-tree-sitter" && !from.startsWith("syntax/"))).toEqual([]);
	});

	it("names no driver", () => {
		const found = files.flatMap((path) =>
			readSource(path)
				.split("\n")
				.flatMap((line, index) =>
					DRIVER_NAMES.some((name) => name.test(line.replace(CORE_KERNEL, ""))) ? [`${path}:${index + 1}: ${line.trim()}`] : [],
				),
		);
		expect(found).toEqual([]);
	});

	it("has foundations that know nothing of each other, but that the table speaks of the model's operations", () => {
		const foundations = new Set(LAYERS[0]);
		const across = imports.filter(
			({ from, to }) => foundations.has(folderOf(from)) && isOwn(to) && foundations.has(folderOf(to)) && folderOf(from) !== folderOf(to),
		);
		expect(across).toEqual([{ from: "kernel/types.ts", to: "model/operation.ts" }]);
	});

	it("is reached from outside through analysis/: nobody else asks program/, checker/, rules/ or fixes/", () => {
		const inner = new Set(["program", "checker", "rules", "fixes"]);
		const wrong = imports.filter(({ from, to }) => !CORE.has(folderOf(from)) && isOwn(to) && inner.has(folderOf(to)));
		expect(wrong).toEqual([]);
	});

	it("has one place that asks the explorer, and one model of what is found", () => {
		expect(imports.filter(({ to }) => to === "model/explorer.ts").map(({ from }) => from)).toEqual(["checker/work.ts"]);
		const told = imports.filter(({ from, to }) => ["report", "cli", "lsp"].includes(folderOf(from)) && folderOf(to) === "analysis");
		expect(told.filter(({ to }) => to !== "analysis/types.ts")).toEqual([]);
	});

	it("holds the names of kernel functions in kernel/ only; elsewhere they stand in texts for people", () => {
		const names = new Set(ALL_ROWS.map((row) => row.name).filter((name) => !isOperation(name)));
		const found = files
			.filter((path) => folderOf(path) !== "kernel")
			.flatMap((path) =>
				readLiterals(path).flatMap((text) => (names.has(text) && !EVENTS.has(`${path} ${text}`) ? [`${path}: ${text}`] : [])),
			);
		expect(found).toEqual([]);
	});
});

describe("ARCHITECTURE.md", () => {
	const text = readFileSync(join(TOP, "ARCHITECTURE.md"), "utf8");

	it("names for each invariant tests that are there", () => {
		const invariants = text.slice(text.indexOf("\n## Invariants\n")).split(/\n(?=\d+\. )|\n## /);
		const numbered = invariants.filter((part) => /^\d+\. /.test(part));
		expect(numbered.length).toBeGreaterThan(10);
		for (const invariant of numbered) {
			const tests = [...invariant.matchAll(/`(test\/[\w./-]+\.test\.ts)`(?: \("([^"]+)"\))?/g)];
			expect(tests, invariant.slice(0, 80)).not.toHaveLength(0);
			for (const [, path = "", title] of tests) {
				const source = readFileSync(join(TOP, path), "utf8");
				if (title !== undefined) expect(source, `${path}: ${title}`).toContain(title);
			}
		}
	});

	it("describes every folder of server/src", () => {
		const folders = new Set(files.map(folderOf));
		expect([...folders].filter((folder) => !text.includes(`\n### ${folder}/\n`))).toEqual([]);
	});
});

describe("the linter", () => {
	/** Runs the project's linter on one file in a project of its own; returns the rules that it breaks. */
	function lint(path: string, text: string): readonly string[] {
		const root = makeTree({ ".gitignore": "dist/\n", "biome.json": readFileSync(join(TOP, "biome.json")), [path]: text });
		const biome = join(TOP, "node_modules/@biomejs/biome/bin/biome");
		const run = spawnSync(process.execPath, [biome, "lint", "--reporter=github", "."], { cwd: root, encoding: "utf8" });
		return [...`${run.stdout}${run.stderr}`.matchAll(/title=lint\/\w+\/(\w+)/g)].map((match) => match[1] ?? "");
	}

	it.each([
		["model", 'import "node:fs";', ["noRestrictedImports"]],
		["report", 'import "../cli/main.ts";', ["noRestrictedImports"]],
		["analysis", 'import "vscode-languageserver";', ["noRestrictedImports"]],
		["facts", 'import "web-tree-sitter";', ["noRestrictedImports"]],
		["cli", 'import "web-tree-sitter";', ["noRestrictedImports"]],
		["syntax", 'import "node:fs";', ["noRestrictedImports"]],
		["syntax", 'import "web-tree-sitter";', []],
		["workspace", 'import "node:fs";', []],
		["rules", "export const now = () => Date.now();", ["noRestrictedGlobals"]],
		["syntax", "export const now = () => process.pid;", ["noRestrictedGlobals"]],
		["cli", "export const now = () => Date.now();", []],
	])("in %s/ takes %s for %j", (folder, text, rules) => {
		expect(lint(`server/src/${folder}/x.ts`, `${text}\n`)).toEqual(rules);
	});
});

describe("every file of the project", () => {
	const own = ["server/src", "test", "scripts", "bench", "client/src"].flatMap((folder) => listOwn(join(TOP, folder)));

	it("is under 20 KB", () => {
		expect(own.filter((path) => /\.(ts|mjs)$/.test(path) && statSync(path).size > 20 * 1024).map((path) => relative(TOP, path))).toEqual(
			[],
		);
	});

	it("has a name that says what it is about", () => {
		expect(own.filter((path) => /(^|\/)(utils?|helpers?|common|manager|misc)(\.|\/)/.test(relative(TOP, path)))).toEqual([]);
	});
});

function readSource(path: string): string {
	return readFileSync(join(SOURCE, path), "utf8");
}

/** The string literals of a file that hold no line break. */
function readLiterals(path: string): readonly string[] {
	const found = stripComments(readSource(path)).matchAll(/"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`([^`$\n]*)`/g);
	return [...found].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function stripComments(text: string): string {
	return text.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/[^\n]*/g, "");
}

function listOwn(folder: string): readonly string[] {
	try {
		return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
	} catch {
		return [];
	}
}
