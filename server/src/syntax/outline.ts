/**
 * A text cut into pieces that mean the same alone: one for each item at file level and each `#define`, with the words in them. Nothing is
 * parsed for it.
 */

import { type Conditionals, readConditionals } from "./conditionals.ts";
import { Directive, Kind, lex, type Tokens } from "./lexer.ts";
import { hashOf, MAX_PIECES, type Postings, PostingsWriter } from "./postings.ts";
import { Resumption } from "./resumption.ts";
import { isBalanced, postDefine, postItem } from "./roles.ts";
import { type Region, select } from "./selection.ts";

export interface Outline {
	/** Offsets of the first character and past the last one of each piece, whole lines, in order; the line (from 0) it begins on. */
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	readonly lines: Int32Array;
	/** Offsets of the `#` of each directive that is neither conditional nor a definition. */
	readonly directives: Int32Array;
	readonly postings: Postings;
	/** How many pieces are functions with a body. */
	readonly functions: number;
	/** Numbers of pieces whose brackets do not match. */
	readonly broken: Int32Array;
	/** A hash of the text of each piece. */
	readonly sums: Int32Array;
}

/** Cuts a text. Total: any text has an outline; what is known never to be compiled as C (arms for assembler, for C++) is in no piece. */
export function outline(text: string): Outline {
	return cut(text).outline;
}

/** Cuts a text. `joinsHead`: some body was joined with what stands before it, as far as that goes. */
export function cut(text: string): { readonly outline: Outline; readonly joinsHead: boolean } {
	const tokens = lex(text);
	const conditionals = readConditionals(text, tokens);
	const items = itemsIn(text, tokens, conditionals);
	const cutter = new Cutter(text, tokens);
	let past = 0;
	for (const item of wholeItems(items, tokens, conditionals)) {
		cutter.addDefines(past, item.from);
		cutter.addItem(item);
		past = item.to;
	}
	cutter.addDefines(past, tokens.count);
	return { outline: cutter.finish(), joinsHead: items.some(({ from }) => opensBody(tokens, from)) };
}

/** Items in order. Where brackets were left open, definitions behind them are items of their own. */
function itemsIn(text: string, tokens: Tokens, conditionals: Conditionals): readonly Region[] {
	const resumption = new Resumption(text, tokens);
	const items: Region[] = [];
	for (let from = 0; from < tokens.count; ) {
		const found = select(tokens, conditionals, { from, to: tokens.count }, new Set(), resumption);
		for (const item of found.items) items.push(item);
		from = found.end;
	}
	return items;
}

/** Items in order, those that share a group of conditionals which cuts through one of them as one. */
function wholeItems(items: readonly Region[], tokens: Tokens, conditionals: Conditionals): readonly Region[] {
	const whole: { from: number; to: number }[] = [];
	for (const { from, to } of items) {
		/* a body whose head has ended: declarations of parameters stand between them */
		const isBody = opensBody(tokens, from) && (joinHead(whole, tokens) || endsIn(tokens, to, CLOSE_BRACE));
		const last = whole.at(-1);
		if (last !== undefined && (from < last.to || isBody)) last.to = Math.max(last.to, to);
		else whole.push({ from, to });
		const item = whole.at(-1);
		if (item === undefined) continue;
		for (let i = from; i < item.to; i++) {
			const group = tokens.kind[i] === Kind.directive ? conditionals.at.get(i) : undefined;
			if (group !== undefined && group.close >= item.to) item.to = group.close + 1;
		}
	}
	return whole;
}

function endsIn(tokens: Tokens, to: number, code: number): boolean {
	return tokens.kind[to - 1] === Kind.punct && tokens.what[to - 1] === code;
}

function opensBody(tokens: Tokens, i: number): boolean {
	return tokens.kind[i] === Kind.punct && tokens.what[i] === OPEN_BRACE;
}

/**
 * Makes one item of the last ones down to one that has a name behind closing parentheses: `int f(a, b) int a;` and `int b;`.
 * @returns whether a body that nobody has closed can belong to the last item now: not to one that has ended
 */
function joinHead(items: { readonly from: number; to: number }[], tokens: Tokens): boolean {
	const past = items.at(-1)?.to ?? 0;
	const hasEnded = endsIn(tokens, past, SEMICOLON) || endsIn(tokens, past, CLOSE_BRACE);
	for (let back = 1; back <= Math.min(MAX_PARAMETERS, items.length); back++) {
		const head = items[items.length - back];
		if (head === undefined) break;
		for (let i = head.from; i < head.to; i++) if (opensBody(tokens, i)) return !hasEnded;
		for (let i = head.from + 1; i < head.to; i++) {
			if (tokens.kind[i] !== Kind.name || tokens.kind[i - 1] !== Kind.punct || tokens.what[i - 1] !== CLOSE) continue;
			head.to = items.at(-1)?.to ?? head.to;
			items.length -= back - 1;
			return true;
		}
	}
	return !hasEnded;
}

