/** A stretch of text that is overwritten in place: no edit changes a length or moves a newline. */

import { isNameCode } from "./lexer.ts";

/** Characters that are copied together once one of them is overwritten. */
const CHUNK = 1024;
const BLANK = 32;

export class Sheet {
	/** The overwritten chunks; where there is none the text stands. */
	private readonly chunks: (Uint16Array | undefined)[];
	private readonly text: string;
	private readonly from: number;
	private readonly to: number;

	/** Covers the offsets [from, to) of the text. */
	constructor(text: string, from: number, to: number) {
		this.text = text;
		this.from = from;
		this.to = Math.min(Math.max(from, to), text.length);
		this.chunks = new Array<Uint16Array | undefined>(Math.ceil((this.to - from) / CHUNK)).fill(undefined);
	}

	/** Overwrites one character, unless it is a newline or outside. */
	put(at: number, code: number): void {
		if (at < this.from || at >= this.to) return;
		const old = this.text.charCodeAt(at);
		if (old === 10 || old === 13) return;
		const i = at - this.from;
		const n = Math.floor(i / CHUNK);
		let chunk = this.chunks[n];
		if (chunk === undefined) {
			chunk = this.copyChunk(n);
			this.chunks[n] = chunk;
		}
		chunk[i - n * CHUNK] = code;
	}

	private copyChunk(n: number): Uint16Array {
		const start = this.from + n * CHUNK;
		const chunk = new Uint16Array(Math.min(CHUNK, this.to - start));
		for (let i = 0; i < chunk.length; i++) chunk[i] = this.text.charCodeAt(start + i);
		return chunk;
	}

	/** Overwrites [from, to) with blanks; newlines stay. */
	blank(from: number, to: number): void {
		for (let at = from; at < to; at++) this.put(at, BLANK);
	}

	/** Overwrites [from, to) with a word, padded with blanks; the word must fit on the first line of the stretch. */
	write(from: number, to: number, word: string): void {
		for (let at = from; at < to; at++) this.put(at, at - from < word.length ? word.charCodeAt(at - from) : BLANK);
	}

	/** Makes [from, to) characters of a name: whatever cannot stand in a name becomes `_`. `fresh`: the first one too. */
	nameify(from: number, to: number, fresh: boolean): void {
		for (let at = from; at < to; at++) {
			const code = this.text.charCodeAt(at);
			if ((at === from && fresh) || !isNameCode(code)) this.put(at, 95);
		}
	}

	toText(): string {
		const parts: string[] = [];
		let clean = this.from;
		for (const [n, chunk] of this.chunks.entries()) {
			if (chunk === undefined) continue;
			const start = this.from + n * CHUNK;
			if (clean < start) parts.push(this.text.slice(clean, start));
			parts.push(String.fromCharCode.apply(undefined, chunk as unknown as number[]));
			clean = start + chunk.length;
		}
		if (clean < this.to) parts.push(this.text.slice(clean, this.to));
		return parts.join("");
	}
}
