import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { makeTree } from "./workspace/tree.ts";

const TOP = fileURLToPath(new URL("..", import.meta.url));
const SOURCE = join(TOP, "server/src");

/** Who may import whom: only what stands before it. Those in one place may know each other. */
const LAYERS: readonly (readonly string[])[] = [
	["model", "kernel", "syntax", "facts"],
	["program"],
	["checker"],
	["rules"],
	["report"],
	["analysis"],
	["workspace"],
	["cli", "lsp"],
];
const CORE: ReadonlySet<string> = new Set(["kernel", "model", "syntax", "facts", "program", "checker", "rules", "report", "analysis"]);
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

function layerOf(path: string): number {
	return LAYERS.findIndex((layer) => layer.includes(path.split("/")[0] ?? ""));
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
		const core = imports.filter(({ from }) => CORE.has(from.split("/")[0] ?? ""));
		expect(core.filter(({ to }) => !isOwn(to) && to !== "web-tree-sitter")).toEqual([]);
		const impure = files
			.filter((path) => CORE.has(path.split("/")[0] ?? ""))
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

	it("holds kernel function names in kernel/ and in texts for people only", () => {
		const found = files
			.filter((path) => !path.startsWith("kernel/") && !path.startsWith("model/"))
			.filter((path) =>
				/["'`](mmget_not_zero|get_task_mm|kthread_use_mm|mm_access|mmu_notifier_register)["'`]/.test(stripComments(readSource(path))),
			);
		expect(found).toEqual([]);
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
