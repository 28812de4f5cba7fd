/** In which pieces of which files a word stands in a role: one look for all files. */

import type { SourceFile } from "../analysis/snapshot.ts";
import type { Pieces, WordPostings, WordRole } from "../facts/index.ts";
import { firstAt, inRole, keyOf, Role, roleOf } from "../syntax/postings.ts";

import type { ChangedWords } from "./history.ts";
import { areToldByFacts, definedIn, keysIn } from "./reaching.ts";

/** The pieces of a file, in order. */
export interface FilePieces {
	readonly file: SourceFile;
	readonly pieces: readonly number[];
}

/** A file that differs: its pieces as they are and as they were. */
export interface Change {
	readonly path: string;
	readonly now: Pieces | undefined;
	readonly then: Pieces | undefined;
}

/** The words in the pieces that are different in a file. @param whole when all of its pieces count */
export function wordsIn({ path, now, then }: Change, whole: boolean): ChangedWords {
	const different = whole ? undefined : then && now?.newSince?.(then);
	if ((now && now.postings === undefined) || (then && then.postings === undefined)) return { path, keys: undefined };
	const keys = new Set<number>();
	if (then?.postings) addKeys(keys, then.postings, different?.then);
	if (now?.postings) addKeys(keys, now.postings, different?.now);
	return { path, keys };
}

/** The words of many files, sorted by key. */
interface Base {
	/** Undefined for those that are no longer there as they were: nothing else may hold them. */
	readonly files: readonly (SourceFile | undefined)[];
	readonly places: ReadonlyMap<string, number>;
	readonly keys: Uint32Array;
	/** Which of the files, and which of its pieces. */
	readonly owners: Uint32Array;
	readonly pieces: Uint32Array;
}

/** So many files that are in no base, and they get one. */
const MOST = 24;
/** So many bases, and all files get one. */
const MOST_BASES = 6;

interface Layer {
	readonly base: Base;
	/** What its first file is as the owner of a piece: those of all layers are told apart. */
	readonly first: number;
}

export class PieceIndex {
	readonly #layers: readonly Layer[];
	/** Files that are in no base as they are now. */
	readonly #others: readonly SourceFile[];
	/** The files of all layers, and the others: by their number as owners. */
	readonly #owners: Base["files"];
	readonly #files: ReadonlyMap<string, SourceFile>;
	/** Where each file stands in the order of answers. */
	readonly #ranks: ReadonlyMap<string, number>;

