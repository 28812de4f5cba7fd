/** The live tokens of a stretch of text, with attributes taken out and brackets matched: what the rewriting rules work on. */

import { Kind, type Tokens } from "./lexer.ts";
import type { Sheet } from "./sheet.ts";
import { SPELLINGS, Word } from "./words.ts";

/** What a rewritten place stands for in the original text; the offset of its first character is its key. */
export interface Mark {
	/**
	 * `each`: a loop macro, written as `while`. `block`: another macro with a block behind it, written as `if`.
	 * `type`: a type (or declaration) as a macro argument, or a macro that stands for a type, written as one name. `typeof`: written as `struct`.
	 * `definer`: a macro that defines a function (SYSCALL_DEFINEn), its first argument is the name. `cleanup`: `__free(…)`.
	 * `macro`: a macro invocation that had no semicolon. `annotation`: a macro name in front of a declaration, written as `extern`.
	 * `padding`: a bit field without a name, written as a field.
	 */
	readonly kind: "each" | "block" | "type" | "typeof" | "definer" | "cleanup" | "macro" | "annotation" | "padding";
	/** Past the last character: of the name for `each`, `block`, `definer`, `macro`, `annotation`; else of the whole. */
	readonly end: number;
}

export class Stream {
	readonly kind: number[] = [];
	readonly what: number[] = [];
	readonly start: number[] = [];
	readonly end: number[] = [];
	/** Index of the partner of each bracket; -1 for other tokens and brackets without one. */
	readonly match: number[] = [];
	/** Tokens behind which an item ends although no `;` token shows it. */
	readonly ends = new Set<number>();
	/** Tokens behind which a block opens, and in front of which one closes, although no token shows it. */
	readonly opensBlock = new Set<number>();
	readonly closesBlock = new Set<number>();
	/** Deepest nesting of brackets. */
	depth = 0;
	readonly text: string;
	readonly sheet: Sheet;
	readonly marks: Map<number, Mark>;

	constructor(text: string, sheet: Sheet, marks: Map<number, Mark>) {
		this.text = text;
		this.sheet = sheet;
		this.marks = marks;
	}

	get length(): number {
		return this.kind.length;
	}

	/** The text of token `i`; empty outside. */
	textAt(i: number): string {
		return this.text.slice(this.start[i] ?? 0, this.end[i] ?? 0);
	}

	isPunct(i: number, what: number): boolean {
		return this.kind[i] === Kind.punct && this.what[i] === what;
	}

	isName(i: number): boolean {
		return this.kind[i] === Kind.name && this.what[i] === Word.name;
	}

	/** Index of the next token after `i` that was not taken out; `length` at the end. */
	next(i: number): number {
		let at = i + 1;
		while (at < this.kind.length && this.kind[at] === 0) at++;
		return at;
	}

	/** Index of the last token before `i` that was not taken out; -1 at the beginning. */
	previous(i: number): number {
		let at = i - 1;
		while (at >= 0 && this.kind[at] === 0) at--;
		return at;
	}

	/** Takes a token out and overwrites it with blanks. */
	drop(i: number): void {
		this.sheet.blank(this.start[i] ?? 0, this.end[i] ?? 0);
		this.kind[i] = 0;
	}

	/** Overwrites token `i` with a single character. */
	put(i: number, character: string): void {
		this.sheet.write(this.start[i] ?? 0, this.end[i] ?? 0, character);
		this.kind[i] = Kind.punct;
		this.what[i] = character.charCodeAt(0);
	}

	/** True when token `b` begins on a later line than `a` ends. */
	breaks(a: number, b: number): boolean {
		const from = this.end[a] ?? 0;
		const newline = this.text.indexOf("\n", from);
		return newline >= 0 && newline < (this.start[b] ?? this.text.length);
	}

	/** Offset of a blank (not in a comment) between the tokens `a` and `b`, or -1; the second one with `skip` 1. */
	findGap(a: number, b: number, skip = 0): number {
		let left = skip;
		let at = this.end[a] ?? 0;
		const to = this.start[b] ?? this.text.length;
		while (at < to) {
			const code = this.text.charCodeAt(at);
			if ((code === 32 || code === 9) && left-- === 0) return at;
			if (code === 47) {
				const line = this.text.charCodeAt(at + 1) === 47;
				const close = this.text.indexOf(line ? "\n" : "*/", at + 2);
				if (close < 0) return -1;
				at = line ? close : close + 2;
			} else at++;
		}
		return -1;
	}

	/** Marks the stretch from token `a` to token `b`. */
	mark(a: number, b: number, kind: Mark["kind"]): void {
		this.marks.set(this.start[a] ?? 0, { kind, end: this.end[b] ?? 0 });
	}

	/** Makes the tokens [from, to) one name of the same length; what stands on later lines, or behind a comment, is blanked. */
	joinName(from: number, to: number): void {
		const single = this.next(from) >= to;
		const begin = this.start[from] ?? 0;
		let end = this.end[from] ?? 0;
		let open = true;
		for (let i = this.next(from); i < to; i = this.next(i)) {
			if (open && /[^ \t]/.test(this.text.slice(end, this.start[i] ?? 0))) open = false;
			if (open) end = this.end[i] ?? end;
			else this.sheet.blank(this.start[i] ?? 0, this.end[i] ?? 0);
			this.kind[i] = 0;
		}
		const fresh = !/^[A-Za-z_$]/.test(this.text.slice(begin, begin + 1)) || (single && !this.isName(from)) || end === this.end[from];
		this.sheet.nameify(begin, end, fresh && !(single && this.isName(from)));
		this.kind[from] = Kind.name;
		this.what[from] = Word.name;
	}

