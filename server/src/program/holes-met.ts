import type { FileFacts, FunctionFacts, HoleFacts } from "../facts/types.ts";
import type { Only } from "./answers.ts";

/** What was not understood in one piece of a file. */
export interface HoleMet {
	readonly file: string;
	readonly holes: readonly HoleFacts[];
	readonly functions: readonly FunctionFacts[];
}

/** What could not be understood where the answers to questions were looked for, by question. */
export class HolesMet {
	readonly #met: Map<string, HoleMet[]>;

	/** @param before where answers that are taken over were looked for; one that is found anew is entered anew */
	constructor(before?: HolesMet) {
		this.#met = new Map(before ? before.#met : undefined);
	}

	/** Says that a question is asked anew. @param only of these files; of all when absent */
	clear(question: string, only: Only): void {
		const left = this.#met.get(question)?.filter(({ file }) => only !== undefined && !only.has(file)) ?? [];
		if (left.length > 0) this.#met.set(question, left);
		else this.#met.delete(question);
	}

	/** Says that facts were looked at for a question. `left`: what of them was not expanded. */
	add(question: string, file: string, facts: FileFacts, left: readonly HoleFacts[] = []): void {
		const functions = facts.functions.filter(({ clean }) => !clean);
		if (facts.holes.length + left.length === 0 && functions.length === 0) return;
		const met = { file, holes: left.length === 0 ? facts.holes : [...facts.holes, ...left], functions };
		const known = this.#met.get(question);
		if (known) known.push(met);
		else this.#met.set(question, [met]);
	}

	get isEmpty(): boolean {
		return this.#met.size === 0;
	}

	at(question: string): readonly HoleMet[] {
		return this.#met.get(question) ?? [];
	}
}
