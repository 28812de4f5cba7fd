import type { FunctionDef } from "./definitions.ts";
import { MOST_UNASKED } from "./history.ts";
import type { KernelTable } from "./kernel-table.ts";
import type { Program } from "./program.ts";
import type { Record } from "./questions.ts";

interface Remembered<V> {
	readonly answer: V;
	readonly record: Record;
}

/** When there are so many more answers than after the last look, it is looked which of them are worth remembering. */
const MOST_IDLE = 200;

/**
 * Answers to one kind of question, each remembered as long as it holds, is asked for now and then, and what it is about is there. With each answer stays what it needs:
 * who is given a remembered answer needs the same as who asked first, even if that one asked quietly.
 */
export class Memo<K extends FunctionDef | string, V> {
	/** By what the kernel's functions do: that is not on record. */
	readonly #known = new WeakMap<KernelTable, Known<K, V>>();

	answer(program: Program, key: K, find: () => V): V {
		let known = this.#known.get(program.kernel);
		if (known === undefined) {
			known = new Known();
			this.#known.set(program.kernel, known);
		}
		const before = known.get(key);
		const found = before && program.holds(before.record) ? before : program.record(find);
		if (found !== before) known.set(program, key, found);
		program.takeOver(found.record);
		return found.answer;
	}
}

class Known<K extends FunctionDef | string, V> {
	readonly #answers = new Map<K, Remembered<V>>();
	#kept = 0;

	get(key: K): Remembered<V> | undefined {
		return this.#answers.get(key);
	}

	set(program: Program, key: K, found: Remembered<V>): void {
		this.#answers.set(key, found);
		if (this.#answers.size <= this.#kept + MOST_IDLE) return;
		for (const [known, { record }] of this.#answers)
			if (!program.hasHeld(record, MOST_UNASKED) || (typeof known !== "string" && !program.isThere(known))) this.#answers.delete(known);
		this.#kept = this.#answers.size;
	}
}
