/**
 * How much of a Linux tree the dialect pass makes clean: for the files that speak of an mm, functions whose syntax tree holds no error,
 * before and after the pass, and what is left.
 *
 *   npm run bench:dialect -- LINUX_TREE [--all] [--outside] [--lines N]
 *
 * `--all`: every C file of the tree; `--outside`: also name errors that stand in no function.
 *
 * A function counts once for each text that it is parsed in (both arms of an `#if` that cuts through it). One whose body a token scan
 * finds at file level but which the tree does not have as a function counts as not clean.
 */

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { Context, Place } from "../server/src/syntax/context.ts";
import { loadSyntax, type Node, type Tree } from "../server/src/syntax/index.ts";
import { Kind, lex } from "../server/src/syntax/lexer.ts";

const SPEAKS_OF_MM = /\bmm(get|put|grab|drop)|get_task_mm|mm_access|use_mm|mmu_notifier/;

interface Counted {
	all: number;
	clean: number;
	/** Offset of the body of each function in the tree. */
	bodies: Set<number>;
	/** From first to past last character of each function in the tree. */
	spans: [number, number][];
	/** Offset and reason of each function that is not clean. */
	left: { at: number; why: string }[];
}

function* listFiles(folder: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const path = join(folder, entry.name);
		if (entry.isDirectory()) {
			if (entry.name !== ".git") yield* listFiles(path);
		} else if (entry.isFile() && /\.[ch]$/.test(entry.name)) yield path;
	}
}

/** First ERROR or MISSING node below a node. */
function findError(node: Node): Node {
	for (let at = node; ; ) {
		const next = at.children.find((child) => child?.hasError === true);
		if (next === undefined || next === null) return at;
		if (next.isError || next.isMissing) return next;
		at = next;
	}
}

function placeOf(context: Context): number {
	return context.place;
}

/** Offsets of the `{` of function bodies at file level, as tokens show them. */
function scanBodies(text: string): number[] {
	const tokens = lex(text);
	const context = new Context();
	const bodies: number[] = [];
	for (let i = 0; i < tokens.count; i++) {
		const outside: boolean = context.place === Place.file;
		const depth = context.depth;
		const start = tokens.start[i] ?? 0;
		context.feed(tokens.kind[i] ?? 0, tokens.what[i] ?? 0, (tokens.end[i] ?? 0) - start);
		const closes = tokens.kind[i - 1] === Kind.punct && tokens.what[i - 1] === 41;
		const opens = text[start] === "{" && context.depth > depth;
		if (outside && closes && opens && placeOf(context) === Place.block) bodies.push(start);
	}
	return bodies;
}

/** Counts the functions of a tree; `text` is what was parsed, its first character at `base`. */
function count(tree: Tree, text: string, base: number): Counted {
	const counted: Counted = { all: 0, clean: 0, bodies: new Set(), spans: [], left: [] };
	for (const node of tree.rootNode.descendantsOfType("function_definition")) {
		if (node === null) continue;
		counted.all++;
		counted.bodies.add(node.childForFieldName("body")?.startIndex ?? -1);
		counted.spans.push([node.startIndex, node.endIndex]);
		if (node.hasError) {
			const error = findError(node);
			counted.left.push({ at: error.startIndex, why: error.isMissing ? `missing ${error.type}` : "error" });
		} else counted.clean++;
	}
	for (const body of scanBodies(text)) {
		if (counted.bodies.has(base + body)) continue;
		counted.all++;
		counted.left.push({ at: base + body, why: "function lost" });
	}
	return counted;
}

function showLine(text: string, at: number): { line: number; shown: string } {
	const before = text.slice(0, at);
	const lineStart = before.lastIndexOf("\n") + 1;
	const end = text.indexOf("\n", at);
	return {
		line: before.split("\n").length,
		shown: text
			.slice(lineStart, end < 0 ? text.length : end)
			.trim()
			.slice(0, 110),
	};
}

