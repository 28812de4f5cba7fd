/** Counts how much of a Linux tree the dialect pass makes clean. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { Context, Place } from "../server/src/syntax/context.ts";
import type { Node, Syntax, Tree } from "../server/src/syntax/index.ts";
import { Kind, lex } from "../server/src/syntax/lexer.ts";

const SPEAKS_OF_MM = /\bmm(get|put|grab|drop)|get_task_mm|mm_access|use_mm|mmu_notifier/;

/** What the functions of one text come to. */
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

/** What is counted of a tree; functions and files as numbers of them. */
export interface DialectCount {
	files: number;
	bytes: number;
	/** Functions that the dialect pass gives, and those of them without an error. */
	all: number;
	clean: number;
	/** The same for the grammar alone; 0 with `everything`. */
	rawAll: number;
	rawClean: number;
	/** What the dialect pass and the parser took. */
	milliseconds: number;
	/** Functions to the grammar alone that the pass does not give, and those that are statements inside a function. */
	missed: number;
	inner: number;
	/** Files with an error anywhere. */
	dirtyFiles: number;
	/** `file:line: why: text` of each function that is not clean or missed. */
	left: string[];
}

/** `everything`: all C files, not only those that speak of an mm. `outside`: also name errors that stand in no function. */
export interface CountOptions {
	readonly everything?: boolean;
	readonly outside?: boolean;
}

/** Parses the C files under a folder and counts their functions. Throws when a file cannot be read. */
export function countDialect(root: string, syntax: Syntax, { everything = false, outside = false }: CountOptions = {}): DialectCount {
	const total: DialectCount = {
		files: 0,
		bytes: 0,
		all: 0,
		clean: 0,
		rawAll: 0,
		rawClean: 0,
		milliseconds: 0,
		missed: 0,
		inner: 0,
		dirtyFiles: 0,
		left: [],
	};

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
			total.left.push(`${name}: ${parsed.failure}: ${parsed.why}`);
			continue;
		}
		const counted = [
			count(parsed.tree, parsed.normalised, 0),
			...parsed.alternates.map(({ tree, text, start }) => count(tree, text, start)),
		];
		const bodies = new Set(counted.flatMap((one) => [...one.bodies]));
		const spans = counted.flatMap((one) => one.spans);
		if (parsed.tree.rootNode.hasError) {
			total.dirtyFiles++;
			if (outside && !counted.some((one) => one.left.length > 0)) {
				const error = findError(parsed.tree.rootNode);
				const { line, shown } = showLine(text, error.startIndex);
				total.left.push(`${name}:${line}: outside functions: ${shown}`);
			}
		}
		for (const one of counted) {
			total.all += one.all;
			total.clean += one.clean;
			for (const { at, why } of one.left) {
				const { line, shown } = showLine(text, at);
				total.left.push(`${name}:${line}: ${why}: ${shown}`);
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
					total.left.push(`${name}:${line}: a function to the grammar alone only: ${shown}`);
				}
			}
			raw.delete();
		}
		parsed.delete();
	}
	return total;
}
