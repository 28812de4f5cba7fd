/** Which words stand where, and as what: an index of a text that never misses and may name too much. */

/** As what a word stands in a piece of text, as far as the tokens around it tell. */
export const Role = {
	/** A name at file level: of a function, a variable, a type, a prototype, or a macro that stands there. */
	declared: 1,
	/** Between `struct` or `union` and a brace. */
	tag: 2,
	/** The name of a macro that is defined. */
	macro: 3,
	/** `name(…)`. */
	called: 4,
	/** `->name(…)`, `.name(…)`. */
	fieldCalled: 5,
	/** `->name =`, `.name =`. */
	fieldSet: 6,
	/** Alone, as an argument or a value. */
	value: 7,
	/** As `called`, in the body of a macro. */
	calledInMacro: 8,
	/** As `value`, in the body of a macro. */
	valueInMacro: 9,
	/** As `declared`, where braces stand: it may have a body. */
	defined: 10,
	/** As `declared`, behind `typedef`. */
	typedef: 11,
	/** `->name`, `.name`. */
	field: 12,
	/** Behind `struct` or `union`. */
	type: 13,
	/** In no text: the path of a file, for what depends on the files that it includes. */
	includer: 14,
} as const;

/** The words of a text by role and piece: two arrays of one length, sorted by key, then piece. */
export interface Postings {
	readonly keys: Uint32Array;
	readonly pieces: Uint32Array;
}

/** The hash of a word, or of the part [from, to) of a text. */
export function hashOf(text: string, from = 0, to = text.length): number {
	let hash = 0;
	for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
	return hash;
}

/** Roles take the lowest bits of a key, so that one role of a word leads to another. */
const ROLE_BITS = 4;

function mix(role: number, hash: number): number {
	const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
	return (((mixed ^ (mixed >>> 15)) << ROLE_BITS) | role) >>> 0;
}

/** The role that a key is of. */
export function roleOf(key: number): number {
	return key & ((1 << ROLE_BITS) - 1);
}

/** The key of the same word in another role. */
export function inRole(key: number, role: number): number {
	return (key - roleOf(key) + role) >>> 0;
}

/** The key under which a word is posted in a role. */
export function keyOf(role: number, word: string): number {
	return mix(role, hashOf(word));
}

/** Pieces of one text: no more are told apart. */
export const MAX_PIECES = 1 << 20;
/** Entries of the table that remembers what was posted last under a key. */
const RECENT = 1 << 12;

/** Collects postings, piece by piece in order. */
export class PostingsWriter {
	#entries = new Float64Array(256);
	#count = 0;
	readonly #recent = new Float64Array(RECENT).fill(-1);

	/** Says that a word of that hash stands in that role in a piece. */
	add(role: number, hash: number, piece: number): void {
		const key = mix(role, hash);
		const entry = key * MAX_PIECES + Math.min(piece, MAX_PIECES - 1);
		const slot = key & (RECENT - 1);
		if (this.#recent[slot] === entry) return;
		this.#recent[slot] = entry;
		if (this.#count === this.#entries.length) {
			const larger = new Float64Array(this.#count * 2);
			larger.set(this.#entries);
			this.#entries = larger;
		}
		this.#entries[this.#count++] = entry;
	}

	/** All that was added, each once. */
	finish(): Postings {
		const sorted = this.#entries.subarray(0, this.#count).sort();
		let count = 0;
		for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) sorted[count++] = sorted[at] as number;
		const keys = new Uint32Array(count);
		const pieces = new Uint32Array(count);
		for (let at = 0; at < count; at++) {
			const entry = sorted[at] as number;
			const key = Math.floor(entry / MAX_PIECES);
			keys[at] = key;
			pieces[at] = entry - key * MAX_PIECES;
		}
		return { keys, pieces };
	}
}

/** The pieces in which a word may stand in that role, in order. */
export function findPieces({ keys, pieces }: Postings, role: number, word: string): readonly number[] {
	const key = keyOf(role, word);
	let at = firstAt(keys, key);
	if (keys[at] !== key) return NONE;
	const found: number[] = [];
	for (; keys[at] === key; at++) found.push(pieces[at] as number);
	return found;
}

/** The first place of a key in a sorted list, or where it would stand. */
export function firstAt(keys: Uint32Array, key: number): number {
	let low = 0;
	let high = keys.length;
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((keys[middle] as number) < key) low = middle + 1;
		else high = middle;
	}
	return low;
}

/** The postings with those of one piece replaced by those of piece 0 of another text. */
export function inPiece(before: Postings, piece: number, now: Postings): Postings {
	let kept = 0;
	for (let at = 0; at < before.pieces.length; at++) if (before.pieces[at] !== piece) kept++;
	const added = now.keys.filter((_, at) => now.pieces[at] === 0);
	const keys = new Uint32Array(kept + added.length);
	const pieces = new Uint32Array(keys.length);
	let count = 0;
	let other = 0;
	const addBefore = (key: number, behind: number): void => {
		for (; other < added.length; other++) {
			const newKey = added[other] as number;
			if (newKey > key || (newKey === key && piece > behind)) return;
			keys[count] = newKey;
			pieces[count++] = piece;
		}
	};
	for (let at = 0; at < before.keys.length; at++) {
		const key = before.keys[at] as number;
		const old = before.pieces[at] as number;
		if (old === piece) continue;
		addBefore(key, old);
		keys[count] = key;
		pieces[count++] = old;
	}
	addBefore(Number.POSITIVE_INFINITY, 0);
	return { keys, pieces };
}

const NONE: readonly number[] = [];