	/** @param before the index of nearly the same files */
	constructor(files: ReadonlyMap<string, SourceFile>, before?: PieceIndex) {
		this.#files = files;
		this.#ranks = new Map([...files.keys()].map((path, rank) => [path, rank]));
		const known = before ? before.#layers.map(({ base }) => withoutGone(base, files)) : [];
		const isIn = (base: Base, file: SourceFile): boolean => base.files[base.places.get(file.path) ?? -1]?.pieces === file.pieces;
		const all = [...files.values()];
		const fresh = all.filter((file) => !known.some((base) => isIn(base, file)));
		const readable = ({ pieces }: SourceFile): boolean => pieces.postings !== undefined;
		const bases =
			fresh.length <= MOST
				? known
				: known.length < MOST_BASES
					? [...known, makeBase(fresh.filter(readable))]
					: [makeBase(all.filter(readable))];
		this.#others = fresh.length <= MOST ? fresh : all.filter((file) => !readable(file));
		let first = 0;
		this.#layers = bases.map((base) => {
			const layer = { base, first };
			first += base.files.length;
			return layer;
		});
		this.#owners = [...bases.flatMap((base) => base.files), ...this.#others];
	}

	/** Whether words lead to each other as in an index made before: the files that differ call, define and name what they did. */
	reachesAs(before: PieceIndex): boolean {
		if (this.#files.size !== before.#files.size) return false;
		for (const [path, { pieces }] of this.#files) {
			const then = before.#files.get(path)?.pieces;
			if (then !== pieces && (then === undefined || !leadsAs(pieces, then))) return false;
		}
		return true;
	}

	/** All files, in order. */
	paths(): readonly string[] {
		return [...this.#files.keys()];
	}

	/** Where a file stands in the order of answers. */
	rankOf(path: string): number {
		return this.#ranks.get(path) ?? -1;
	}

	/** What differs from an index made before: files that came, went or changed. */
	changesSince(before: PieceIndex): readonly Change[] {
		const changes: Change[] = [];
		for (const [path, { pieces }] of this.#files) {
			const then = before.#files.get(path)?.pieces;
			if (then !== pieces) changes.push({ path, now: pieces, then });
		}
		for (const [path, { pieces }] of before.#files) if (!this.#files.has(path)) changes.push({ path, now: undefined, then: pieces });
		return changes;
	}

	/** The pieces in which one of the words may stand in its role, in the order of files. @param only the files that are asked about, else all */
	find(words: Iterable<readonly [WordRole, string]>, only?: ReadonlySet<string>): readonly FilePieces[] {
		if (only === undefined) return this.#findKeys([...words].map(([role, word]) => keyOf(Role[role], word)));
		const all = [...words];
		return [...only]
			.flatMap((path) => this.#files.get(path) ?? [])
			.sort((a, b) => this.rankOf(a.path) - this.rankOf(b.path))
			.map((file) => ({ file, pieces: [...new Set(all.flatMap(([role, word]) => file.pieces.find(role, word)))].sort((a, b) => a - b) }))
			.filter(({ pieces }) => pieces.length > 0);
	}

	/** Those of some pieces in which something stands as a value that a piece with one of the words defines. */
	mentioning(places: readonly FilePieces[], words: Iterable<readonly [WordRole, string]>): readonly FilePieces[] {
		const wanted = new Set<number>();
		for (const [role, word] of words)
			this.visit(keyOf(Role[role], word), (pieces, piece) => {
				for (const key of definedIn(pieces, piece)) wanted.add(inRole(key, Role.value));
			});
		return places.map(({ file, pieces }) => {
			if (file.pieces.postings === undefined) return { file, pieces };
			const values = keysIn(file.pieces, Role.value);
			return { file, pieces: pieces.filter((piece) => values[piece]?.some((key) => wanted.has(key))) };
		});
	}

	#findKeys(wanted: readonly number[]): readonly FilePieces[] {
		const found = new Map<number, number[]>();
		for (const key of wanted)
			this.#visit(key, (owner, piece) => {
				const known = found.get(owner);
				if (known === undefined) found.set(owner, [piece]);
				else if (known.at(-1) !== piece && !known.includes(piece)) known.push(piece);
			});
		return [...found]
			.map(([owner, pieces]) => ({ file: this.#fileAt(owner), pieces: pieces.length > 1 ? pieces.sort((a, b) => a - b) : pieces }))
			.sort((a, b) => this.rankOf(a.file.path) - this.rankOf(b.file.path));
	}

	#fileAt(owner: number): SourceFile {
		return this.#owners[owner] as SourceFile;
	}

	/** Calls back with each piece in which a word stands in a role, by its key. */
	visit(key: number, visit: (pieces: Pieces, piece: number) => void): void {
		this.#visit(key, (owner, piece) => visit(this.#fileAt(owner).pieces, piece));
	}

	#visit(key: number, visit: (owner: number, piece: number) => void): void {
		for (const { base, first } of this.#layers) {
			const { files, keys, owners, pieces } = base;
			for (let at = firstAt(keys, key); keys[at] === key; at++) {
				const owner = owners[at] as number;
				if (files[owner] !== undefined) visit(first + owner, pieces[at] as number);
			}
		}
		const first = this.#owners.length - this.#others.length;
		this.#others.forEach(({ pieces: { postings, count } }, index) => {
			const owner = first + index;
			if (postings === undefined) for (let piece = 0; piece < count; piece++) visit(owner, piece);
			else for (let at = firstAt(postings.keys, key); postings.keys[at] === key; at++) visit(owner, postings.pieces[at] as number);
		});
	}
}

/** The pieces of a file that may define a word which another file may define too. */
export function piecesDefiningAlso(own: Pieces, { postings: others }: Pieces): Iterable<number> {
	const { postings } = own;
	if (postings === undefined || others === undefined) return Array.from({ length: own.count }, (_, piece) => piece);
	const found = new Set<number>();
	for (let at = 0; at < postings.keys.length; at++) {
		const key = postings.keys[at] as number;
		if (roleOf(key) === Role.defined && others.keys[firstAt(others.keys, key)] === key) found.add(postings.pieces[at] as number);
	}
	return found;
}

