/** In which roles the words of a piece stand, told from the tokens around each. */

import { Directive, isNameCode, Kind, type Tokens } from "./lexer.ts";
import { hashOf, type PostingsWriter, Role } from "./postings.ts";
import { WORDS, Word } from "./words.ts";

const OPEN = 40;
const CLOSE = 41;
const STAR = 42;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const SEMICOLON = 59;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** What stands around a name. Codes are those of the first character of a punctuator, {@link DOT} for `->`, 0 for other tokens. */
interface Around {
	readonly previous: number;
	readonly next: number;
	/** Whether another name stands behind it that is no word of the language and no annotation. */
	readonly isBeforeName: boolean;
	/** As `next`, closing parentheses passed over. */
	readonly behind: number;
	/** Whether a single `=` stands there. */
	readonly assigned: boolean;
}

/** Posts what a name can be in an expression. */
function postReading(writer: PostingsWriter, hash: number, piece: number, around: Around, inMacro: boolean): void {
	const { previous, next, behind, assigned } = around;
	const isField = previous === DOT;
	const isCalled = next === OPEN || behind === OPEN;
	if (isCalled && !isField) writer.add(inMacro ? Role.calledInMacro : Role.called, hash, piece);
	if (inMacro) {
		if (!isField) writer.add(Role.valueInMacro, hash, piece);
		return;
	}
	if (isField) {
		writer.add(Role.field, hash, piece);
		if (isCalled) writer.add(Role.fieldCalled, hash, piece);
		if (assigned) writer.add(Role.fieldSet, hash, piece);
	} else if (next === COLON && (previous === OPEN_BRACE || previous === COMMA)) writer.add(Role.fieldSet, hash, piece);
	if (!isField && ENDS_VALUE.has(next)) writer.add(Role.value, hash, piece);
}

/** Whether what stands behind a name leaves it open that a function with a body has it: behind a type stands another name, or a star. */
function mayNameFunction({ next, isBeforeName }: Around): boolean {
	return !isBeforeName && next !== STAR && next !== EQUALS && next !== SEMICOLON && next !== OPEN_BRACKET;
}

const ENDS_VALUE: ReadonlySet<number> = new Set([CLOSE, COMMA, SEMICOLON, CLOSE_BRACE, COLON, QUESTION]);

/**
 * Posts the words of an item, the tokens [from, to); those of arms that are not chosen too.
 * @param isWhole whether its brackets match
 */
export function postItem(
	text: string,
	tokens: Tokens,
	from: number,
	to: number,
	piece: number,
	isWhole: boolean,
	writer: PostingsWriter,
): void {
	let braces = 0;
	let parens = 0;
	/* what an error makes of the rest nobody knows */
	const isBroken = !isWhole;
	const hasBody = holdsBrace(tokens, from, to);
	let isTypedef = false;
	const tags = new TagNames();
	for (let i = from; i < to; i++) {
		const kind = tokens.kind[i];
		const what = tokens.what[i] ?? 0;
		if (kind === Kind.punct) {
			if (what === OPEN_BRACE) {
				braces++;
				tags.open(writer, piece, braces);
			} else if (what === CLOSE_BRACE) {
				tags.close(braces);
				braces--;
			} else if (what === OPEN) parens++;
			else if (what === CLOSE) parens--;
			tags.pass(what, parens);
		} else if (kind === Kind.directive) {
			if (what === Directive.define) postDefine(text, tokens.start[i] ?? 0, tokens.end[i] ?? 0, piece, writer);
		} else if (kind === Kind.name) {
			if (what === Word.tag) tags.begin(parens);
			if (what === Word.storage && braces <= 0) isTypedef ||= text.startsWith("typedef", tokens.start[i] ?? 0);
			if (what !== Word.name && what < Word.attribute) continue;
			const hash = hashOf(text, tokens.start[i] ?? 0, tokens.end[i] ?? 0);
			tags.add(writer, hash, piece);
			const around = lookAround(text, tokens, i, from, to);
			if (isBroken) writer.add(Role.tag, hash, piece);
			if (isBroken || (braces <= 0 && isDeclared(text, tokens, i, parens, around))) {
				writer.add(Role.declared, hash, piece);
				if (isTypedef || isBroken) writer.add(Role.typedef, hash, piece);
				if (isBroken || (hasBody && mayNameFunction(around))) writer.add(Role.defined, hash, piece);
			}
			postReading(writer, hash, piece, around, false);
		}
	}
}

