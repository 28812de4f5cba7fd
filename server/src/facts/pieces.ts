/** The facts of a file, piece by piece: what nobody asks for is never parsed. */

import type { FileFacts, FunctionFacts, IncludeFacts, StructFacts } from "./types.ts";

/** As what a word stands in a piece of text, as far as the words around it tell; for what each means see `syntax/postings.ts`. */
export type WordRole =
	| "declared"
	| "defined"
	| "typedef"
	| "field"
	| "type"
	| "tag"
	| "macro"
	| "called"
	| "fieldCalled"
	| "fieldSet"
	| "value"
	| "calledInMacro"
	| "valueInMacro"
	| "includer";

/** Words by role and piece: two arrays of one length, sorted by key, then piece. What a key is made of, `syntax/postings.ts` says. */
export interface WordPostings {
	readonly keys: Uint32Array;
	readonly pieces: Uint32Array;
}

/** A file that is read piece by piece. The same object as long as its text is the same. */
export interface Pieces {
	readonly includes: readonly IncludeFacts[];
	/** How many there are; they are numbered from 0 in the order of the text. */
	readonly count: number;
	/** The pieces in which a word may stand in a role, in order: perhaps too many, never too few. */
	find(role: WordRole, word: string): readonly number[];
	/** The same as lists, sorted by key and piece, for whoever joins those of many files; absent where every piece has to be looked at. */
	readonly postings?: WordPostings;
	/** The facts of a piece, placed in the file; read when they are first asked for. Always the same object. */
	facts(piece: number): FileFacts;
	/** The piece in which an offset lies. */
	at(offset: number): number | undefined;
	/** The pieces that have something on a line from the first to the last (from 0). */
	onLines(first: number, last: number): readonly number[];
	/** How many pieces are functions with a body. */
	readonly functions: number;
	/** Numbers of the pieces whose brackets do not match. */
	readonly broken: Iterable<number>;
	/** What is different from an earlier text; undefined when all may be. */
	changesSince?(before: Pieces): Changes | undefined;
	/** The pieces whose facts are other objects than any of an earlier text; those that only stand elsewhere are the same. */
	newSince?(before: Pieces): Difference | undefined;
	/** Whether something stands elsewhere than its facts say: they keep the place at which their piece was first cut. */
	readonly hasMoved: boolean;
	/** Whether an offset that facts of this text or an earlier one tell is in a piece that is there. */
	holds(told: number): boolean;
	/** Where an offset stands now that facts tell, and a line (both from 0). */
	offsetNow(told: number): number;
	lineNow(told: number): number;
	/** Lets go of the text, where it can be read again. */
	forgetText?(): void;
}

/** Numbers of pieces that hold something else than others in an earlier text: those from `first` up to the ends, there and here. */
export interface Span {
	readonly first: number;
	readonly endThen: number;
	readonly endNow: number;
}

/** Numbers of the pieces that are only in one of two texts: in the earlier one, and in the later. */
export interface Difference {
	readonly then: ReadonlySet<number>;
	readonly now: ReadonlySet<number>;
}

export interface Changes extends Span {
	/** Whether pieces behind them stand elsewhere. */
	readonly moved: boolean;
}

/** Where pieces stand: offsets of the first character and past the last one, and the line (from 0) of the first. */
export interface Cuts {
	readonly starts: Int32Array;
	readonly ends: Int32Array;
	readonly lines: Int32Array;
	/** How many are functions with a body. */
	readonly functions: number;
	/** Numbers of those whose brackets do not match. */
	readonly broken: Int32Array;
	/** A hash of the text of each. */
	readonly sums: Int32Array;
}

/** What the pieces of a text are made with. */
export interface PiecesInput {
	/** The text, unless it is read when the first piece of it is asked for. */
	readonly text: string | undefined;
	/** Reads it, as often as it is forgotten; without it, it never is. */
	readonly readText: (() => string) | undefined;
	readonly cuts: Cuts;
	readonly includes: readonly IncludeFacts[];
	readonly find: Pieces["find"];
	readonly postings: WordPostings;
	/** Takes the facts of a text that stands alone. */
	readonly extract: (text: string) => FileFacts;
}

