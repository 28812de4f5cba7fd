/** Answers by question, taken over from an earlier program but for the files that differ and have a word of the question. */

import type { Pieces, WordRole } from "../facts/index.ts";

type Words = readonly (readonly [WordRole, string])[];

/** A file that differs: its pieces as they are, or as they were. */
export interface Change {
	readonly path: string;
	readonly pieces: Pieces;
}

/** The files that are asked about; all when absent. */
export type Only = ReadonlySet<string> | undefined;

/** With more differences than this, looking for the words in each takes longer than finding the answer. */
const MOST = 16;

/** Each answer lists what stands in some files, in the order of files. */
export class Answers<T extends { readonly file: string }> {
	readonly #own = new Map<string, readonly T[]>();
	readonly #before: ReadonlyMap<string, readonly T[]>;
	readonly #changes: readonly Change[];
	readonly #rankOf: (path: string) => number;
	/** Files that differ and may hold something of every answer. */
	readonly #always: ReadonlySet<string>;

	/**
	 * @param changes files that differ, as they are and as they were then
	 * @param always words that may hide any other: what differs and has one of them is looked at for every question
	 */
	constructor(before: Answers<T> | undefined, changes: readonly Change[], rankOf: (path: string) => number, always: Words = []) {
		this.#before = before && changes.length <= MOST ? before.#own : new Map();
		this.#changes = changes;
		this.#rankOf = rankOf;
		this.#always = new Set(this.#before.size > 0 ? pathsWith(changes, always) : []);
	}

	/**
	 * The same list for the same question.
	 * @param words without which a piece holds nothing of the answer
	 */
	get(question: string, words: () => Words, find: (only: Only) => Iterable<T>): readonly T[] {
		let answer = this.#own.get(question);
		if (answer === undefined) {
			const then = this.#before.get(question);
			const touched = then && new Set([...this.#always, ...pathsWith(this.#changes, words())]);
			answer = then && touched ? this.#renew(then, touched, find) : [...find(undefined)];
			this.#own.set(question, answer);
		}
		return answer;
	}

	#renew(then: readonly T[], touched: ReadonlySet<string>, find: (only: Only) => Iterable<T>): readonly T[] {
		if (touched.size === 0) return then;
		const kept = then.filter(({ file }) => !touched.has(file));
		return [...kept, ...find(touched)].sort((a, b) => this.#rankOf(a.file) - this.#rankOf(b.file));
	}
}

/** The files that differ and have one of some words. */
function pathsWith(changes: readonly Change[], words: Words): readonly string[] {
	return changes.filter(({ pieces }) => words.some(([role, word]) => pieces.find(role, word).length > 0)).map(({ path }) => path);
}
