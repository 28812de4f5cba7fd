/**
 * Completeness over a tree: `node calls.js PATH [--shard N/M] [--every K] [--version V]` finds the calls of kernel-table functions in
 * each C file with a plain lexer, and prints each one that the facts lack as `file:line: name`; at the end the totals as JSON.
 *
 * `--shard N/M`: only every M-th file, from the N-th on. `--every K`: a sample, every K-th file. `--version V`: of the kernel, 6.1.192
 * when not said. Run from the repository. Ends with status 0 when the tree was read, whatever was missing.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { extractFacts } from "../../server/src/facts/index.ts";
import { kernelFunctions } from "../../server/src/kernel/index.ts";
import { loadSyntax } from "../../server/src/syntax/index.ts";
import { findMissingCalls, findUnseenCalls } from "./calls-compare.ts";
import { lexCalls } from "./calls-lexer.ts";

/** The C files at or under a path, in order. */
function* filesUnder(path: string): Iterable<string> {
	if (!statSync(path).isDirectory()) yield path;
	else {
		for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const inner = join(path, entry.name);
			if (entry.isDirectory()) yield* filesUnder(inner);
			else if (entry.isFile() && /\.[ch]$/.test(entry.name)) yield inner;
		}
	}
}

function readOption(option: string): string | undefined {
	const at = process.argv.indexOf(option);
	return at < 0 ? undefined : process.argv[at + 1];
}

const root = process.argv[2];
if (root === undefined) {
	console.error("usage: calls PATH [--shard N/M] [--every K] [--version V]");
	process.exit(2);
}
const [shard, shards] = (readOption("--shard") ?? "0/1").split("/").map(Number);
const every = Number(readOption("--every") ?? 1);
const require = createRequire(join(process.cwd(), "package.json"));
const syntax = await loadSyntax({
	runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
	grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")),
});
const functions = kernelFunctions(readOption("--version") ?? "6.1.192");
/** What asks for a configuration option stands in `#if` as well, which is no call. */
const names = new Set([...functions].flatMap(([name, { acts }]) => (acts.some(({ act }) => act === "config") ? [] : [name])));
const total = { files: 0, parsed: 0, bytes: 0, calls: 0, missing: 0, unseen: 0, lexMs: 0, parseMs: 0, factsMs: 0 };
const slow: { file: string; ms: number; bytes: number }[] = [];
const files = [...filesUnder(root)].filter((_, index) => index % every === 0).filter((_, index) => index % (shards ?? 1) === shard);
for (const [index, file] of files.entries()) {
	if (index > 0 && index % 7000 === 0) console.error(`${index} of ${files.length} files`);
	const text = readFileSync(file, "latin1");
	total.files++;
	const started = performance.now();
	const calls = lexCalls(text, names);
	const lexed = performance.now();
	total.lexMs += lexed - started;
	if (calls.length === 0) continue;
	total.parsed++;
	total.bytes += text.length;
	total.calls += calls.length;
	const parsed = syntax.parse(text);
	const parsedAt = performance.now();
	total.parseMs += parsedAt - lexed;
	const name = relative(root, file);
	if ("failure" in parsed) {
		for (const call of calls) console.log(`${name}:${call.line}: ${call.name}`);
		total.missing += calls.length;
		continue;
	}
	const facts = extractFacts(parsed, syntax.parse);
	parsed.delete();
	const ms = performance.now() - lexed;
	total.factsMs += performance.now() - parsedAt;
	if (ms > 500) slow.push({ file: name, ms: Math.round(ms), bytes: text.length });
	for (const call of findUnseenCalls(calls, facts, names)) {
		console.log(`${name}:${text.slice(0, call.offset).split("\n").length}: ${call.name} (not seen by the lexer)`);
		total.unseen++;
	}
	for (const call of findMissingCalls(calls, facts)) {
		console.log(`${name}:${call.line}: ${call.name}`);
		total.missing++;
	}
}
syntax.delete();
slow.sort((a, b) => b.ms - a.ms);
console.log(JSON.stringify({ ...total, slow: slow.slice(0, 20) }));
