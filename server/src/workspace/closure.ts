import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Need, Settings, SourceFile, Tree } from "../analysis/snapshot.ts";
import type { Hole, Report } from "../analysis/types.ts";
import type { Engine } from "./engine.ts";
import type { Search } from "./search.ts";
import { readSource } from "./sources.ts";

/** How often the core may ask for more; each round is one pass over the bytes of the tree. Linux 6.1 needs fewer than half of them. */
export const MAX_ROUNDS = 32;

/** One tree to check: where it lies, and what of it is seen. */
export interface TreeInput {
	/** Absolute. */
	readonly root: string;
	/** The C files of the tree, relative to the root, sorted. */
	readonly files: readonly string[];
	/** When false, only `files` exist as far as the core is told. */
	readonly wholeFolder: boolean;
	/** Texts that stand for files, by absolute path. */
	readonly overlay: ReadonlyMap<string, string>;
	readonly settings: Settings;
}

export interface TreeResult {
	readonly report: Report;
	/** Files that could not be turned into facts. */
	readonly holes: readonly Hole[];
	readonly filesParsed: number;
	readonly functions: number;
	readonly functionsWithHoles: number;
}

/**
 * Judges a tree: takes the facts of the files that can matter from the start, asks the core what else could, finds it by its bytes, and so
 * on until nothing new comes, or {@link MAX_ROUNDS} is reached, which is reported as a hole.
 */
export function closeOverNeeds(input: TreeInput, engine: Engine, search: Search): TreeResult {
	const loader = new FactsLoader(input, engine);
	const tree: Tree = { files: loader.files, has: makePresenceTest(input), text: makeTextReader(input) };
	const asked = new Set<string>();
	const holes: Hole[] = [];
	loader.load(search.findWords(input.root, input.files, engine.seeds));
	loader.load(input.files.filter((file) => input.overlay.has(join(input.root, file)) || input.settings.scope.includes(file)));
	let result = engine.analyse(tree, input.settings);
	for (let round = 1; ; round++) {
		const needs = result.needs.filter((need) => isNew(need, asked));
		if (needs.length === 0) break;
		if (round > MAX_ROUNDS) {
			holes.push({
				file: ".",
				line: 1,
				why: `gave up after ${MAX_ROUNDS} rounds of looking for more: ${needs.map(nameNeed).slice(0, 3).join(", ")}`,
			});
			break;
		}
		const rest = input.files.filter((file) => !loader.isKnown(file));
		if (!loader.load(search.findNeeds(input.root, rest, needs))) break;
		result = engine.analyse(tree, input.settings);
	}
	return { report: result.report, holes: [...holes, ...loader.holes], ...countFunctions(loader.files.values()) };
}

function isNew(need: Need, asked: Set<string>): boolean {
	const name = nameNeed(need);
	if (asked.has(name)) return false;
	asked.add(name);
	return true;
}

function nameNeed(need: Need): string {
	return `${need.need} ${need.need === "name" ? need.name : need.need === "tag" ? need.tag : need.field}`;
}

function countFunctions(files: Iterable<SourceFile>): { filesParsed: number; functions: number; functionsWithHoles: number } {
	let filesParsed = 0;
	let functions = 0;
	let functionsWithHoles = 0;
	for (const file of files) {
		filesParsed++;
		functions += file.facts.functions.length;
		for (const definition of file.facts.functions) if (!definition.clean) functionsWithHoles++;
	}
	return { filesParsed, functions, functionsWithHoles };
}

/** Keeps the facts of the files met so far. */
class FactsLoader {
	readonly files = new Map<string, SourceFile>();
	readonly holes: Hole[] = [];
	readonly #known = new Set<string>();
	readonly #input: TreeInput;
	readonly #engine: Engine;

	constructor(input: TreeInput, engine: Engine) {
		this.#input = input;
		this.#engine = engine;
	}

	isKnown(path: string): boolean {
		return this.#known.has(path);
	}

	/** Takes the facts of those files that are not known yet, in an order that does not depend on the search; returns whether any came. */
	load(paths: Iterable<string>): boolean {
		const added = [...paths].filter((path) => !this.#known.has(path)).sort();
		const before = this.files.size;
		for (const path of added) {
			this.#known.add(path);
			const text = this.#input.overlay.get(join(this.#input.root, path));
			const source = text === undefined ? readSource(join(this.#input.root, path)) : { ok: true as const, text };
			const result = source.ok ? this.#engine.extractFacts(source.text) : source;
			if (result.ok) this.files.set(path, { path, facts: result.facts });
			else this.holes.push({ file: path, line: 1, why: result.why });
		}
		return this.files.size > before;
	}
}

/** Returns the test that tells the core whether a path exists in the tree; a path that leaves the root does not. */
function makePresenceTest(input: TreeInput): (path: string) => boolean {
	const known = new Map<string, boolean>(input.files.map((file) => [file, true]));
	return (path) => {
		let present = known.get(path);
		if (present === undefined) {
			present = input.wholeFolder && !path.split("/").includes("..") && existsSync(join(input.root, path));
			known.set(path, present);
		}
		return present;
	};
}

/** Returns what gives the core the text of a file of the tree, parsed or not; `undefined` when it is not there or cannot be read. */
function makeTextReader(input: TreeInput): (path: string) => string | undefined {
	const has = makePresenceTest(input);
	const known = new Map<string, string | undefined>();
	return (path) => {
		if (known.has(path)) return known.get(path);
		const absolute = join(input.root, path);
		const source = has(path) ? readSource(absolute) : undefined;
		const text = input.overlay.get(absolute) ?? (source?.ok === true ? source.text : undefined);
		known.set(path, text);
		return text;
	};
}