/** Whether one of the tokens [from, to) is an opening brace. */
function holdsBrace(tokens: Tokens, from: number, to: number): boolean {
	for (let i = to - 1; i >= from; i--) if (tokens.kind[i] === Kind.punct && tokens.what[i] === OPEN_BRACE) return true;
	return false;
}

/** Whether brackets of the tokens [from, to) match, in the first arm of each `#if` at least. */
export function isBalanced(tokens: Tokens, from: number, to: number): boolean {
	const open: number[] = [];
	let skipped = 0;
	for (let i = from; i < to; i++) {
		const what = tokens.what[i] ?? 0;
		if (tokens.kind[i] === Kind.directive) {
			if (what === Directive.if) skipped += skipped > 0 ? 1 : 0;
			else if (what === Directive.endif) skipped -= skipped > 0 ? 1 : 0;
			else if (skipped === 0 && (what === Directive.elif || what === Directive.else)) skipped = 1;
		}
		if (skipped > 0 || tokens.kind[i] !== Kind.punct) continue;
		if (what === OPEN || what === OPEN_BRACKET || what === OPEN_BRACE) open.push(what);
		else if (what === CLOSE && open.pop() !== OPEN) return false;
		else if ((what === CLOSE_BRACE || what === CLOSE_BRACKET) && open.pop() !== what - 2) return false;
	}
	return open.length === 0;
}

/** The names behind `struct` or `union` that a brace would make tags, and those behind the closing brace of one without a tag. */
class TagNames {
	#hashes: number[] | undefined;
	#parens = 0;
	/** Depths of braces that hold members of a struct without a tag. */
	readonly #anonymous: number[] = [];
	#named = false;

	begin(parens: number): void {
		this.#hashes = [];
		this.#parens = parens;
	}

