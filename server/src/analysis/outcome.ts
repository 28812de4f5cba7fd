/** What reports say of a judged use, as plain data, and whether what an earlier program found still holds. */

import type { Explained } from "../checker/explain.ts";
import type { Judged } from "../checker/judge.ts";
import { addKeys } from "../program/piece-index.ts";
import { lineIn } from "../program/places.ts";
import type { Program } from "../program/program.ts";
import type { Reached, Record } from "../program/questions.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import type { Saved, SavedOutcome, Tree, Unclear } from "./snapshot.ts";
import type { Hole, Use } from "./types.ts";

/** What came out about a use, without what only fixes look at. */
export interface Outcome extends Omit<Explained, "worst"> {
	readonly explored: Use["explored"];
	/** The functions that the threads of the use run through, by {@link nameOfRun}. */
	readonly runs: readonly string[];
}

/** A text by which the functions are known that threads run through. */
export function nameOfRun(file: string, fn: string): string {
	return `${file} ${fn}`;
}

function runsOf({ routes }: Judged): readonly string[] {
	const sites = routes.flatMap((route) => route.assembled.program.threads.flatMap(({ code }) => code.map(({ site }) => site)));
	return [...new Set(sites.map(({ file, function: fn }) => nameOfRun(file, fn)))];
}

/** Takes the plain data out of what came out about a use. */
export function outcomeOf(judged: Judged, { worst, ...told }: Explained): Outcome {
	const runs = runsOf(judged);
	const exploration = worst?.exploration;
	if (exploration === undefined) {
		const isKnown = told.verdict !== "unknown";
		return {
			...told,
			runs,
			explored: isKnown ? { result: "proved", states: 0 } : { result: "bounded", states: 0, bound: "the origin of the mm" },
		};
	}
	const { result, states } = exploration;
	return { ...told, runs, explored: result === "bounded" ? { result, states, bound: exploration.bound } : { result, states } };
}

/** Puts an outcome, of a use or of a function, down with what it depends on. */
export function saveOutcome(program: Program, record: Record, outcome: unknown): SavedOutcome {
	const words = new Set<number>();
	for (const [role, word] of program.wordsOf(record)) words.add(keyOf(Role[role], word));
	const byKey = new Map<string, Map<string, boolean>>();
	const asked = new Map<string, Reached>();
	for (const [key, reached] of program.reachedIn(record)) {
		asked.set(key, reached);
		byKey.set(key, new Map([...(byKey.get(key) ?? []), ...reached.names]));
	}
	const reached = [...asked].map(([key, { words: about, levels }]) => ({ key, words: about, levels, names: [...(byKey.get(key) ?? [])] }));
	return { words: [...words], reached, outcome, needs: [...record.needs.values()], unclear: unclearIn(program, [record]) };
}

/** What was not understood where the answers of some records were looked for. */
export function unclearIn(program: Program, records: Iterable<Record>): Unclear {
	const met = [...program.holesMet(records)];
	const lineOf = (file: string, line: number): number => lineIn(program.tree, file, line) + 1;
	return joinUnclear([
		{
			holes: met.flatMap(({ file, holes }) => holes.map(({ line, why }) => ({ file, line: lineOf(file, line), why }))),
			functions: met.flatMap(({ file, functions }) => functions.map(({ line }) => `${file}:${lineOf(file, line)}`)),
		},
	]);
}

/** All of some parts by file and line, each once. */
export function joinUnclear(parts: readonly Unclear[]): Unclear {
	const holes = new Map(parts.flatMap((part) => part.holes).map((hole) => [`${hole.file}\0${hole.line}\0${hole.why}`, hole]));
	const inOrder = (a: Hole, b: Hole): number =>
		a.file === b.file ? a.line - b.line || (a.why < b.why ? -1 : 1) : a.file < b.file ? -1 : 1;
	return { holes: [...holes.values()].sort(inOrder), functions: [...new Set(parts.flatMap((part) => part.functions))].sort() };
}

