/**
 * How quick the language server is on one file of a Linux tree, beside clangd in the same run where that is on PATH.
 *
 *   npm run bench:lsp -- LINUX_TREE [FILE]
 *
 * FILE defaults to drivers/vhost/vhost.c. Each figure is the median of several runs of a server that was started anew (first diagnostics)
 * or of several edits (a comment and a statement, alternating); the first of each is not counted. clangd is told to compile with the
 * tree's own headers; where the tree is not configured it stops early at a missing one, which makes it quicker than it would be.
 */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { MeasuredServer, type ServerCommand } from "./server.ts";

/** Programs to compare with: the first that is there. */
const CLANGD: readonly string[] = ["clangd-19", "clangd"];
const STARTS = 4;
const EDITS = 31;

interface Figures {
	readonly name: string;
	readonly initialize: number;
	readonly open: number;
	readonly edit: number;
	readonly edit95: number;
	readonly editWorst: number;
	readonly hover: number;
	readonly actions: number;
	readonly megabytes: number;
	readonly diagnostics: number;
}

const [rootArgument, fileArgument = "drivers/vhost/vhost.c"] = process.argv.slice(2);
if (rootArgument === undefined || !existsSync(join(rootArgument, fileArgument))) {
	process.stderr.write("usage: bench:lsp LINUX_TREE [FILE]\n");
	process.exit(2);
}
const root = resolve(rootArgument);
const file = join(root, fileArgument);
const text = readFileSync(file, "utf8");
const flags = mkdtempSync(join(tmpdir(), "mm-lifetime-bench-"));
writeFileSync(join(flags, "compile_commands.json"), JSON.stringify([{ directory: root, file, arguments: compilerArguments() }]));

const servers: ServerCommand[] = [
	{
		name: "mm-lifetime",
		command: process.execPath,
		args: [join(fileURLToPath(new URL(".", import.meta.url)), "cli.js"), "lsp", "--stdio"],
		pulls: true,
	},
];
const clangd = CLANGD.find((command) => spawnSync(command, ["--version"]).status === 0);
if (clangd !== undefined)
	servers.push({ name: clangd, command: clangd, args: [`--compile-commands-dir=${flags}`, "--log=error"], pulls: false });
else process.stdout.write("clangd is not installed: no ratios\n");

try {
	const all: Figures[] = [];
	for (const server of servers) all.push(await measure(server));
	print(all);
} finally {
	rmSync(flags, { recursive: true, force: true });
}

async function measure(server: ServerCommand): Promise<Figures> {
	const initialize: number[] = [];
	const open: number[] = [];
	for (let start = 0; start < STARTS; start++) {
		const running = new MeasuredServer(server, file);
		initialize.push(await running.initialize(root));
		open.push(await running.open(text));
		await running.stop();
	}
	const running = new MeasuredServer(server, file);
	await running.initialize(root);
	await running.open(text);
	await running.settle(2000);
	/* the last function of the file; a comment in it first, so that the same place serves again */
	const at = text.lastIndexOf("\n{\n") + 3;
	const edits: number[] = [];
	const hovers: number[] = [];
	const actions: number[] = [];
	/* behind it, so that edits do not move it */
	const use = Math.max(0, text.search(/\b(kthread_)?use_mm\(/)) + 2;
	let diagnostics = 0;
	for (let edit = 0; edit < EDITS; edit++) {
		const { milliseconds, diagnostics: found } = await running.insert(at, edit % 2 === 0 ? "\t/* looked at */\n" : "\t(void)0;\n");
		edits.push(milliseconds);
		diagnostics = found.length;
		hovers.push(await running.hover(use));
		actions.push(await running.codeActions(use, found));
	}
	const megabytes = running.residentMegabytes();
	await running.stop();
	return {
		name: server.name,
		initialize: median(initialize.slice(1)),
		open: median(open.slice(1)),
		edit: median(edits.slice(1)),
		edit95: percentile(edits.slice(1), 0.95),
		editWorst: Math.max(...edits.slice(1)),
		hover: median(hovers.slice(1)),
		actions: median(actions.slice(1)),
		megabytes,
		diagnostics,
	};
}

function print(all: readonly Figures[]): void {
	const [own, other] = all;
	const row = (what: string, unit: string, pick: (figures: Figures) => number): void => {
		const values = all.map(
			(figures) =>
				`${pick(figures)
					.toFixed(unit === "ms" ? 1 : 0)
					.padStart(9)} ${unit}`,
		);
		const ratio = own && other && pick(other) > 0 ? `  ${(pick(own) / pick(other)).toFixed(2)}` : "";
		process.stdout.write(`${what.padEnd(44)}${values.join("")}${ratio}\n`);
	};
	process.stdout.write(`${fileArgument}, ${text.split("\n").length - 1} lines\n`);
	process.stdout.write(`${"".padEnd(44)}${all.map((figures) => figures.name.padStart(12)).join("")}${other ? "  ratio" : ""}\n`);
	row("initialize", "ms", (figures) => figures.initialize);
	row("didOpen to first diagnostics", "ms", (figures) => figures.open);
	row("didChange to diagnostics, median", "ms", (figures) => figures.edit);
	row("didChange to diagnostics, 95th percentile", "ms", (figures) => figures.edit95);
	row("didChange to diagnostics, worst", "ms", (figures) => figures.editWorst);
	row("hover", "ms", (figures) => figures.hover);
	row("code actions", "ms", (figures) => figures.actions);
	row("resident memory at the end", "MB", (figures) => figures.megabytes);
	row("diagnostics", "  ", (figures) => figures.diagnostics);
}

function median(values: readonly number[]): number {
	return percentile(values, 0.5);
}

function percentile(values: readonly number[], share: number): number {
	const sorted = [...values].sort((a, b) => a - b);
	return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** As kbuild would call the compiler, for x86. */
function compilerArguments(): readonly string[] {
	const arch = "arch/x86/include";
	const folders = [
		arch,
		`${arch}/generated`,
		"include",
		`${arch}/uapi`,
		`${arch}/generated/uapi`,
		"include/uapi",
		"include/generated/uapi",
	];
	return [
		"gcc",
		"-nostdinc",
		...folders.map((folder) => `-I${folder}`),
		"-include",
		"include/linux/compiler-version.h",
		"-include",
		"include/linux/kconfig.h",
		"-include",
		"include/linux/compiler_types.h",
		"-D__KERNEL__",
		"-DMODULE",
		'-DKBUILD_MODNAME="bench"',
		'-DKBUILD_BASENAME="bench"',
		"-std=gnu11",
		"-O2",
		"-m64",
		"-mcmodel=kernel",
		"-fno-strict-aliasing",
		"-Wall",
		"-c",
		file,
	];
}
