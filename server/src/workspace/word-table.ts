import type { ByteReader } from "./byte-reader.ts";

/** Called with each word found and where it starts; true ends the search. */
type Accept = (word: string, start: number) => boolean;

/** Words this short are looked for one by one, unless they are many. */
const SHORT = 4;
const FEW_SHORT = 4;

/** Finds words of a set in bytes. */
export class WordTable {
	readonly #passes: readonly ((bytes: ByteReader, accept: Accept) => boolean)[];

	/** Words that are no identifiers are never found. */
	constructor(words: Iterable<string>) {
		const all = [...new Set(words)].filter((word) => /^\w+$/.test(word));
		const short = all.filter((word) => word.length <= SHORT);
		const long = all.filter((word) => word.length > SHORT);
		const tables = [long, short.length > FEW_SHORT ? short : []].filter((some) => some.length > 0).map((some) => new SampleTable(some));
		this.#passes = [
			...(short.length > FEW_SHORT ? [] : short.map(findOne)),
			...tables.map((table) => (bytes: ByteReader, accept: Accept) => table.findFirst(bytes, accept)),
		];
	}

	/** Calls `accept` with each word found, in no certain order, until it returns true; returns whether it did. */
	findFirst(bytes: ByteReader, accept: Accept): boolean {
		return this.#passes.some((pass) => pass(bytes, accept));
	}
}

function findOne(word: string): (bytes: ByteReader, accept: Accept) => boolean {
	const wanted = Buffer.from(word, "latin1");
	return (bytes, accept) => {
		const text = bytes.buffer.subarray(0, bytes.length);
		for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
			const whole = bytes.wordStart(at) === at && bytes.wordEnd(at) === at + word.length;
			if (whole && accept(word, at)) return true;
		}
		return false;
	};
}

/**
 * Finds words in one pass that looks at samples of a few bytes. When every `step` bytes one sample of four is taken, each word of
 * `step + 3` bytes holds one of its own first `step` samples wherever it stands. What it costs hardly depends on how many words there are.
 */
class SampleTable {
	readonly #words: ReadonlySet<string>;
	readonly #step: 1 | 2 | 4;
	/** Which of the four bytes count: words may be shorter. */
	readonly #mask: number;
	/** 1 where a sample of that hash is one of a word's. */
	readonly #samples = new Uint8Array(1 << HASH_BITS);

	constructor(words: readonly string[]) {
		this.#words = new Set(words);
		const shortest = Math.min(...words.map((word) => word.length));
		this.#step = shortest >= 7 ? 4 : shortest >= 5 ? 2 : 1;
		this.#mask = shortest >= 4 ? -1 : (1 << (8 * shortest)) - 1;
		for (const word of words) {
			const bytes = Buffer.alloc(word.length + 4);
			bytes.write(word, "latin1");
			for (let at = 0; at < this.#step; at++) this.#samples[hashOf(bytes.readInt32LE(at) & this.#mask)] = 1;
		}
	}

	findFirst(bytes: ByteReader, accept: Accept): boolean {
		const { buffer, length } = bytes;
		const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
		const samples = this.#samples;
		const step = this.#step;
		const mask = this.#mask;
		/** Up to where words were looked at. */
		let done = 0;
		for (let at = 0; at < length; at += step) {
			if (samples[hashOf(view.getInt32(at, true) & mask)] === 0 || at < done) continue;
			const start = bytes.wordStart(at);
			done = bytes.wordEnd(at);
			const word = buffer.toString("latin1", start, done);
			if (this.#words.has(word) && accept(word, start)) return true;
		}
		return false;
	}
}

const HASH_BITS = 16;

/** Odd, and without a pattern in its bits. */
const FACTOR = 0x9e3779b1;

function hashOf(sample: number): number {
	return Math.imul(sample, FACTOR) >>> (32 - HASH_BITS);
}
