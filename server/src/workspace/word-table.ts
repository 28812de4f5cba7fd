import type { ByteReader } from "./byte-reader.ts";

/** Finds words of a set in bytes, in one pass whose cost does not depend on how many words there are. */
export class WordTable {
	readonly #words: ReadonlySet<string>;
	/** 1 where a word of that hash is in the set. */
	readonly #hashes = new Uint8Array(1 << HASH_BITS);

	/** Words that are no identifiers are never found. */
	constructor(words: Iterable<string>) {
		this.#words = new Set(words);
		for (const word of this.#words) this.#hashes[hashOf(word)] = 1;
	}

	/** Calls `accept` with each word found and its offset, until it returns true; returns whether it did. */
	findFirst(bytes: ByteReader, accept: (word: string, start: number) => boolean): boolean {
		const { buffer, length } = bytes;
		const hashes = this.#hashes;
		let at = 0;
		while (at < length) {
			if (IS_WORD[buffer[at] as number] === 0) {
				at++;
				continue;
			}
			const start = at;
			let hash = 0;
			for (let byte = buffer[at] as number; at < length && IS_WORD[byte] === 1; byte = buffer[++at] as number) {
				hash = (Math.imul(hash, 31) + byte) | 0;
			}
			if (hashes[hash & HASH_MASK] === 0) continue;
			const word = buffer.toString("latin1", start, at);
			if (this.#words.has(word) && accept(word, start)) return true;
		}
		return false;
	}
}

const HASH_BITS = 16;
const HASH_MASK = (1 << HASH_BITS) - 1;

function hashOf(word: string): number {
	let hash = 0;
	for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0;
	return hash & HASH_MASK;
}

/** For each byte whether it can be part of a word. */
const IS_WORD: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => (/\w/.test(String.fromCharCode(byte)) ? 1 : 0));
