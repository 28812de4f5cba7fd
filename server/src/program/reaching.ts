/** Which functions lead to some words, and by how many calls, as far as the words of pieces tell: nothing is read for it. */

import type { Pieces } from "../facts/index.ts";
import type { FileFacts } from "../facts/types.ts";
import { inRole, keyOf, Role, roleOf } from "../syntax/postings.ts";

/** By the key of a function's name in the role `defined`: how many calls lead from it to one of the words; 0 where one stands in it. */
export type Distances = ReadonlyMap<number, number>;

/** The pieces of all files, as far as this asks about them. */
export interface Places {
	/** Calls back with each piece in which a word stands in a role, by its key. */
	visit(key: number, visit: (pieces: Pieces, piece: number) => void): void;
}

/** Keys by piece, in one role. */
type KeysByPiece = readonly (readonly number[] | undefined)[];

const known = new WeakMap<Pieces, Map<number, KeysByPiece>>();

/** The keys of all words that stand in a role, by piece; none where a file does not tell its words. */
export function keysIn(pieces: Pieces, role: number): KeysByPiece {
	const byRole = known.get(pieces) ?? new Map<number, KeysByPiece>();
	known.set(pieces, byRole);
	let found = byRole.get(role);
	if (found === undefined) {
		const lists: number[][] = [];
		const { keys, pieces: numbers } = pieces.postings ?? { keys: [], pieces: [] };
		for (let at = 0; at < keys.length; at++) {
			const key = keys[at] as number;
			if (roleOf(key) !== role) continue;
			const number = numbers[at] as number;
			const list = lists[number];
			if (list) list.push(key);
			else lists[number] = [key];
		}
		found = lists;
		byRole.set(role, found);
	}
	return found;
}

/**
 * The keys of the functions that a piece defines. Where its brackets do not match, or it seems to define several, its facts tell which:
 * half a function, while somebody writes the other half, looks as if it defined whatever it calls; so do the arguments of a macro that makes one.
 */
export function definedIn(pieces: Pieces, piece: number): readonly number[] {
	const told = keysIn(pieces, Role.defined)[piece] ?? NONE;
	if (!areToldByFacts(pieces, piece)) return told;
	const facts = pieces.facts(piece);
	let keys = functionKeys.get(facts);
	if (keys === undefined) {
		keys = facts.functions.map(({ name }) => keyOf(Role.defined, nameInText(name)));
		functionKeys.set(facts, keys);
	}
	return keys;
}

/** Whether the words of a piece do not say which functions it defines. */
export function areToldByFacts(pieces: Pieces, piece: number): boolean {
	const { length = 0 } = keysIn(pieces, Role.defined)[piece] ?? NONE;
	return length > 1 || (length > 0 && brokenIn(pieces).has(piece));
}

const broken = new WeakMap<Pieces, ReadonlySet<number>>();

function brokenIn(pieces: Pieces): ReadonlySet<number> {
	let numbers = broken.get(pieces);
	if (numbers === undefined) {
		numbers = new Set(pieces.broken);
		broken.set(pieces, numbers);
	}
	return numbers;
}

const functionKeys = new WeakMap<FileFacts, readonly number[]>();

/** The name by which the text of a function tells of it: what SYSCALL_DEFINE and COMPAT_SYSCALL_DEFINE make of it is longer. */
export function nameInText(name: string): string {
	return name.replace(/^__do_(?:compat_)?sys_/, "");
}

const NONE: readonly number[] = [];

/** The functions from which at most so many calls lead to one of some words. @param wanted keys of the words in their roles */
export function findDistances(places: Places, wanted: Iterable<number>, levels: number): Distances {
	const found = new Map<number, number>();
	let keys = [...wanted];
	for (let level = 0; level <= levels && keys.length > 0; level++) {
		const next: number[] = [];
		for (const key of keys)
			places.visit(key, (pieces, piece) => {
				for (const defined of definedIn(pieces, piece)) {
					if (found.has(defined)) continue;
					found.set(defined, level);
					next.push(inRole(defined, Role.called));
				}
			});
		keys = next;
	}
	return found;
}

/**
 * The same for texts of which some are different now. Distances are the one solution of "0 with a word in it, else one more than the nearest
 * callee": first those go that nothing supports any more, nearest first, then what is nearer spreads to the callers.
 * @param changes keys of the words in the pieces that differ, as they are and as they were
 * @returns the same object when all is as it was
 */
export function renewDistances(
	before: Distances,
	places: Places,
	wanted: ReadonlySet<number>,
	levels: number,
	changes: Iterable<{ readonly keys: ReadonlySet<number> }>,
): Distances {
	const now = new Map<number, number>();
	const distanceOf = (key: number): number => now.get(key) ?? before.get(key) ?? Number.POSITIVE_INFINITY;
	const visitCallers = (key: number, visit: (caller: number) => void): void =>
		places.visit(inRole(key, Role.called), (pieces, piece) => {
			for (const caller of definedIn(pieces, piece)) visit(caller);
		});
	const doubtful = new Set([...changes].flatMap(({ keys }) => definedAmong(keys)));
	const roles = new Set([...wanted].map(roleOf));
	const distanceNow = (key: number): number => distanceIn(places, key, wanted, roles, distanceOf);
	const byLevel: number[][] = Array.from({ length: levels + 1 }, () => []);
	for (const key of doubtful) byLevel[before.get(key) ?? -1]?.push(key);
	byLevel.forEach((keys, level) => {
		for (const key of keys) {
			if (now.has(key) || distanceNow(key) <= level) continue;
			now.set(key, Number.POSITIVE_INFINITY);
			doubtful.add(key);
			visitCallers(key, (caller) => before.get(caller) === level + 1 && byLevel[level + 1]?.push(caller));
		}
	});
	const open: number[] = [];
	const bring = (key: number, distance: number): void => {
		if (distance > levels || distance >= distanceOf(key)) return;
		now.set(key, distance);
		open.push(key);
	};
	for (const key of doubtful) bring(key, distanceNow(key));
	for (let key = open.pop(); key !== undefined; key = open.pop()) {
		const distance = distanceOf(key) + 1;
		visitCallers(key, (caller) => bring(caller, distance));
	}
	const different = [...now].filter(([key, distance]) => distance !== (before.get(key) ?? Number.POSITIVE_INFINITY));
	if (different.length === 0) return before;
	const after = new Map(before);
	for (const [key, distance] of different) {
		if (distance <= levels) after.set(key, distance);
		else after.delete(key);
	}
	return after;
}

const defined = new WeakMap<ReadonlySet<number>, readonly number[]>();

/** Those among the keys of a change that stand for functions: asked for with each question. */
function definedAmong(keys: ReadonlySet<number>): readonly number[] {
	const known = defined.get(keys) ?? [...keys].filter((key) => roleOf(key) === Role.defined);
	defined.set(keys, known);
	return known;
}

/** How far a function is from the words, as the distances of what it calls tell. */
function distanceIn(
	places: Places,
	defined: number,
	wanted: ReadonlySet<number>,
	roles: ReadonlySet<number>,
	distanceOf: (key: number) => number,
): number {
	let least = Number.POSITIVE_INFINITY;
	places.visit(defined, (pieces, piece) => {
		if (!definedIn(pieces, piece).includes(defined)) return;
		for (const role of roles) if (keysIn(pieces, role)[piece]?.some((key) => wanted.has(key))) least = 0;
		if (least === 0) return;
		for (const called of keysIn(pieces, Role.called)[piece] ?? NONE) least = Math.min(least, distanceOf(inRole(called, Role.defined)) + 1);
	});
	return least;
}
