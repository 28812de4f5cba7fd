import type { Need } from "../analysis/snapshot.ts";
import type { Program } from "./program.ts";

interface Remembered<V> {
	readonly answer: V;
	readonly needs: readonly Need[];
}

/**
 * Answers to one kind of question, remembered as long as the program lives. With each answer stays what it needs: who is given a remembered
 * answer needs the same as who asked first, even if that one asked quietly.
 */
export class Memo<K, V> {
	readonly #programs = new WeakMap<Program, Map<K, Remembered<V>>>();

	answer(program: Program, key: K, find: () => V): V {
		let known = this.#programs.get(program);
		if (!known) {
			known = new Map();
			this.#programs.set(program, known);
		}
		let found = known.get(key);
		if (!found) {
			found = program.collectNeeds(find);
			known.set(key, found);
		}
		for (const need of found.needs) program.need(need);
		return found.answer;
	}
}