/**
 * A piece of text wherever it stands: what an edit leaves alone stays the same piece. Its facts are placed at its home, the offset and line
 * that no other piece of the file has had: with what is known of a function nothing has to be found out again because it moved.
 */
interface Piece {
	readonly start: number;
	readonly line: number;
	facts: FileFacts | undefined;
}

/** What the texts of a file have in common. */
interface Past {
	/** The first offset and line from which on no piece has been at home. */
	readonly room: { start: number; line: number };
	/** By text, the pieces that went last, the latest last: what is undone, or typed to its end again, is the piece that it was. */
	readonly gone: Map<string, Piece>;
}

/** The pieces of a file that went are remembered up to so many characters. */
const MOST_GONE = 64 * 1024;

/** The pieces of a text. */
export class TextPieces implements Pieces {
	readonly includes: readonly IncludeFacts[];
	readonly find: Pieces["find"];
	readonly postings: WordPostings;
	readonly #readText: (() => string) | undefined;
	#text: string | undefined;
	readonly #cuts: Cuts;
	readonly #extract: (text: string) => FileFacts;
	readonly #pieces: readonly Piece[];
	readonly #past: Past;
	/** Numbers of the pieces in the order of their homes. */
	#byHome: readonly number[] | undefined;
	readonly hasMoved: boolean;

	/** @param before those of an earlier text: pieces that are the same are not read again */
	constructor({ text, readText, cuts, includes, find, postings, extract }: PiecesInput, before?: TextPieces) {
		this.#text = text;
		this.#readText = readText;
		this.#cuts = cuts;
		this.includes = includes;
		this.find = find;
		this.postings = postings;
		this.#extract = extract;
		this.#past = before ? before.#past : { room: roomBehind(cuts), gone: new Map() };
		this.#pieces = before
			? this.#takeOver(before)
			: Array.from(cuts.starts, (start, piece) => ({ start, line: cuts.lines[piece] ?? 0, facts: undefined }));
		/* what can be read again nobody edits here */
		if (readText) this.#past.gone.clear();
		this.hasMoved = this.#pieces.some(({ start, line }, piece) => start !== cuts.starts[piece] || line !== cuts.lines[piece]);
	}

	/** The whole text. */
	get text(): string {
		this.#text ??= this.#readText?.() ?? "";
		return this.#text;
	}

