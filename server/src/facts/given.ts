/** Facts that were written down, and are given back without the text they were taken from. */

import { type Pieces, UNMOVED, type WordPostings } from "./pieces.ts";
import type { FileFacts } from "./types.ts";

/** The lists of facts that belong to pieces; what a file includes belongs to all of it. */
const KINDS = ["macros", "structs", "typedefs", "prototypes", "variables", "functions", "holes"] as const satisfies (keyof FileFacts)[];
type Kind = (typeof KINDS)[number];

/** How a file was cut, as plain data: what the facts of the whole file do not tell. */
export interface PiecesTold extends Readonly<Record<Kind, readonly number[]>> {
	/** How many pieces there are. For each kind of facts: the piece of each item, in the order of the items. */
	readonly count: number;
	/** How many of them are functions with a body. */
	readonly bodies: number;
	/** Numbers of those whose brackets do not match. */
	readonly broken: readonly number[];
}

/** Tells how a file was cut. */
export function tellPieces(pieces: Pieces): PiecesTold {
	const numbers = (kind: Kind): readonly number[] =>
		Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece)[kind].map(() => piece)).flat();
	const entries = KINDS.map((kind) => [kind, numbers(kind)]);
	return { ...Object.fromEntries(entries), count: pieces.count, bodies: pieces.functions, broken: [...pieces.broken] };
}

/** Whether plain data from elsewhere has the lists that {@link givenPieces} reads. */
export function belongTogether(facts: FileFacts, told: PiecesTold): boolean {
	const isPiece = (piece: number): boolean => Number.isInteger(piece) && piece >= 0 && piece < told.count;
	const areListed = (kind: Kind): boolean =>
		Array.isArray(facts[kind]) && Array.isArray(told[kind]) && facts[kind].length === told[kind].length && told[kind].every(isPiece);
	return Array.isArray(facts.includes) && Array.isArray(told.broken) && Number.isInteger(told.bodies) && KINDS.every(areListed);
}

/**
 * The pieces of a file whose facts are at hand.
 * @param facts those of the whole file
 * @param told how they belong to its pieces
 */
export function givenPieces(facts: FileFacts, told: PiecesTold, postings: WordPostings, find: Pieces["find"]): Pieces {
	const pieces = cut(facts, told);
	return {
		includes: facts.includes,
		count: told.count,
		find,
		postings,
		facts: (piece) => pieces[piece] ?? NOTHING,
		/* only whoever has a text to show asks where pieces stand */
		at: () => undefined,
		onLines: () => [],
		functions: told.bodies,
		broken: told.broken,
		...UNMOVED,
	};
}

const NOTHING: FileFacts = {
	includes: [],
	macros: [],
	structs: [],
	typedefs: [],
	prototypes: [],
	variables: [],
	functions: [],
	holes: [],
};

/** The facts of each piece; undefined for one that has none. */
function cut(facts: FileFacts, told: PiecesTold): readonly (FileFacts | undefined)[] {
	const pieces: (FileFacts | undefined)[] = [];
	for (const kind of KINDS) {
		const lists = new Map<number, unknown[]>();
		facts[kind].forEach((item, index) => {
			const piece = told[kind][index] ?? 0;
			const list = lists.get(piece);
			if (list) list.push(item);
			else lists.set(piece, [item]);
		});
		for (const [piece, list] of lists) pieces[piece] = { ...(pieces[piece] ?? NOTHING), [kind]: list };
	}
	return pieces;
}
