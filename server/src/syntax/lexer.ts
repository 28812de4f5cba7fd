/** A plain C lexer: tokens as numbers in flat arrays, comments and blanks skipped, one token for each preprocessor directive. */

import { WORDS, Word } from "./words.ts";

export const Kind = { name: 1, number: 2, string: 3, char: 4, punct: 5, directive: 6 } as const;

export const Directive = { if: 1, elif: 2, else: 3, endif: 4, define: 5, other: 6 } as const;

export interface Tokens {
	readonly count: number;
	/** {@link Kind} of each token. */
	readonly kind: Uint8Array;
	/** For a name its {@link Word}, for a directive its {@link Directive}, for a punctuator the code of its first character. */
	readonly what: Uint8Array;
	readonly start: Int32Array;
	readonly end: Int32Array;
	/** 1 for a token that is the first on its line. */
	readonly fresh: Uint8Array;
}

const SPACE = new Uint8Array(128);
const NAME = new Uint8Array(128);
for (const code of [9, 10, 11, 12, 13, 32]) SPACE[code] = 1;
for (let code = 0; code < 128; code++) if (/[A-Za-z0-9_$]/.test(String.fromCharCode(code))) NAME[code] = 1;

/** Punctuators of more than one character, longest first for each first character. */
const LONG: readonly (readonly string[])[] = Array.from({ length: 128 }, (_, code) =>
	[
		"...",
		"<<=",
		">>=",
		"->",
		"++",
		"--",
		"<<",
		">>",
		"<=",
		">=",
		"==",
		"!=",
		"&&",
		"||",
		"+=",
		"-=",
		"*=",
		"/=",
		"%=",
		"&=",
		"|=",
		"^=",
		"##",
	].filter((op) => op.charCodeAt(0) === code),
);

/** True for a character that a C name is made of; letters beyond ASCII count. */
export function isNameCode(code: number): boolean {
	return code < 128 ? NAME[code] === 1 : code > 159;
}

function growBytes(array: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
	const next = new Uint8Array(array.length * 2);
	next.set(array);
	return next;
}

function growInts(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
	const next = new Int32Array(array.length * 2);
	next.set(array);
	return next;
}

/** Offset past the comment that begins at `at`; an open one ends with the text. */
function skipComment(text: string, at: number): number {
	if (text.charCodeAt(at + 1) === 42) {
		const close = text.indexOf("*/", at + 2);
		return close < 0 ? text.length : close + 2;
	}
	let end = at + 2;
	for (;;) {
		end = text.indexOf("\n", end);
		if (end < 0) return text.length;
		const back = text.charCodeAt(end - 1) === 13 ? end - 2 : end - 1;
		if (text.charCodeAt(back) !== 92) return end;
		end++;
	}
}

/** Offset past the literal whose quote stands at `at`; one that is not closed on its line ends there. */
function skipLiteral(text: string, at: number): number {
	const quote = text.charCodeAt(at);
	const size = text.length;
	let i = at + 1;
	while (i < size) {
		const code = text.charCodeAt(i);
		if (code === quote) return i + 1;
		if (code === 10) return i;
		if (code === 92) i += text.charCodeAt(i + 1) === 13 && text.charCodeAt(i + 2) === 10 ? 3 : 2;
		else i++;
	}
	return size;
}

/** Offset of the newline that ends the directive at `at` (past continuation lines and comments). */
function skipDirective(text: string, at: number): number {
	const size = text.length;
	let i = at + 1;
	while (i < size) {
		const code = text.charCodeAt(i);
		if (code === 10) return text.charCodeAt(i - 1) === 13 ? i - 1 : i;
		if (code === 92) i += text.charCodeAt(i + 1) === 13 && text.charCodeAt(i + 2) === 10 ? 3 : 2;
		else if (code === 47 && (text.charCodeAt(i + 1) === 42 || text.charCodeAt(i + 1) === 47)) i = skipComment(text, i);
		else if (code === 34 || code === 39) i = skipLiteral(text, i);
		else i++;
	}
	return size;
}

/** Class of the directive whose `#` stands at `at`. */
function readDirective(text: string, at: number): number {
	const name = /[ \t]*([a-z]*)/y;
	name.lastIndex = at + 1;
	switch (name.exec(text)?.[1]) {
		case "if":
		case "ifdef":
		case "ifndef":
			return Directive.if;
		case "elif":
		case "elifdef":
		case "elifndef":
			return Directive.elif;
		case "else":
			return Directive.else;
		case "endif":
			return Directive.endif;
		case "define":
			return Directive.define;
		default:
			return Directive.other;
	}
}

/** Splits a text into tokens. Total: unknown characters are punctuators, open literals end with their line. */
export function lex(text: string): Tokens {
	const size = text.length;
	let kind = new Uint8Array(Math.max(64, size >> 3));
	let what = new Uint8Array(kind.length);
	let fresh = new Uint8Array(kind.length);
	let start = new Int32Array(kind.length);
	let end = new Int32Array(kind.length);
	let count = 0;
	let lineStart = true;
	let i = 0;
	while (i < size) {
		const code = text.charCodeAt(i);
		if (code < 128 && SPACE[code] === 1) {
			if (code === 10) lineStart = true;
			i++;
			continue;
		}
		const next = text.charCodeAt(i + 1);
		if (code === 47 && (next === 42 || next === 47)) {
			i = skipComment(text, i);
			continue;
		}
		if (code === 92 && (next === 10 || next === 13)) {
			i += 2;
			continue;
		}
		if (count === kind.length) {
			kind = growBytes(kind);
			what = growBytes(what);
			fresh = growBytes(fresh);
			start = growInts(start);
			end = growInts(end);
		}
		const from = i;
		if (code === 35 && lineStart) {
			i = skipDirective(text, i);
			kind[count] = Kind.directive;
			what[count] = readDirective(text, from);
		} else if (code === 34 || code === 39) {
			i = skipLiteral(text, i);
			kind[count] = code === 34 ? Kind.string : Kind.char;
		} else if ((code >= 48 && code <= 57) || (code === 46 && next >= 48 && next <= 57)) {
			i++;
			while (i < size) {
				const digit = text.charCodeAt(i);
				const sign = (digit === 43 || digit === 45) && /[eEpP]/.test(text[i - 1] ?? "") && !/^0[xX]/.test(text.slice(from, from + 2));
				if (!isNameCode(digit) && digit !== 46 && !sign) break;
				i++;
			}
			kind[count] = Kind.number;
		} else if (isNameCode(code)) {
			i++;
			while (i < size && isNameCode(text.charCodeAt(i))) i++;
			const quote = text.charCodeAt(i);
			if ((quote === 34 || quote === 39) && i - from <= 2 && /^(?:L|u|U|u8)$/.test(text.slice(from, i))) {
				i = skipLiteral(text, i);
				kind[count] = quote === 34 ? Kind.string : Kind.char;
			} else {
				kind[count] = Kind.name;
				what[count] = WORDS.get(text.slice(from, i)) ?? Word.name;
			}
		} else {
			const long = code < 128 ? LONG[code]?.find((op) => text.startsWith(op, from)) : undefined;
			i += long?.length ?? 1;
			kind[count] = Kind.punct;
			what[count] = code < 128 ? code : 64;
		}
		fresh[count] = lineStart ? 1 : 0;
		lineStart = false;
		start[count] = from;
		end[count] = i;
		count++;
	}
	return { count, kind, what, start, end, fresh };
}
