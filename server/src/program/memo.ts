import type { KernelTable } from "./kernel-table.ts";
import type { Program } from "./program.ts";
import type { Record } from "./questions.ts";

interface Remembered<V> {
	readonly answer: V;
	readonly record: Record;
}

/** Answers that are remembered though the last programs have not asked for them. */
const MOST_IDLE = 2_000;

/**
 * Answers to one kind of question, remembered as long as the program lives, and taken over by the next where they hold. With each answer
 * stays what it needs: who is given a remembered answer needs the same as who asked first, even if that one asked quietly.
 */
export class Memo<K, V> {
	readonly #programs = new WeakMap<Program, Map<K, Remembered<V>>>();
	/** Of the program that asked last. */
	#latest: ReadonlyMap<K, Remembered<V>> = new Map();
	/** Of those before it, unless the kernel's functions did other things then: that is not on record. */
	#before: Map<K, Remembered<V>> = new Map();
	#kernel: KernelTable | undefined;

	answer(program: Program, key: K, find: () => V): V {
		let known = this.#programs.get(program);
		if (!known) {
			known = new Map();
			this.#programs.set(program, known);
			if (this.#kernel !== program.kernel) this.#before = new Map();
			else this.#keep();
			this.#latest = known;
			this.#kernel = program.kernel;
		}
		let found = known.get(key);
		if (!found) {
			const before = this.#latest === known ? this.#before.get(key) : undefined;
			found = before && program.holds(before.record) ? before : program.record(find);
			known.set(key, found);
		}
		program.takeOver(found.record);
		return found.answer;
	}

	/** What was asked last is remembered for long; much that was asked before only, and not again, is forgotten. */
	#keep(): void {
		if (this.#before.size > 2 * this.#latest.size + MOST_IDLE) this.#before = new Map();
		for (const [key, found] of this.#latest) this.#before.set(key, found);
	}
}