	forgetText(): void {
		if (this.#readText) this.#text = undefined;
	}

	get count(): number {
		return this.#cuts.starts.length;
	}

	get functions(): number {
		return this.#cuts.functions;
	}

	get broken(): Iterable<number> {
		return this.#cuts.broken;
	}

	onLines(first: number, last: number): readonly number[] {
		const { lines } = this.#cuts;
		const found: number[] = [];
		for (let piece = 0; piece < this.count && (lines[piece] as number) <= last; piece++)
			if ((lines[piece + 1] ?? Number.POSITIVE_INFINITY) >= first) found.push(piece);
		return found;
	}

	changesSince(before: Pieces): Changes | undefined {
		if (!(before instanceof TextPieces)) return undefined;
		const now = this.#cuts;
		const then = before.#cuts;
		const isSame = (own: number, other: number): boolean =>
			now.sums[own] === then.sums[other] && lengthOf(now, own) === lengthOf(then, other);
		const isThere = (own: number, other: number): boolean => now.starts[own] === then.starts[other] && now.lines[own] === then.lines[other];
		const span = spanOf(this.count, before.count, isSame, isThere);
		return { ...span, moved: span.endNow < this.count && !isThere(span.endNow, span.endThen) };
	}

	newSince(before: Pieces): Difference | undefined {
		if (!(before instanceof TextPieces)) return undefined;
		const { first, endThen, endNow } = spanOf(this.count, before.count, (own, other) => this.#pieces[own] === before.#pieces[other]);
		const then = new Map(before.#pieces.slice(first, endThen).map((piece, at) => [piece, first + at]));
		const now = new Set<number>();
		let last = -1;
		for (let own = first; own < endNow; own++) {
			const piece = this.#pieces[own] as Piece;
			const other = then.get(piece);
			/* in another order they tell something else */
			if (other === undefined || other < last) now.add(own);
			else {
				last = other;
				then.delete(piece);
			}
		}
		return { then: new Set(then.values()), now };
	}

	facts(piece: number): FileFacts {
		const own = this.#pieces[piece] as Piece;
		own.facts ??= this.#place(own, this.#extract(copyOf(this.#textOf(piece))));
		return own.facts;
	}

	/** Facts of a text that stands alone, in the piece that it is. */
	#place({ start, line }: Piece, alone: FileFacts): FileFacts {
		if (start === 0 && line === 0) return alone;
		return placeFacts(
			alone,
			(offset) => offset + start,
			(count) => count + line,
		);
	}

	holds(told: number): boolean {
		const piece = this.#pieceAtHome(told, "start");
		return piece !== undefined && told < (this.#pieces[piece] as Piece).start + lengthOf(this.#cuts, piece);
	}

	offsetNow(told: number): number {
		const piece = this.hasMoved ? this.#pieceAtHome(told, "start") : undefined;
		return piece === undefined ? told : told - (this.#pieces[piece] as Piece).start + (this.#cuts.starts[piece] as number);
	}

	lineNow(told: number): number {
		const piece = this.hasMoved ? this.#pieceAtHome(told, "line") : undefined;
		return piece === undefined ? told : told - (this.#pieces[piece] as Piece).line + (this.#cuts.lines[piece] as number);
	}

	/** The last piece that is at home at an offset or line, or before it. */
	#pieceAtHome(told: number, by: "start" | "line"): number | undefined {
		const homes = this.#pieces;
		this.#byHome ??= homes.map((_, piece) => piece).sort((a, b) => (homes[a] as Piece).start - (homes[b] as Piece).start);
		let low = 0;
		let high = this.#byHome.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((homes[this.#byHome[middle] as number] as Piece)[by] <= told) low = middle + 1;
			else high = middle;
		}
		return this.#byHome[low - 1];
	}

	at(offset: number): number | undefined {
		const { starts, ends } = this.#cuts;
		let low = 0;
		let high = starts.length;
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((starts[middle] as number) <= offset) low = middle + 1;
			else high = middle;
		}
		return low > 0 && offset < (ends[low - 1] as number) ? low - 1 : undefined;
	}

	#textOf(piece: number): string {
		return this.text.slice(this.#cuts.starts[piece], this.#cuts.ends[piece]);
	}

	/** The pieces of a text, by those of an earlier one: with the same text, and as far as can be in the same order, they are the same. */
	#takeOver(before: TextPieces): readonly Piece[] {
		const isSame = (own: number, other: number): boolean =>
			this.#cuts.sums[own] === before.#cuts.sums[other] && this.#textOf(own) === before.#textOf(other);
		const { first, endThen, endNow } = spanOf(this.count, before.count, isSame);
		const left = new Map<string, number[]>();
		for (let piece = endThen - 1; piece >= first; piece--) {
			const text = before.#textOf(piece);
			const same = left.get(text);
			if (same) same.push(piece);
			else left.set(text, [piece]);
		}
		const placeThen = (piece: number): number | undefined => {
			if (piece < first) return piece;
			return piece >= endNow ? piece - endNow + endThen : left.get(this.#textOf(piece))?.pop();
		};
		const there = new Set(before.#pieces);
		const pieces = Array.from({ length: this.count }, (_, piece) => {
			const then = placeThen(piece);
			return then === undefined ? (this.#takeBack(this.#textOf(piece), there) ?? this.#makeAtHome(piece)) : (before.#pieces[then] as Piece);
		});
		for (const [text, [piece]] of left) if (piece !== undefined) this.#putAway(text, before.#pieces[piece] as Piece);
		return pieces;
	}

	/** A piece that went, and is there again. What went in one text may be there in another that came of the same one. */
	#takeBack(text: string, there: ReadonlySet<Piece>): Piece | undefined {
		const piece = this.#past.gone.get(text);
		this.#past.gone.delete(text);
		return piece && there.has(piece) ? undefined : piece;
	}

	/** Remembers a piece that went, if anything is known of it. */
	#putAway(text: string, piece: Piece): void {
		const { gone } = this.#past;
		if (piece.facts === undefined) return;
		gone.delete(text);
		gone.set(copyOf(text), piece);
		let room = MOST_GONE;
		for (const one of [...gone.keys()].reverse()) {
			room -= one.length;
			if (room < 0) gone.delete(one);
		}
	}

	/** A piece that was not there before, with room for as many lines as it has characters. */
	#makeAtHome(piece: number): Piece {
		const { room } = this.#past;
		const own = { ...room, facts: undefined };
		const length = lengthOf(this.#cuts, piece) + 1;
		room.start += length;
		room.line += length;
		return own;
	}
}

/** A text that keeps no longer one alive: names in facts are parts of the text that they were read in, and facts outlive texts. */
export function copyOf(text: string): string {
	return ` ${text}`.slice(1);
}

/** The pieces that differ, by those that are the same in front of them and behind. */
function spanOf(
	now: number,
	then: number,
	isSame: (own: number, other: number) => boolean,
	isThere: (own: number, other: number) => boolean = () => true,
): Span {
	const least = Math.min(now, then);
	let first = 0;
	while (first < least && isSame(first, first) && isThere(first, first)) first++;
	let last = 0;
	while (last < least - first && isSame(now - 1 - last, then - 1 - last)) last++;
	return { first, endThen: then - last, endNow: now - last };
}

/** Behind the last piece of a text there are as many lines at most as it has characters. */
function roomBehind({ ends, lines }: Cuts): Past["room"] {
	const end = (ends.at(-1) ?? 0) + 1;
	return { start: end, line: (lines.at(-1) ?? 0) + end };
}

function lengthOf({ starts, ends }: Cuts, piece: number): number {
	return (ends[piece] ?? 0) - (starts[piece] ?? 0);
}

/** How pieces stand that no edit has moved. */
export const UNMOVED: Pick<Pieces, "hasMoved" | "holds" | "offsetNow" | "lineNow"> = {
	hasMoved: false,
	holds: () => true,
	offsetNow: (told) => told,
	lineNow: (told) => told,
};

/** All facts of a file, placed where they stand. */
export function wholeFacts(pieces: Pieces): FileFacts {
	const told = Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece));
	const all = pieces.hasMoved ? told.map((facts) => placeFacts(facts, pieces.offsetNow.bind(pieces), pieces.lineNow.bind(pieces))) : told;
	return {
		includes: pieces.includes,
		macros: all.flatMap(({ macros }) => macros),
		structs: all.flatMap(({ structs }) => structs),
		typedefs: all.flatMap(({ typedefs }) => typedefs),
		prototypes: all.flatMap(({ prototypes }) => prototypes),
		variables: all.flatMap(({ variables }) => variables),
		functions: all.flatMap(({ functions }) => functions),
		holes: all.flatMap(({ holes }) => holes),
	};
}