/** Roles of the words by which a function leads to another, or to what is looked for. */
const LEADING: ReadonlySet<number> = new Set([Role.called, Role.calledInMacro, Role.fieldCalled, Role.fieldSet, Role.field, Role.defined]);

/** Whether two texts have the same words in these roles in each of their pieces. */
function leadsAs(now: Pieces, then: Pieces): boolean {
	const a = now.postings;
	const b = then.postings;
	if (a === undefined || b === undefined) return false;
	const different = now.newSince?.(then);
	if (different === undefined) return false;
	/* what such pieces define may be something else with the same words */
	for (const piece of different.now) if (areToldByFacts(now, piece)) return false;
	for (const piece of different.then) if (areToldByFacts(then, piece)) return false;
	let other = 0;
	const skip = (): void => {
		while (other < b.keys.length && !LEADING.has(roleOf(b.keys[other] as number))) other++;
	};
	for (let at = 0; at < a.keys.length; at++) {
		if (!LEADING.has(roleOf(a.keys[at] as number))) continue;
		skip();
		if (a.keys[at] !== b.keys[other] || a.pieces[at] !== b.pieces[other]) return false;
		other++;
	}
	skip();
	return other === b.keys.length;
}

/** Adds the keys of all words. @param only in these pieces, else in all */
export function addKeys(keys: Set<number>, postings: WordPostings, only?: Pick<ReadonlySet<number>, "has">): void {
	for (let at = 0; at < postings.keys.length; at++)
		if (only === undefined || only.has(postings.pieces[at] as number)) keys.add(postings.keys[at] as number);
}

/** The same words, without the files that are no longer there as they were. */
function withoutGone(base: Base, now: ReadonlyMap<string, SourceFile>): Base {
	const isGone = (file: SourceFile | undefined): boolean => file !== undefined && now.get(file.path)?.pieces !== file.pieces;
	return base.files.some(isGone) ? { ...base, files: base.files.map((file) => (isGone(file) ? undefined : file)) } : base;
}

/** Joins the words of files into one list. */
function makeBase(files: readonly SourceFile[]): Base {
	const total = files.reduce((sum, { pieces }) => sum + (pieces.postings?.keys.length ?? 0), 0);
	const keys = new Uint32Array(total);
	const owners = new Uint32Array(total);
	const pieces = new Uint32Array(total);
	let count = 0;
	files.forEach((file, owner) => {
		const { postings } = file.pieces;
		if (postings === undefined) return;
		keys.set(postings.keys, count);
		pieces.set(postings.pieces, count);
		owners.fill(owner, count, count + postings.keys.length);
		count += postings.keys.length;
	});
	/* the lists of one file are in order */
	const order = files.length === 1 ? Uint32Array.from(keys.keys()) : orderOf(keys);
	return {
		files,
		places: new Map(files.map(({ path }, place) => [path, place])),
		keys: order.map((at) => keys[at] as number),
		owners: order.map((at) => owners[at] as number),
		pieces: order.map((at) => pieces[at] as number),
	};
}

/** The places of keys in ascending order, equal ones as they stood: a radix sort, 16 bits at a time. */
function orderOf(keys: Uint32Array): Uint32Array {
	let order = Uint32Array.from(keys, (_, at) => at);
	for (const shift of [0, 16]) {
		const starts = new Uint32Array((1 << 16) + 1);
		for (const key of keys) (starts[((key >>> shift) & 0xffff) + 1] as number)++;
		for (let digit = 0; digit < 1 << 16; digit++) starts[digit + 1] = (starts[digit + 1] as number) + (starts[digit] as number);
		const sorted = new Uint32Array(keys.length);
		for (const at of order) {
			const digit = ((keys[at] as number) >>> shift) & 0xffff;
			sorted[starts[digit] as number] = at;
			starts[digit] = (starts[digit] as number) + 1;
		}
		order = sorted;
	}
	return order;
}
