/** Which keys mean something else once a variable is written: those that it is part of. */

import type { Key } from "../model/program.ts";
import { dependsOn } from "./frame.ts";

const WORDS = /[\w#]+/g;
const NONE: readonly Key[] = [];

export class Dependents {
	readonly #byWord = new Map<string, Key[]>();
	readonly #known = new Map<Key, readonly Key[]>();

	constructor(keys: Iterable<Key>) {
		for (const key of keys)
			for (const word of new Set(key.match(WORDS))) {
				const known = this.#byWord.get(word);
				if (known) known.push(key);
				else this.#byWord.set(word, [key]);
			}
	}

	/** The keys that depend on `target` and are not it. */
	of(target: Key): readonly Key[] {
		let found = this.#known.get(target);
		if (!found) {
			/* every word of the target is a word of what depends on it: the rarest one leaves the fewest to look at */
			let candidates: readonly Key[] | undefined;
			for (const word of target.match(WORDS) ?? []) {
				const having = this.#byWord.get(word) ?? NONE;
				if (!candidates || having.length < candidates.length) candidates = having;
			}
			found = (candidates ?? NONE).filter((key) => key !== target && dependsOn(key, target));
			this.#known.set(target, found);
		}
		return found;
	}
}
