/**
 * The calls of kernel-table functions that a plain lexer finds anywhere in Linux 6.1, in function bodies, macro bodies and initialisers
 * at file level, are all in the facts. Reads the whole tree in two processes.
 */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readMakefileVersion } from "../../server/src/kernel/versions.ts";
import { findLinuxTree } from "../linux-trees.ts";
import { requirePart } from "../requires.ts";
import { KNOWN_MISSES, KNOWN_VERSION } from "./calls-known.ts";

const PROCESSES = 2;
/** Megabytes of heap for each process. */
const MEMORY = 1024;

const tree = findLinuxTree("6.1");
const present = requirePart("Linux 6.1", tree !== undefined, "install linux-source-6.1, unpack it, and name the folder in LINUX_6_1");
const repository = fileURLToPath(new URL("../..", import.meta.url));
let folder = "";
beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "calls-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `calls.js` over one share of the tree; gives the lines that it prints. Rejects when it does not end well. */
function runShard(program: string, root: string, version: string, shard: number): Promise<string[]> {
	return new Promise((resolve, reject) => {
		const options = [root, "--shard", `${shard}/${PROCESSES}`, "--version", version];
		const child = spawn(process.execPath, [`--max-old-space-size=${MEMORY}`, program, ...options], {
			cwd: repository,
			stdio: ["ignore", "pipe", "inherit"],
		});
		let printed = "";
		child.stdout.setEncoding("utf8");
		child.stdout.on("data", (text: string) => {
			printed += text;
		});
		child.on("error", reject);
		child.on("close", (status) => {
			if (status === 0) resolve(printed.trimEnd().split("\n"));
			else reject(new Error(`calls ${options.join(" ")} ended with ${status}: ${printed.slice(-2000)}`));
		});
	});
}

interface Totals {
	readonly files: number;
	readonly parsed: number;
	readonly calls: number;
}

function readTotals(line: string): Totals {
	const read: unknown = JSON.parse(line);
	if (typeof read !== "object" || read === null) return { files: 0, parsed: 0, calls: 0 };
	const numberAt = (name: string): number => Number(Object.entries(read).find(([key]) => key === name)?.[1] ?? 0);
	return { files: numberAt("files"), parsed: numberAt("parsed"), calls: numberAt("calls") };
}

test.skipIf(!present)("every call that a lexer finds in Linux 6.1 is in the facts", async () => {
	const root = tree ?? "";
	const version = readMakefileVersion(readFileSync(join(root, "Makefile"), "utf8")) ?? "";
	expect(version).toMatch(/^6\.1(?:\.|$)/);
	const program = join(folder, "calls.mjs");
	await build({
		entryPoints: [fileURLToPath(new URL("calls.ts", import.meta.url))],
		bundle: true,
		platform: "node",
		target: "node20",
		format: "esm",
		outfile: program,
		logLevel: "warning",
		banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
	});
	const shards = await Promise.all(Array.from({ length: PROCESSES }, (_, shard) => runShard(program, root, version, shard)));
	const totals = shards.map((lines) => readTotals(lines.at(-1) ?? "{}"));
	const sum = (part: (one: Totals) => number): number => totals.reduce((total, one) => total + part(one), 0);
	console.log(`${sum((one) => one.files)} files, ${sum((one) => one.parsed)} with calls, ${sum((one) => one.calls)} calls`);
	expect(sum((one) => one.parsed)).toBeGreaterThan(20_000);
	expect(sum((one) => one.calls)).toBeGreaterThan(400_000);
	// In another release of the branch the lines differ.
	const exact = version === KNOWN_VERSION;
	const found = shards.flatMap((lines) => lines.slice(0, -1)).map((line) => (exact ? line : line.replace(/:\d+: /, ": ")));
	const known = KNOWN_MISSES.map(({ file, line, name }) => (exact ? `${file}:${line}: ${name}` : `${file}: ${name}`));
	expect(found.sort()).toEqual(known.sort());
});
