/** Answers by question, taken over from an earlier program where no file that differs has a word of the question. */

import type { Pieces, WordRole } from "../facts/index.ts";

type Words = readonly (readonly [WordRole, string])[];

/** With more differences than this, looking for the words in each takes longer than finding the answer. */
const MOST = 16;

export class Answers<T> {
	readonly #own = new Map<string, readonly T[]>();
	readonly #before: ReadonlyMap<string, readonly T[]>;
	readonly #changes: readonly Pieces[];

	/** @param changes files that differ, as they are and as they were then */
	constructor(before: Answers<T> | undefined, changes: readonly Pieces[]) {
		this.#before = before && changes.length <= MOST ? before.#own : new Map();
		this.#changes = changes;
	}

	/** The same list for the same question. @param words without which a piece cannot change the answer */
	get(question: string, words: () => Words, find: () => Iterable<T>): readonly T[] {
		let answer = this.#own.get(question);
		if (answer === undefined) {
			const then = this.#before.get(question);
			answer = then !== undefined && !this.#isTouched(words()) ? then : [...find()];
			this.#own.set(question, answer);
		}
		return answer;
	}

	#isTouched(words: Words): boolean {
		return this.#changes.some((pieces) => words.some(([role, word]) => pieces.find(role, word).length > 0));
	}
}