/** More declarations of parameters than this do not stand between a head and its body. */
const MAX_PARAMETERS = 16;
const CLOSE = 41;
const SEMICOLON = 59;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

class Cutter {
	readonly #text: string;
	readonly #tokens: Tokens;
	readonly #starts: number[] = [];
	readonly #ends: number[] = [];
	readonly #lines: number[] = [];
	readonly #writer = new PostingsWriter();
	/** The token behind the last piece, when that was an item. */
	#past = -1;
	readonly #broken: number[] = [];
	/** Shorter pieces are one with the next: of a long text there would be more than are told apart. */
	readonly #least: number;
	#functions = 0;
	#line = 0;
	#counted = 0;

	constructor(text: string, tokens: Tokens) {
		this.#text = text;
		this.#tokens = tokens;
		this.#least = text.length < MAX_PIECES ? 0 : Math.ceil(text.length / (MAX_PIECES - 1));
	}

	addItem({ from, to }: Region): void {
		const tokens = this.#tokens;
		const start = lineBehind(this.#text, from === 0 ? 0 : (tokens.end[from - 1] ?? 0), tokens.start[from] ?? 0, from === 0);
		const next = to < tokens.count ? (tokens.start[to] ?? 0) : this.#text.length;
		const end = lineBehind(this.#text, tokens.end[to - 1] ?? 0, next, false);
		const stop = end < 0 ? (tokens.end[to - 1] ?? 0) : end;
		/* two items on one line are one piece */
		if (start < 0 && this.#past === from) this.#ends[this.#ends.length - 1] = stop;
		else this.#add(start < 0 ? (tokens.start[from] ?? 0) : start, stop);
		this.#past = to;
		if (tokens.kind[to - 1] === Kind.punct && tokens.what[to - 1] === CLOSE_BRACE) this.#functions++;
		const isWhole = isBalanced(tokens, from, to);
		if (!isWhole) this.#broken.push(this.#starts.length - 1);
		postItem(this.#text, tokens, from, to, this.#starts.length - 1, isWhole, this.#writer);
	}

	/** Adds the definitions among the tokens [from, to), which belong to no item. */
	addDefines(from: number, to: number): void {
		const tokens = this.#tokens;
		for (let i = from; i < to; i++) {
			if (tokens.kind[i] !== Kind.directive || tokens.what[i] !== Directive.define) continue;
			const start = tokens.start[i] ?? 0;
			const end = tokens.end[i] ?? start;
			this.#add(this.#text.lastIndexOf("\n", start - 1) + 1, Math.min(end + 1, this.#text.length));
			postDefine(this.#text, start, end, this.#starts.length - 1, this.#writer);
		}
	}

	finish(): Outline {
		const tokens = this.#tokens;
		const directives: number[] = [];
		for (let i = 0; i < tokens.count; i++)
			if (tokens.kind[i] === Kind.directive && tokens.what[i] === Directive.other) directives.push(tokens.start[i] ?? 0);
		return {
			starts: Int32Array.from(this.#starts),
			ends: Int32Array.from(this.#ends),
			lines: Int32Array.from(this.#lines),
			directives: Int32Array.from(directives),
			postings: this.#writer.finish(),
			functions: this.#functions,
			broken: Int32Array.from(new Set(this.#broken)),
			sums: Int32Array.from(this.#starts, (start, piece) => hashOf(this.#text, start, this.#ends[piece])),
		};
	}

	#add(start: number, end: number): void {
		const last = this.#starts.length - 1;
		const isShort = start === this.#ends[last] && start - (this.#starts[last] ?? 0) < this.#least;
		if (isShort || this.#starts.length === MAX_PIECES) {
			this.#ends[last] = end;
			return;
		}
		for (let at = this.#text.indexOf("\n", this.#counted); at >= 0 && at < start; at = this.#text.indexOf("\n", at + 1)) {
			this.#line++;
			this.#counted = at + 1;
		}
		this.#starts.push(start);
		this.#ends.push(end);
		this.#lines.push(this.#line);
	}
}

/** The beginning of the first line behind `at`, comments that begin on its line included; -1 when `limit` comes first. */
function lineBehind(text: string, at: number, limit: number, first: boolean): number {
	if (first) return 0;
	for (let i = at; i < limit; ) {
		const code = text.charCodeAt(i);
		if (code === 10) return i + 1;
		if (code === 47 && text.charCodeAt(i + 1) === 42) {
			const close = text.indexOf("*/", i + 2);
			i = close < 0 ? limit : close + 2;
		} else if (code === 92) i += text.charCodeAt(i + 1) === 13 ? 3 : 2;
		else i++;
	}
	return limit === text.length ? limit : -1;
}
