import { endianness } from "node:os";
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
 * Finds words in one pass that looks at samples of four bytes. When one is taken every `step` bytes, each word of `step + 3` bytes holds one
 * that begins in its own first `step` bytes, wherever it stands. What it costs hardly depends on how many words there are.
 */
class SampleTable {
	readonly #words: ReadonlySet<string>;
	readonly #step: 1 | 2 | 4;
	/** How many bytes of a sample count; fewer than four only where one is taken at each byte. */
	readonly #size: number;
	/** 1 where a sample of that hash is one of a word's. */
	readonly #samples = new Uint8Array(1 << 16);

	constructor(words: readonly string[]) {
		this.#words = new Set(words);
		const shortest = Math.min(...words.map((word) => word.length));
		this.#step = !IS_LITTLE_ENDIAN || shortest < 5 ? 1 : shortest < 7 ? 2 : 4;
		this.#size = Math.min(shortest, 4);
		for (const word of words) {
			for (let at = 0; at < this.#step; at++) {
				let sample = 0;
				for (let index = 0; index < this.#size; index++) sample |= word.charCodeAt(at + index) << (8 * index);
				this.#samples[hashOf(sample)] = 1;
			}
		}
	}

	findFirst(bytes: ByteReader, accept: Accept): boolean {
		/** Up to where words were looked at. */
		let done = 0;
		const accepts = (offset: number): boolean => {
			const at = Math.max(offset, 0);
			if (at < done || at >= bytes.length) return false;
			const start = bytes.wordStart(at);
			done = bytes.wordEnd(at);
			const word = bytes.buffer.toString("latin1", start, done);
			return this.#words.has(word) && accept(word, start);
		};
		if (this.#step === 4) return this.#everyFourth(bytes, accepts);
		return this.#step === 2 ? this.#everySecond(bytes, accepts) : this.#every(bytes, accepts);
	}

	// Three loops that differ in little: with the step as a variable they would take twice as long.

	#everyFourth(bytes: ByteReader, accepts: (offset: number) => boolean): boolean {
		const units = new Int32Array(bytes.buffer.buffer, 0, (bytes.length + 3) >> 2);
		const samples = this.#samples;
		for (let index = 0; index < units.length; index++) {
			if (samples[hashOf(units[index] as number)] === 1 && accepts(index * 4)) return true;
		}
		return false;
	}

	#everySecond(bytes: ByteReader, accepts: (offset: number) => boolean): boolean {
		// One more than the file's, for the sample that begins in its last one.
		const units = new Int32Array(bytes.buffer.buffer, 0, ((bytes.length + 3) >> 2) + 1);
		const samples = this.#samples;
		let unit = units[0] as number;
		for (let index = 1; index < units.length; index++) {
			const next = units[index] as number;
			if (samples[hashOf(unit)] === 1 && accepts(index * 4 - 4)) return true;
			if (samples[hashOf((unit >>> 16) | (next << 16))] === 1 && accepts(index * 4 - 2)) return true;
			unit = next;
		}
		return false;
	}

	#every(bytes: ByteReader, accepts: (offset: number) => boolean): boolean {
		const { buffer, length } = bytes;
		const samples = this.#samples;
		const size = this.#size;
		const rest = 32 - 8 * size;
		let sample = 0;
		for (let index = 0; index < length; index++) {
			sample = (sample >>> 8) | ((buffer[index] as number) << 24);
			if (samples[hashOf(sample >>> rest)] === 1 && accepts(index + 1 - size)) return true;
		}
		return false;
	}
}

/** Several bytes are read as one number, the first as the lowest. */
const IS_LITTLE_ENDIAN = endianness() === "LE";

function hashOf(sample: number): number {
	// The number is odd and without a pattern in its bits. Written here, since a load of it would take longer than the rest.
	return Math.imul(sample, 0x9e3779b1) >>> 16;
}