	add(writer: PostingsWriter, hash: number, piece: number): void {
		if (this.#hashes) {
			writer.add(Role.type, hash, piece);
			this.#hashes.push(hash);
		}
		if (this.#named) writer.add(Role.tag, hash, piece);
	}

	open(writer: PostingsWriter, piece: number, depth: number): void {
		for (const hash of this.#hashes ?? []) writer.add(Role.tag, hash, piece);
		if (this.#hashes?.length === 0) this.#anonymous.push(depth);
		this.#hashes = undefined;
	}

	close(depth: number): void {
		this.#named = this.#anonymous.at(-1) === depth;
		if (this.#named) this.#anonymous.pop();
	}

	pass(what: number, parens: number): void {
		if (what === SEMICOLON || what === OPEN_BRACE) this.#named = false;
		if (what === STAR || what === SEMICOLON || what === COMMA || what === EQUALS || parens < this.#parens) this.#hashes = undefined;
	}
}

function lookAround(text: string, tokens: Tokens, i: number, from: number, to: number): Around {
	let next = i + 1;
	while (next < to && tokens.kind[next] === Kind.directive) next++;
	let behind = next;
	while (behind < to && (tokens.kind[behind] === Kind.directive || punctAt(text, tokens, behind) === CLOSE)) behind++;
	return {
		previous: i > from ? punctAt(text, tokens, i - 1) : 0,
		next: next < to ? punctAt(text, tokens, next) : SEMICOLON,
		isBeforeName: next < to && tokens.kind[next] === Kind.name && tokens.what[next] === Word.name,
		behind: behind < to ? punctAt(text, tokens, behind) : 0,
		assigned: behind < to && punctAt(text, tokens, behind) === EQUALS && (tokens.end[behind] ?? 0) - (tokens.start[behind] ?? 0) === 1,
	};
}

function punctAt(text: string, tokens: Tokens, i: number): number {
	if (tokens.kind[i] !== Kind.punct) return 0;
	const what = tokens.what[i] ?? 0;
	/* `...` of a range */
	if (what === DOT && (tokens.end[i] ?? 0) - (tokens.start[i] ?? 0) > 1) return 0;
	return what === MINUS && text.charCodeAt((tokens.start[i] ?? 0) + 1) === GREATER ? DOT : what;
}

/** Whether a name outside of braces may be one that is declared there: not in parentheses, or as `(*name)`, `(name)(`, `MACRO(name`, `MACRO(type, name)`. */
function isDeclared(text: string, tokens: Tokens, i: number, parens: number, { previous, next, behind }: Around): boolean {
	if (parens <= 0 || previous === OPEN || previous === COMMA) return true;
	if (previous === STAR) {
		const before = i >= 2 ? punctAt(text, tokens, i - 2) : 0;
		if (before === OPEN || before === STAR) return true;
	}
	return next === OPEN_BRACKET || (next === CLOSE && behind !== OPEN_BRACE && behind !== SEMICOLON);
}

/** Posts the words of a `#define` that stands at [start, end). */
export function postDefine(text: string, start: number, end: number, piece: number, writer: PostingsWriter): void {
	let at = skipBlanks(text, start + 1, end) + "define".length;
	at = skipBlanks(text, at, end);
	const nameEnd = skipName(text, at, end);
	if (nameEnd === at) return;
	writer.add(Role.macro, hashOf(text, at, nameEnd), piece);
	let previous = 0;
	for (at = nameEnd; at < end; ) {
		const code = text.charCodeAt(at);
		if (code === 34 || code === 39) at = skipLiteral(text, at, end);
		else if (isDigit(code)) at = skipName(text, at, end);
		else if (isNameCode(code)) {
			const past = skipName(text, at, end);
			if ((WORDS.get(text.slice(at, past)) ?? Word.name) === Word.name) {
				const next = skipBlanks(text, past, end);
				let behind = next;
				while (behind < end && text.charCodeAt(behind) === CLOSE) behind = skipBlanks(text, behind + 1, end);
				const around = {
					previous,
					next: codeAt(text, next, end),
					isBeforeName: false,
					behind: codeAt(text, behind, end),
					assigned: false,
				};
				postReading(writer, hashOf(text, at, past), piece, around, true);
			}
			at = past;
		} else {
			at++;
			const next = skipBlanks(text, at, end);
			if (code === DOT && text.charCodeAt(at - 2) === DOT) previous = 0;
			else previous = code === MINUS && text.charCodeAt(at) === GREATER ? DOT : code === GREATER && previous === DOT ? DOT : code;
			if (next > at) at = next;
			continue;
		}
		previous = 0;
		at = skipBlanks(text, at, end);
	}
}

function codeAt(text: string, at: number, end: number): number {
	return at < end ? text.charCodeAt(at) : SEMICOLON;
}

function isDigit(code: number): boolean {
	return code >= 48 && code <= 57;
}

function skipName(text: string, from: number, end: number): number {
	let at = from;
	while (at < end && isNameCode(text.charCodeAt(at))) at++;
	return at;
}

function skipLiteral(text: string, from: number, end: number): number {
	const quote = text.charCodeAt(from);
	let at = from + 1;
	while (at < end && text.charCodeAt(at) !== quote) at += text.charCodeAt(at) === 92 ? 2 : 1;
	return Math.min(at + 1, end);
}

/** Past blanks, escaped line ends and comments. */
function skipBlanks(text: string, from: number, end: number): number {
	let at = from;
	while (at < end) {
		const code = text.charCodeAt(at);
		if (code === 47 && text.charCodeAt(at + 1) === STAR) {
			const close = text.indexOf("*/", at + 2);
			at = close < 0 ? end : close + 2;
		} else if (code === 47 && text.charCodeAt(at + 1) === 47) return end;
		else if (code === 32 || code === 92 || (code >= 9 && code <= 13)) at++;
		else break;
	}
	return Math.min(at, end);
}
