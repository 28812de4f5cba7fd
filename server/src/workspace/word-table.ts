import { endianness } from "node:os";
import { type ByteReader, IS_WORD } from "./byte-reader.ts";

/** Called with each word found and where it starts; true ends the search. */
type Accept = (word: string, start: number) => boolean;

/** Calls `accept` with words until it returns true; returns whether it did. */
type Pass = (bytes: ByteReader, accept: Accept) => boolean;

/** Words this short are looked for one by one. */
const SHORT = 4;
const MANY_SHORT = 4;
/** More words than this have samples in so many others that reading word by word is quicker. */
const MANY_LONG = 150;
/** Samples are read as one number, the first byte as the lowest. */
const IS_LITTLE_ENDIAN = endianness() === "LE";

/** Finds words of a set in bytes. */
export class WordTable {
	readonly #passes: readonly Pass[];

	/** Words that are no identifiers are never found. */
	constructor(words: Iterable<string>) {
		const all = [...new Set(words)].filter((word) => /^\w+$/.test(word));
		const short = all.filter((word) => word.length <= SHORT);
		const long = all.filter((word) => word.length > SHORT);
		if (short.length > MANY_SHORT || long.length > MANY_LONG || !IS_LITTLE_ENDIAN) this.#passes = [makeReading(all)];
		else this.#passes = [...short.map(makeOne), ...(long.length === 0 ? [] : [makeSampling(long)])];
	}

	/** Calls `accept` with each word found, in no certain order, until it returns true; returns whether it did. */
	findFirst(bytes: ByteReader, accept: Accept): boolean {
		return this.#passes.some((pass) => pass(bytes, accept));
	}
}

/** Looks for one word. */
function makeOne(word: string): Pass {
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
 * Looks at samples of four bytes. When one is taken every `step` bytes, each word of `step + 3` bytes holds one that begins in its own first
 * `step` bytes, wherever it stands.
 */
function makeSampling(list: readonly string[]): Pass {
	const words = new Set(list);
	const step = list.some((word) => word.length < 7) ? 2 : 4;
	/** 1 where a sample of that hash is one of a word's. */
	const samples = new Uint8Array(1 << 16);
	for (const word of list) {
		const bytes = Buffer.from(word, "latin1");
		for (let at = 0; at < step; at++) samples[hashOf(bytes.readInt32LE(at))] = 1;
	}
	return (bytes, accept) => {
		/** Up to where words were looked at. */
		let done = 0;
		const accepts = (at: number): boolean => {
			if (at < done || at >= bytes.length) return false;
			const start = bytes.wordStart(at);
			done = bytes.wordEnd(at);
			const word = bytes.buffer.toString("latin1", start, done);
			return words.has(word) && accept(word, start);
		};
		return step === 4 ? everyFourth(bytes, samples, accepts) : everySecond(bytes, samples, accepts);
	};
}

// Two loops that differ in little: with the step as a variable they would take twice as long.

function everyFourth(bytes: ByteReader, samples: Uint8Array, accepts: (at: number) => boolean): boolean {
	const units = new Int32Array(bytes.buffer.buffer, 0, (bytes.length + 3) >> 2);
	for (let index = 0; index < units.length; index++) {
		if (samples[hashOf(units[index] as number)] === 1 && accepts(index * 4)) return true;
	}
	return false;
}

function everySecond(bytes: ByteReader, samples: Uint8Array, accepts: (at: number) => boolean): boolean {
	// One more than the file's, for the sample that begins in its last one.
	const units = new Int32Array(bytes.buffer.buffer, 0, ((bytes.length + 3) >> 2) + 1);
	let unit = units[0] as number;
	for (let index = 1; index < units.length; index++) {
		const next = units[index] as number;
		if (samples[hashOf(unit)] === 1 && accepts(index * 4 - 4)) return true;
		if (samples[hashOf((unit >>> 16) | (next << 16))] === 1 && accepts(index * 4 - 2)) return true;
		unit = next;
	}
	return false;
}

function hashOf(sample: number): number {
	// The number is odd and without a pattern in its bits. Written here, since a load of it would take longer than the rest.
	return Math.imul(sample, 0x9e3779b1) >>> 16;
}

/** Reads word by word. What it costs does not depend on how many words are wanted. */
function makeReading(list: readonly string[]): Pass {
	const words = new Set(list);
	/** 1 where a word of that hash is in the set. */
	const hashes = new Uint8Array(1 << 16);
	for (const word of list) hashes[hashOfWord(word)] = 1;
	return ({ buffer, length }, accept) => {
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
			if (hashes[hash & 0xffff] === 0) continue;
			const word = buffer.toString("latin1", start, at);
			if (words.has(word) && accept(word, start)) return true;
		}
		return false;
	};
}

function hashOfWord(word: string): number {
	let hash = 0;
	for (let at = 0; at < word.length; at++) hash = (Math.imul(hash, 31) + word.charCodeAt(at)) | 0;
	return hash & 0xffff;
}
