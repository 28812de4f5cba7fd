/** One thread of an mm program by itself: where it goes on over what no other thread can notice. */

import { ABSENT, type CompiledThread, type Edge, FIRST, type Local, type Ref, SECOND } from "./compile.ts";
import { Lists } from "./lists.ts";
import { UNKNOWN } from "./values.ts";

/** The place of a thread that has not begun: no instruction. */
export const WAITS = -1;

export const WAITING: Local = [WAITS];
export const ENDED: Local = [-2];

/** Returns the instruction at which a thread stands; below 0: it waits or has ended. */
export function placeOf(local: Local): number {
	return local[0] as number;
}

/** Says whether a thread has come to its end. */
export function isEnd(thread: CompiledThread | undefined, local: Local): boolean {
	const code = thread?.code[placeOf(local)];
	return code === undefined || code.do === "end";
}

/** Reads a variable. */
export function read(ref: Ref, own: Local, all: readonly number[]): number {
	return ref === ABSENT ? UNKNOWN : ((ref >= 0 ? own[ref] : all[-1 - ref]) ?? UNKNOWN);
}

/** Returns the local state at the next instruction, after this one has written its values. */
export function goOn(local: Local, { to, from }: Edge, first: number, second: number): Local {
	const next = [to];
	for (let i = 0; i < from.length; i++) {
		const at = from[i] as number;
		next.push(at >= 0 ? (local[at] as number) : at === FIRST ? first : at === SECOND ? second : UNKNOWN);
	}
	return next;
}

/** Returns the local state in which a thread begins with these values. */
export function startOf(thread: CompiledThread, values: readonly number[]): Local {
	return [thread.start, ...thread.startSlots.map((slot) => values[slot] ?? UNKNOWN)];
}

/** Goes on over what nobody else can notice, to all places where something can be noticed or the thread ends. */
export function settle(thread: CompiledThread, local: Local): readonly Local[] {
	const first = thread.code[placeOf(local)]?.do;
	if (first === "step" || first === "branch" || first === "end" || first === undefined) return [local];
	const settled: Local[] = [];
	// Loops of such instructions alone lead nowhere new. They come back to the beginning, or to a place that several ways lead to.
	let seen: Lists | undefined;
	const open: Local[] = [local];
	for (let place = open.pop(); place !== undefined; place = open.pop()) {
		const pc = placeOf(place);
		const code = thread.code[pc];
		if (code === undefined || (code.do !== "any" && (code.do !== "set" || !code.local))) {
			settled.push(place);
			continue;
		}
		if (thread.joins[pc] === true || pc === placeOf(local)) {
			seen ??= new Lists();
			const known = seen.items.length;
			if (seen.number(place) < known) continue;
		}
		if (code.do === "any") for (const next of code.next) open.push(goOn(place, next, UNKNOWN, UNKNOWN));
		else open.push(goOn(place, code.next, code.copy === undefined ? code.value : read(code.copy, place, []), UNKNOWN));
	}
	// A jump to itself: the thread stays here for ever.
	if (settled.length === 0) settled.push(local);
	return settled;
}
