/** What has changed from program to program, for whoever has found something out some programs ago. */

import type { Pieces, WordPostings } from "../facts/index.ts";

/** A file that differs: its pieces as they are, or as they were. */
export interface Change {
	readonly path: string;
	readonly pieces: Pieces;
}

/** The words of a file that differs, as they are or were; unknown where it does not tell them. The pieces themselves are let go. */
export interface ChangedWords {
	readonly path: string;
	readonly postings: WordPostings | undefined;
}

/** From one program to the next. */
export interface Step {
	readonly changes: readonly ChangedWords[];
	/** Whether words lead to others as before. */
	leadsAsBefore: boolean;
}

/** A program in a line of programs, each made of nearly the same files as the one before it. */
export interface Stamp {
	readonly history: History;
	readonly version: number;
}

/** So many programs back is looked; longer ago everything may have changed. */
const MOST_STEPS = 24;
/** With more differences than this, looking for words in each takes longer than finding out anew. */
const MOST_CHANGES = 16;

export class History {
	readonly #steps: (Step | undefined)[] = [];
	/** By key, the last version in which a word was touched. */
	readonly #touched = new Map<number, number>();
	/** The last version of which words do not tell what is different; as long as nobody has said, the last of all. */
	#blind = 0;
	#blindBefore = 0;

	/** The first program of a line, or the next one behind another. */
	static next(before: Stamp | undefined, changes: readonly Change[]): Stamp {
		if (before === undefined || before.version !== before.history.#steps.length) return { history: new History(), version: 0 };
		return before.history.#add(changes);
	}

	#add(changes: readonly Change[]): Stamp {
		const words = changes.map(({ path, pieces }) => ({ path, postings: pieces.postings }));
		this.#steps.push(changes.length > MOST_CHANGES ? undefined : { changes: words, leadsAsBefore: false });
		const last = this.#steps.length - MOST_STEPS;
		if (last >= 0) this.#steps[last] = undefined;
		this.#blindBefore = this.#blind;
		this.#blind = this.#steps.length;
		return { history: this, version: this.#steps.length };
	}

	/** What has changed from one version to a later one; undefined when that is too much, or too long ago. */
	between(then: number, now: number): readonly Step[] | undefined {
		if (then > now || now - then >= MOST_STEPS) return undefined;
		const steps = this.#steps.slice(then, now);
		return steps.every((step) => step !== undefined) ? steps : undefined;
	}

	/**
	 * Says which words something has to do with that is different in the last program, by their keys; undefined when more than words may tell
	 * it apart from the one before.
	 */
	touch(keys: Iterable<number> | undefined): void {
		const version = this.#steps.length;
		if (keys === undefined) return;
		for (const key of keys) this.#touched.set(key, version);
		this.#blind = this.#blindBefore;
	}

	/** Whether something has to do with one of some words that is different since a version. */
	isTouched(keys: readonly number[], then: number): boolean {
		return this.#blind > then || keys.some((key) => (this.#touched.get(key) ?? 0) > then);
	}

	/** The step to a version. */
	stepTo(version: number): Step | undefined {
		return this.#steps[version - 1];
	}
}