/** Says of outcomes that were saved whether they hold in a tree. */
export class SavedCheck {
	/** What is not as it was then; undefined when nothing of what was saved can hold. */
	readonly #touched: Touched | undefined;
	readonly #saved: Saved;
	readonly #program: Program;
	readonly #tree: Tree;
	/** Whether what was saved holds, where somebody has asked. */
	readonly #holds = new Map<SavedOutcome, boolean>();

	constructor(tree: Tree, saved: Saved, program: Program, basis: string) {
		this.#saved = saved;
		this.#program = program;
		this.#tree = tree;
		const touched = basis === saved.outcomes.basis ? touchedWords(tree, saved) : undefined;
		const isAboutMacros = touched && [...program.wordsOfMacros()].some(([role, word]) => touched.words.has(keyOf(Role[role], word)));
		this.#touched = isAboutMacros ? undefined : touched;
	}

	/** Whether nothing is different at all. */
	get isUnchanged(): boolean {
		return this.#touched?.words.size === 0 && this.#touched.moved.length === 0;
	}

	/** Whether a file is not as it was. */
	isChanged(path: string): boolean {
		return this.#tree.files.get(path)?.pieces !== this.#saved.files.get(path)?.pieces;
	}

	/** Whether these are all the uses that there were. */
	hasSameUses(ids: Iterable<string>): boolean {
		const then = new Set(Object.keys(this.#saved.outcomes.uses));
		let count = 0;
		for (const id of ids) {
			if (!then.has(id)) return false;
			count++;
		}
		return count === then.size;
	}

	/** What was saved of the use with that id, if it holds. */
	find(id: string): SavedOutcome | undefined {
		return this.#check(this.#saved.outcomes.uses[id]);
	}

	/** Whether something was saved of a function that takes or gives references. It need not hold. */
	hasOwner(name: string): boolean {
		return this.#touched !== undefined && this.#saved.outcomes.owners?.[name] !== undefined;
	}

	/** What was saved of a function that takes or gives references, if it holds. */
	findOwner(name: string): SavedOutcome | undefined {
		return this.#check(this.#saved.outcomes.owners?.[name]);
	}

	#check(saved: SavedOutcome | undefined): SavedOutcome | undefined {
		if (this.#touched === undefined || saved === undefined) return undefined;
		const holds = this.#holds.get(saved) ?? this.#wouldHold(saved, this.#touched);
		this.#holds.set(saved, holds);
		return holds ? saved : undefined;
	}

	#wouldHold(saved: SavedOutcome, touched: Touched): boolean {
		if (saved.words.some((word) => touched.words.has(word))) return false;
		if (touched.moved.length > 0) {
			const said = JSON.stringify([saved.outcome, saved.unclear.holes]);
			if (touched.moved.some((path) => said.includes(JSON.stringify(path)))) return false;
		}
		return (
			touched.words.size === 0 || saved.reached.every((told) => this.#program.wouldReach(told.key, { ...told, names: new Map(told.names) }))
		);
	}
}

interface Touched {
	/** Keys of all words in pieces that hold something else. */
	readonly words: ReadonlySet<number>;
	/** Files in which something stands elsewhere. */
	readonly moved: readonly string[];
}

/** Undefined where files came, went, or include something else: then names may mean something else everywhere. */
function touchedWords(tree: Tree, { files }: Saved): Touched | undefined {
	if (tree.files.size !== files.size) return undefined;
	const words = new Set<number>();
	const moved: string[] = [];
	for (const [path, { pieces }] of tree.files) {
		const before = files.get(path)?.pieces;
		if (before === pieces) continue;
		const changes = before && pieces.changesSince?.(before);
		if (changes === undefined || before?.postings === undefined || pieces.postings === undefined) return undefined;
		if (before.includes.map((include) => include.path).join("\n") !== pieces.includes.map((include) => include.path).join("\n"))
			return undefined;
		const { first, endThen, endNow, moved: isMoved } = changes;
		addKeys(words, before.postings, { has: (piece) => piece >= first && piece < endThen });
		addKeys(words, pieces.postings, { has: (piece) => piece >= first && piece < endNow });
		if (isMoved) moved.push(path);
	}
	return { words, moved };
}
