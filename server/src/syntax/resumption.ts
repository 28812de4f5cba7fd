/**
 * Where definitions begin again behind brackets that somebody left open. A line that begins in its first column with the head of a function
 * and its body stands inside no other function: what is open there was left open by mistake, and the text is read on at the first line in
 * between that looks like a definition. So a bracket that nobody has closed yet costs what it stands in, not the rest of the file.
 */

import type { Context } from "./context.ts";
import { Kind, type Tokens } from "./lexer.ts";
import { Word } from "./words.ts";

const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const SEMICOLON = 59;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** More tokens than this are in no head of a function. */
const MAX_HEAD = 512;

/** So many times a text is read again from the line that looks like a definition; then on from the function that shows that it was one. */
const MAX_RESUMED = 64;

/** Words that a definition can begin with, besides names. */
const BEGINNING: ReadonlySet<number> = new Set([Word.tag, Word.enum, Word.type, Word.storage, Word.typeof, Word.attribute]);
/** Words that stand in front of the parameters of a function. */
const IN_HEAD: ReadonlySet<number> = new Set([...BEGINNING, Word.name, Word.attributeWithArguments]);

export class Resumption {
	readonly #text: string;
	readonly #tokens: Tokens;
	/** The first token since brackets are open that looks like the beginning of a definition; -1: none yet. */
	#seam = -1;
	#resumed = 0;

	constructor(text: string, tokens: Tokens) {
		this.#text = text;
		this.#tokens = tokens;
	}

	/** Looks at a token before it is read. @returns the token to read on from, as at file level; undefined: this one, as it stands */
	look(i: number, context: Context): number | undefined {
		if (!context.isInside) {
			this.#seam = -1;
			return undefined;
		}
		if (!this.#isInFirstColumn(i)) return undefined;
		if (this.#seam < 0 && this.#mayBegin(i)) this.#seam = i;
		return this.#beginsFunction(i) && !this.#isArgument(i) ? this.#resume(i) : undefined;
	}

	/** At the end of the text. @returns as {@link look} */
	end(context: Context): number | undefined {
		return context.isInside && this.#seam >= 0 ? this.#resume(this.#seam) : undefined;
	}

	#resume(i: number): number {
		const from = this.#seam >= 0 && this.#resumed < MAX_RESUMED ? this.#seam : i;
		this.#resumed++;
		this.#seam = -1;
		return from;
	}

	#is(i: number, code: number): boolean {
		return this.#tokens.kind[i] === Kind.punct && this.#tokens.what[i] === code;
	}

	#isInFirstColumn(i: number): boolean {
		const start = this.#tokens.start[i] ?? 0;
		return this.#tokens.fresh[i] === 1 && (start === 0 || this.#text.charCodeAt(start - 1) === 10);
	}

	/** Whether a token in the first column looks like the beginning of a definition: no label, no statement, no further line of a list. */
	#mayBegin(i: number): boolean {
		const { kind, what } = this.#tokens;
		if (kind[i] !== Kind.name) return false;
		if (what[i] === Word.storage) return true;
		const ends = kind[i - 1] === Kind.directive || this.#is(i - 1, SEMICOLON) || this.#is(i - 1, CLOSE_BRACE);
		if (!ends) return this.#beginsFunction(i);
		if (BEGINNING.has(what[i] ?? 0)) return true;
		if (what[i] !== Word.name) return false;
		if (this.#is(i + 1, OPEN)) return this.#is(i - 1, CLOSE_BRACE) && this.#isInFirstColumn(i - 1);
		return kind[i + 1] === Kind.name || this.#is(i + 1, STAR);
	}

	/** Whether a function is all that stands between parentheses: an argument of a macro. */
	#isArgument(i: number): boolean {
		if (!this.#is(i - 1, OPEN)) return false;
		let at = i;
		for (let depth = 1; at < this.#tokens.count && depth > 0; at++) {
			if (this.#is(at, OPEN) || this.#is(at, OPEN_BRACE)) depth++;
			else if (this.#is(at, CLOSE) || this.#is(at, CLOSE_BRACE)) depth--;
			else if (at > i && this.#isInFirstColumn(at) && this.#beginsFunction(at)) return false;
		}
		return this.#is(at - 1, CLOSE);
	}

	/** Whether a token begins the head of a function that has a body: two words at least, parameters, a brace. */
	#beginsFunction(i: number): boolean {
		const { kind, what, count } = this.#tokens;
		const last = Math.min(count, i + MAX_HEAD);
		let words = 0;
		let hasParameters = false;
		for (let at = i; at < last; at++) {
			if (kind[at] === Kind.name && IN_HEAD.has(what[at] ?? 0)) {
				if (what[at] === Word.attributeWithArguments || (hasParameters && this.#is(at + 1, OPEN))) at = this.#skipParens(at + 1, last);
				else words++;
			} else if (this.#is(at, OPEN) && !hasParameters && words >= 2) {
				at = this.#skipParens(at, last);
				hasParameters = true;
			} else if (!this.#is(at, STAR)) return hasParameters && this.#is(at, OPEN_BRACE);
		}
		return false;
	}

	/** The token that closes the parenthesis at `from`; that before `from` when none stands there. */
	#skipParens(from: number, last: number): number {
		if (!this.#is(from, OPEN)) return from - 1;
		let depth = 0;
		for (let at = from; at < last; at++) {
			if (this.#is(at, OPEN)) depth++;
			else if (this.#is(at, CLOSE) && --depth === 0) return at;
			else if (this.#tokens.kind[at] === Kind.directive || this.#is(at, OPEN_BRACE)) break;
		}
		return last;
	}
}
