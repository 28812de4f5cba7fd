/** What reports say of a judged use, as plain data, and whether what an earlier program found still holds. */

import type { Explained } from "../checker/explain.ts";
import type { Program } from "../program/program.ts";
import type { Reached, Record } from "../program/questions.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import type { Saved, SavedOutcome, Tree, Unclear } from "./snapshot.ts";
import type { Hole, Use } from "./types.ts";

/** What came out about a use, without what only fixes look at. */
export interface Outcome extends Omit<Explained, "worst"> {
	readonly explored: Use["explored"];
}

/** Takes the plain data out of what was explained. */
export function outcomeOf({ worst, ...told }: Explained): Outcome {
	const exploration = worst?.exploration;
	if (exploration === undefined) {
		const isKnown = told.verdict !== "unknown";
		return {
			...told,
			explored: isKnown ? { result: "proved", states: 0 } : { result: "bounded", states: 0, bound: "the origin of the mm" },
		};
	}
	const { result, states } = exploration;
	return { ...told, explored: result === "bounded" ? { result, states, bound: exploration.bound } : { result, states } };
}

/** Puts an outcome down with what it depends on. */
export function saveOutcome(program: Program, record: Record, outcome: Outcome): SavedOutcome {
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
	const met = program.holesMet(records);
	return {
		holes: met.flatMap(({ file, holes }) => holes.map(({ line, why }) => ({ file, line: line + 1, why }))),
		functions: met.flatMap(({ file, functions }) => functions.map(({ line }) => `${file}:${line + 1}`)),
	};
}

/** All of some parts by file and line, each once. */
export function joinUnclear(parts: readonly Unclear[]): Unclear {
	const holes = new Map(parts.flatMap((part) => part.holes).map((hole) => [`${hole.file}\0${hole.line}\0${hole.why}`, hole]));
	const inOrder = (a: Hole, b: Hole): number => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1);
	return { holes: [...holes.values()].sort(inOrder), functions: [...new Set(parts.flatMap((part) => part.functions))] };
}

/** Says of outcomes that were saved whether they hold in a tree. */
export class SavedCheck {
	/** Keys of all words in files that are not as they were then; undefined when nothing of what was saved can hold. */
	readonly #touched: ReadonlySet<number> | undefined;
	readonly #saved: Saved;
	readonly #program: Program;

	constructor(tree: Tree, saved: Saved, program: Program, basis: string) {
		this.#saved = saved;
		this.#program = program;
		const touched = basis === saved.outcomes.basis ? touchedWords(tree, saved) : undefined;
		const isAboutMacros = touched && [...program.wordsOfMacros()].some(([role, word]) => touched.has(keyOf(Role[role], word)));
		this.#touched = isAboutMacros ? undefined : touched;
	}

	/** What was saved of the use with that id, if it holds. */
	find(id: string): SavedOutcome | undefined {
		const touched = this.#touched;
		const saved = this.#saved.outcomes.uses[id];
		if (touched === undefined || saved === undefined || saved.words.some((word) => touched.has(word))) return undefined;
		if (touched.size === 0) return saved;
		const isAsTold = saved.reached.every((told) => this.#program.wouldReach(told.key, { ...told, names: new Map(told.names) }));
		return isAsTold ? saved : undefined;
	}
}

/** Undefined where files came, went, or include something else: then names may mean something else everywhere. */
function touchedWords(tree: Tree, { files }: Saved): ReadonlySet<number> | undefined {
	if (tree.files.size !== files.size) return undefined;
	const touched = new Set<number>();
	for (const [path, { pieces }] of tree.files) {
		const before = files.get(path)?.pieces;
		if (before === pieces) continue;
		if (before?.postings === undefined || pieces.postings === undefined) return undefined;
		if (before.includes.map((include) => include.path).join("\n") !== pieces.includes.map((include) => include.path).join("\n"))
			return undefined;
		for (const key of before.postings.keys) touched.add(key);
		for (const key of pieces.postings.keys) touched.add(key);
	}
	return touched;
}
