/** A stretch of text that is overwritten in place: no edit changes a length or moves a newline. */

import { isNameCode } from "./lexer.ts";

const CHUNK = 8192;
const BLANK = 32;

export class Sheet {
	private readonly codes: Uint16Array;
	private readonly text: string;
	private readonly from: number;

	/** Covers the offsets [from, to) of the text. */
	constructor(text: string, from: number, to: number) {
		this.text = text;
		this.from = from;
		this.codes = new Uint16Array(Math.max(0, to - from));
		for (let i = 0; i < this.codes.length; i++) this.codes[i] = text.charCodeAt(from + i);
	}

	/** Overwrites one character, unless it is a newline or outside. */
	put(at: number, code: number): void {
		const i = at - this.from;
		const old = this.codes[i];
		if (old === undefined || old === 10 || old === 13) return;
		this.codes[i] = code;
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
		let text = "";
		for (let i = 0; i < this.codes.length; i += CHUNK) text += String.fromCharCode(...this.codes.subarray(i, i + CHUNK));
		return text;
	}
}
