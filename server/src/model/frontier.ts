/** The states that a search has met, in their order, each with the move that led to it; and a way through them as steps for people. */

import { type CompiledProgram, siteOf } from "./compile.ts";
import { type Machine, type Move, OWNER, type State } from "./moves.ts";
import { stateAfter } from "./state.ts";
import type { ExploredStep } from "./trace.ts";

/** The moves of one interleaving, each with the state after it. */
export type Path = readonly { readonly move: Move; readonly state: State }[];

/** Returns the key of a state: one UTF-16 unit for a number, two for one that does not fit. */
function keyOf(state: State): string {
	let key = "";
	for (const number of state) {
		key += number < 0x8000 ? String.fromCharCode(number) : String.fromCharCode(0x8000 | (number & 0x7fff), number >> 15);
	}
	return key;
}

export class Frontier {
	readonly states: State[] = [];
	readonly depths: number[] = [];
	/** A state was left out because there were too many. */
	full = false;
	readonly #maxStates: number;
	readonly #seen = new Set<string>();
	readonly #from: number[] = [];
	readonly #by: (Move | undefined)[] = [];

	constructor(maxStates: number) {
		this.#maxStates = maxStates;
	}

	/** Keeps a state that `move` leads to from the one at `parent` (-1: none) unless it is known. Returns true when it is new. */
	keep(state: State, parent: number, move: Move | undefined): boolean {
		const key = keyOf(state);
		if (this.#seen.has(key)) return false;
		if (this.states.length >= this.#maxStates) {
			this.full = true;
			return false;
		}
		this.#seen.add(key);
		this.states.push(state);
		this.#from.push(parent);
		this.depths.push(parent < 0 ? 0 : (this.depths[parent] ?? 0) + 1);
		this.#by.push(move);
		return true;
	}

	/** Returns the moves that led to the state at `from`, and `last` after them. */
	pathTo(from: number, last: Path[number]): Path {
		const path = [last];
		for (let at = from; ; at = this.#from[at] ?? -1) {
			const move = this.#by[at];
			const state = this.states[at];
			if (move === undefined || state === undefined) break;
			path.push({ move, state });
		}
		return path.reverse();
	}
}

/** Writes a path that begins at the start of the program as the steps that are shown: assignments are not. */
export function stepsOf(program: CompiledProgram, machine: Machine, path: Path): readonly ExploredStep[] {
	const steps: ExploredStep[] = [];
	let shown = 0;
	for (const { move, state } of path) {
		if (move.op === "set") continue;
		const thread = program.threads[move.thread];
		if (move.mm >= 0) shown = move.mm;
		steps.push({
			thread: thread?.name ?? (move.thread === OWNER ? "owner" : "teardown"),
			op: move.op,
			mm: (move.op === "branch" ? program.mms[shown] : program.mms[move.mm]) ?? "",
			...(move.arg === undefined ? {} : { arg: move.arg }),
			node: move.node,
			site: siteOf(thread, move.node),
			...(move.branch === undefined ? {} : { branch: move.branch }),
			after: stateAfter(machine.mmIn(state, shown)),
		});
	}
	return steps;
}