/** Facts that are at hand as one piece. */
export function piecesOf(facts: FileFacts): Pieces {
	const first: readonly number[] = [0];
	return {
		includes: facts.includes,
		count: 1,
		functions: facts.functions.length,
		broken: [],
		find: () => first,
		facts: () => facts,
		at: () => 0,
		onLines: () => first,
		...UNMOVED,
	};
}

/** Facts with other offsets and lines. */
function placeFacts(facts: FileFacts, offsetOf: (start: number) => number, lineOf: (line: number) => number): FileFacts {
	const place = <T extends { readonly start: number; readonly line: number }>(item: T): T => ({
		...item,
		start: offsetOf(item.start),
		line: lineOf(item.line),
	});
	const placeFunction = (fn: FunctionFacts): FunctionFacts => ({ ...place(fn), end: offsetOf(fn.start) + fn.end - fn.start });
	const placeStruct = (struct: StructFacts): StructFacts => ({
		...struct,
		line: lineOf(struct.line),
		fields: struct.fields.map((field) => ({ ...field, line: lineOf(field.line) })),
	});
	return {
		...facts,
		macros: facts.macros.map(place),
		variables: facts.variables.map(place),
		functions: facts.functions.map(placeFunction),
		structs: facts.structs.map(placeStruct),
		holes: facts.holes.map((hole) => ({ ...hole, line: lineOf(hole.line) })),
	};
}