	/** Makes the tokens [from, to) one string literal of the same length (only its first line; the rest is blanked). */
	joinString(from: number, to: number): void {
		const begin = this.start[from] ?? 0;
		let end = this.end[from] ?? 0;
		let open = true;
		for (let i = this.next(from); i < to; i = this.next(i)) {
			const gap = this.text.slice(end, this.start[i] ?? 0);
			if (open && (/[^ \t]/.test(gap) || this.textAt(i).includes("\n"))) open = false;
			if (open) end = this.end[i] ?? end;
			else this.sheet.blank(this.start[i] ?? 0, this.end[i] ?? 0);
			this.kind[i] = 0;
		}
		this.sheet.nameify(begin, end, true);
		this.sheet.put(begin, 34);
		this.sheet.put(end - 1, 34);
		this.kind[from] = Kind.string;
		this.what[from] = 0;
	}
}

/** Index past the parentheses that open at token `open`; `open` itself when they do not close before a directive. */
function skipParens(tokens: Tokens, open: number, to: number): number {
	let depth = 0;
	for (let i = open; i < to; i++) {
		if (tokens.kind[i] === Kind.directive) return open;
		if (tokens.kind[i] !== Kind.punct) continue;
		if (tokens.what[i] === 40) depth++;
		else if (tokens.what[i] === 41 && --depth === 0) return i + 1;
	}
	return open;
}

/** True when the attribute word at `i` is used as a name there: a member, or an argument by itself. */
function isUsedAsName(tokens: Tokens, i: number): boolean {
	if (tokens.kind[i - 1] !== Kind.punct) return false;
	const before = tokens.what[i - 1] ?? 0;
	const after = tokens.kind[i + 1] === Kind.punct ? tokens.what[i + 1] : 0;
	if (before === 46 || (before === 45 && (tokens.end[i - 1] ?? 0) - (tokens.start[i - 1] ?? 0) === 2)) return true;
	return (before === 40 || before === 44) && (after === 41 || after === 44);
}

/** Matches the brackets of a stream. A closer that does not fit the innermost opener closes outer ones of its kind if there are any. */
function matchBrackets(stream: Stream): void {
	const open: number[] = [];
	for (let i = 0; i < stream.length; i++) {
		stream.match.push(-1);
		if (stream.kind[i] !== Kind.punct) continue;
		const what = stream.what[i];
		if (what === 40 || what === 91 || what === 123) stream.depth = Math.max(stream.depth, open.push(i));
		else if (what === 41 || what === 93 || what === 125) {
			const wanted = what === 41 ? 40 : what - 2;
			if (what === 125) while (open.length > 0 && stream.what[open[open.length - 1] ?? 0] !== 123) open.pop();
			const top = open[open.length - 1];
			if (top === undefined || stream.what[top] !== wanted) continue;
			open.pop();
			stream.match[top] = i;
			stream.match[i] = top;
		}
	}
}

/** Builds the stream of the live tokens [from, to); attributes are blanked, GNU spellings respelled, dead tokens blanked. */
export function buildStream(
	text: string,
	tokens: Tokens,
	from: number,
	to: number,
	live: Uint8Array,
	sheet: Sheet,
	marks: Map<number, Mark>,
): Stream {
	const stream = new Stream(text, sheet, marks);
	for (let i = from; i < to; i++) {
		const start = tokens.start[i] ?? 0;
		const end = tokens.end[i] ?? 0;
		if (live[i - from] !== 1) {
			sheet.blank(start, end);
			continue;
		}
		const kind = tokens.kind[i] ?? 0;
		let what = tokens.what[i] ?? 0;
		if (kind === Kind.name && what !== Word.name) {
			if (what >= Word.attribute && what <= Word.cleanup && !isUsedAsName(tokens, i)) {
				const takes = what !== Word.attribute && tokens.kind[i + 1] === Kind.punct && tokens.what[i + 1] === 40;
				const past = takes ? skipParens(tokens, i + 1, to) : i + 1;
				if (what !== Word.cleanup || past > i + 1) {
					if (what === Word.cleanup) marks.set(start, { kind: "cleanup", end: tokens.end[past - 1] ?? end });
					for (let k = i; k < past; k++) sheet.blank(tokens.start[k] ?? 0, tokens.end[k] ?? 0);
					i = past - 1;
					continue;
				}
			}
			if (what >= Word.attribute && what <= Word.cleanup) what = Word.name;
			else {
				const spelling = SPELLINGS.get(text.slice(start, end));
				if (spelling !== undefined) sheet.write(start, end, spelling);
			}
		}
		stream.kind.push(kind);
		stream.what.push(what);
		stream.start.push(start);
		stream.end.push(end);
	}
	matchBrackets(stream);
	return stream;
}
