import type { Program } from "./program.ts";
import type { Record } from "./questions.ts";

interface Remembered<V> {
	readonly answer: V;
	readonly record: Record;
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
			found = program.record(find);
			known.set(key, found);
		}
		program.takeOver(found.record);
		return found.answer;
	}
}