const args = process.argv.slice(2);
const root = args.find((arg) => !arg.startsWith("-") && !/^\d+$/.test(arg));
if (root === undefined) {
	process.stderr.write("usage: bench:dialect LINUX_TREE [--all] [--outside] [--lines N]\n");
	process.exit(2);
}
const everything = args.includes("--all");
const outside = args.includes("--outside");
const limit = args.includes("--lines") ? Number(args[args.indexOf("--lines") + 1]) : 60;
const require = createRequire(join(process.cwd(), "package.json"));
const syntax = await loadSyntax({
	runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
	grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")),
});
const total = { files: 0, bytes: 0, all: 0, clean: 0, rawAll: 0, rawClean: 0, milliseconds: 0, missed: 0, inner: 0, dirtyFiles: 0 };
const left: string[] = [];
for (const path of [...listFiles(root)].sort()) {
	const bytes = readFileSync(path);
	const text = bytes.toString("latin1");
	if (!everything && !SPEAKS_OF_MM.test(text)) continue;
	const name = relative(root, path);
	total.files++;
	total.bytes += bytes.length;
	const began = performance.now();
	const parsed = syntax.parse(text);
	total.milliseconds += performance.now() - began;
	if ("failure" in parsed) {
		left.push(`${name}: ${parsed.failure}: ${parsed.why}`);
		continue;
	}
	const counted = [count(parsed.tree, parsed.normalised, 0), ...parsed.alternates.map(({ tree, text, start }) => count(tree, text, start))];
	const bodies = new Set(counted.flatMap((one) => [...one.bodies]));
	const spans = counted.flatMap((one) => one.spans);
	if (parsed.tree.rootNode.hasError) {
		total.dirtyFiles++;
		if (outside && !counted.some((one) => one.left.length > 0)) {
			const error = findError(parsed.tree.rootNode);
			const { line, shown } = showLine(text, error.startIndex);
			left.push(`${name}:${line}: outside functions: ${shown}`);
		}
	}
	for (const one of counted) {
		total.all += one.all;
		total.clean += one.clean;
		for (const { at, why } of one.left) {
			const { line, shown } = showLine(text, at);
			left.push(`${name}:${line}: ${why}: ${shown}`);
		}
	}
	const raw = everything ? undefined : syntax.parseRaw(text);
	if (raw !== undefined && !("failure" in raw)) {
		for (const node of raw.rootNode.descendantsOfType("function_definition")) {
			if (node === null) continue;
			total.rawAll++;
			if (!node.hasError) total.rawClean++;
			const body = node.childForFieldName("body")?.startIndex ?? -1;
			if (bodies.has(body)) continue;
			if (spans.some(([from, to]) => from < body && body < to)) total.inner++;
			else {
				total.missed++;
				const { line, shown } = showLine(text, node.startIndex);
				left.push(`${name}:${line}: a function to the grammar alone only: ${shown}`);
			}
		}
		raw.delete();
	}
	parsed.delete();
}
const share = (clean: number, all: number) => `${clean} / ${all} = ${all === 0 ? "-" : ((100 * clean) / all).toFixed(2)} %`;
process.stdout.write(`files: ${total.files}, ${(total.bytes / 1e6).toFixed(1)} MB; with an error anywhere: ${total.dirtyFiles}\n`);
if (!everything) process.stdout.write(`functions clean, grammar alone: ${share(total.rawClean, total.rawAll)}\n`);
process.stdout.write(`functions clean, with the pass:  ${share(total.clean, total.all)}\n`);
if (!everything) {
	process.stdout.write(`functions to the grammar alone that are statements inside a function: ${total.inner}\n`);
	process.stdout.write(`functions to the grammar alone that the pass does not give: ${total.missed}\n`);
}
process.stdout.write(
	`pass and parse: ${total.milliseconds.toFixed(0)} ms, ${(total.milliseconds / (total.bytes / 1e6)).toFixed(0)} ms/MB\n`,
);
for (const line of left.slice(0, limit)) process.stdout.write(`  ${line}\n`);
if (left.length > limit) process.stdout.write(`  … and ${left.length - limit} more\n`);
