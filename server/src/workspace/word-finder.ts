import type { ByteReader } from "./byte-reader.ts";
import { commonPart, literalsOf } from "./word-literals.ts";

/** Finds whole words that match one of several regular expressions, as {@link literalsOf} takes them. */
export class WordFinder {
	/** Texts of which each file that holds a word holds one; `undefined` when there are none that are worth looking for. */
	readonly literals: readonly string[] | undefined;
	readonly #word: RegExp;
	readonly #anywhere: RegExp;
	/** Part of each such word. */
	readonly #part: Buffer | undefined;

	constructor(words: readonly string[]) {
		const either = words.join("|");
		this.#word = new RegExp(`^(?:${either})$`);
		this.#anywhere = new RegExp(`\\b(?:${either})\\b`);
		const literals = words.map(literalsOf);
		this.literals = literals.every((some) => some !== undefined) ? literals.flat() : undefined;
		const part = commonPart(this.literals ?? []);
		if (part.length >= 2) this.#part = Buffer.from(part, "latin1");
	}

	/** Says whether one of the words is in the file. */
	isIn(bytes: ByteReader): boolean {
		const part = this.#part;
		if (part === undefined) return this.#anywhere.test(bytes.latin1());
		const text = bytes.buffer.subarray(0, bytes.length);
		let end = 0;
		for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, end)) {
			end = bytes.wordEnd(at);
			if (this.#word.test(text.toString("latin1", bytes.wordStart(at), end))) return true;
		}
		return false;
	}
}
