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
	| "valueInMacro";

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
}

/** Numbers of pieces that hold something else than others in an earlier text: those from `first` up to the ends, there and here. */
export interface Changes {
	readonly first: number;
	readonly endThen: number;
	readonly endNow: number;
	/** Whether pieces behind them stand elsewhere. */
	readonly moved: boolean;
	/** Whether facts that were read of the earlier text are the same objects here. */
	readonly takenOver: boolean;
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
	/** Asked for when the first piece is. */
	readonly text: () => string;
	readonly cuts: Cuts;
	readonly includes: readonly IncludeFacts[];
	readonly find: Pieces["find"];
	readonly postings: WordPostings;
	/** Takes the facts of a text that stands alone. */
	readonly extract: (text: string) => FileFacts;
}

interface Known {
	/** As if the piece were the whole file. */
	readonly alone: FileFacts;
	readonly placed: FileFacts;
	readonly start: number;
	readonly line: number;
}

/** The pieces of a text. */
export class TextPieces implements Pieces {
	readonly includes: readonly IncludeFacts[];
	readonly find: Pieces["find"];
	readonly postings: WordPostings;
	readonly #read: () => string;
	#text: string | undefined;
	readonly #cuts: Cuts;
	readonly #extract: (text: string) => FileFacts;
	readonly #known: (Known | undefined)[] = [];
	/** Stands for these pieces, and for those of which facts were taken over, without keeping them. */
	readonly #self = {};
	readonly #from: object | undefined;

	/** @param before those of an earlier text: pieces that are the same are not read again */
	constructor({ text, cuts, includes, find, postings, extract }: PiecesInput, before?: TextPieces) {
		this.#read = text;
		this.#cuts = cuts;
		this.includes = includes;
		this.find = find;
		this.postings = postings;
		this.#extract = extract;
		this.#from = before ? before.#self : undefined;
		if (before) this.#takeOver(before);
	}

	/** The whole text. */
	get text(): string {
		this.#text ??= this.#read();
		return this.#text;
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
		const least = Math.min(this.count, before.count);
		const isSame = (own: number, other: number): boolean =>
			now.sums[own] === then.sums[other] &&
			(now.ends[own] as number) - (now.starts[own] as number) === (then.ends[other] as number) - (then.starts[other] as number);
		const isThere = (own: number, other: number): boolean => now.starts[own] === then.starts[other] && now.lines[own] === then.lines[other];
		let first = 0;
		while (first < least && isSame(first, first) && isThere(first, first)) first++;
		let last = 0;
		while (last < least - first && isSame(this.count - 1 - last, before.count - 1 - last)) last++;
		const endNow = this.count - last;
		const endThen = before.count - last;
		return { first, endThen, endNow, moved: last > 0 && !isThere(endNow, endThen), takenOver: this.#from === before.#self };
	}

	facts(piece: number): FileFacts {
		let known = this.#known[piece];
		if (known === undefined) {
			known = this.#place(piece, this.#extract(this.#textOf(piece)));
			this.#known[piece] = known;
		}
		return known.placed;
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

	#place(piece: number, alone: FileFacts): Known {
		const start = this.#cuts.starts[piece] ?? 0;
		const line = this.#cuts.lines[piece] ?? 0;
		return { alone, placed: placeFacts(alone, start, line), start, line };
	}

	#takeOver(before: TextPieces): void {
		const byText = new Map<string, Known>();
		const sums = new Set<number | undefined>();
		before.#known.forEach((known, piece) => {
			if (known === undefined) return;
			byText.set(before.#textOf(piece), known);
			sums.add(before.#cuts.sums[piece]);
		});
		if (byText.size === 0) return;
		for (let piece = 0; piece < this.count; piece++) {
			const known = sums.has(this.#cuts.sums[piece]) ? byText.get(this.#textOf(piece)) : undefined;
			if (known === undefined) continue;
			const stays = known.start === this.#cuts.starts[piece] && known.line === this.#cuts.lines[piece];
			this.#known[piece] = stays ? known : this.#place(piece, known.alone);
		}
	}
}

/** All facts of a file. */
export function wholeFacts(pieces: Pieces): FileFacts {
	const all = Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece));
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
	};
}

/** The facts of a part that begins at an offset, on a line of its own. */
function placeFacts(facts: FileFacts, start: number, line: number): FileFacts {
	if (start === 0 && line === 0) return facts;
	const place = <T extends { readonly start: number; readonly line: number }>(item: T): T => ({
		...item,
		start: item.start + start,
		line: item.line + line,
	});
	const placeFunction = (fn: FunctionFacts): FunctionFacts => ({ ...place(fn), end: fn.end + start });
	const placeStruct = (struct: StructFacts): StructFacts => ({
		...struct,
		line: struct.line + line,
		fields: struct.fields.map((field) => ({ ...field, line: field.line + line })),
	});
	return {
		...facts,
		macros: facts.macros.map(place),
		variables: facts.variables.map(place),
		functions: facts.functions.map(placeFunction),
		structs: facts.structs.map(placeStruct),
		holes: facts.holes.map((hole) => ({ ...hole, line: hole.line + line })),
	};
}
