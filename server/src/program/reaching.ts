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
function keysIn(pieces: Pieces, role: number): KeysByPiece {
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
 * The keys of the functions that a piece defines. Where its brackets do not match, its facts tell which: half a function, while somebody
 * writes the other half, looks as if it defined whatever it calls.
 */
export function definedIn(pieces: Pieces, piece: number): readonly number[] {
	const told = keysIn(pieces, Role.defined)[piece] ?? NONE;
	if (told.length === 0 || !brokenIn(pieces).has(piece)) return told;
	const facts = pieces.facts(piece);
	let keys = functionKeys.get(facts);
	if (keys === undefined) {
		keys = facts.functions.map(({ name }) => keyOf(Role.defined, nameInText(name)));
		functionKeys.set(facts, keys);
	}
	return keys;
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
 * The same for texts of which some are different now: where no function has become further from the words, only those are looked at that
 * have come nearer. Distances are the one solution of "0 with a word in it, else one more than the nearest callee": what agrees with that
 * everywhere is right.
 * @param changed keys of the words in the pieces that differ, as they are and as they were
 * @returns the same object when all is as it was; undefined when some function is further away
 */
export function renewDistances(
	before: Distances,
	places: Places,
	wanted: ReadonlySet<number>,
	levels: number,
	changed: Iterable<ReadonlySet<number>>,
): Distances | undefined {
	const nearer = new Map<number, number>();
	const distanceOf = (key: number): number => nearer.get(key) ?? before.get(key) ?? Number.POSITIVE_INFINITY;
	const open: number[] = [];
	const defined = [...changed].flatMap((keys) => [...keys].filter((key) => roleOf(key) === Role.defined));
	for (const key of new Set(defined)) {
		const now = distanceNow(key, places, wanted, distanceOf);
		const then = distanceOf(key);
		const bounded = now <= levels ? now : Number.POSITIVE_INFINITY;
		if (bounded > then) return undefined;
		if (bounded === then) continue;
		nearer.set(key, bounded);
		open.push(key);
	}
	for (let key = open.pop(); key !== undefined; key = open.pop()) {
		const distance = distanceOf(key) + 1;
		if (distance > levels) continue;
		places.visit(inRole(key, Role.called), (pieces, piece) => {
			for (const caller of definedIn(pieces, piece)) {
				if (distanceOf(caller) <= distance) continue;
				nearer.set(caller, distance);
				open.push(caller);
			}
		});
	}
	return nearer.size === 0 ? before : new Map([...before, ...nearer]);
}

/** How far a function is from the words, as the distances of what it calls tell. */
function distanceNow(defined: number, places: Places, wanted: ReadonlySet<number>, distanceOf: (key: number) => number): number {
	let least = Number.POSITIVE_INFINITY;
	const roles = new Set([...wanted].map(roleOf));
	places.visit(defined, (pieces, piece) => {
		if (!definedIn(pieces, piece).includes(defined)) return;
		for (const role of roles) if (keysIn(pieces, role)[piece]?.some((key) => wanted.has(key))) least = 0;
		if (least === 0) return;
		for (const called of keysIn(pieces, Role.called)[piece] ?? NONE) least = Math.min(least, distanceOf(inRole(called, Role.defined)) + 1);
	});
	return least;
}
