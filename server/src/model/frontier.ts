/** The states that a search has met, in their order, each with the move that led to it; and a way through them as steps for people. */

import { type CompiledProgram, siteOf } from "./compile.ts";
import { Lists } from "./lists.ts";
import { type Machine, type Move, OWNER, type State } from "./moves.ts";
import { stateAfter } from "./state.ts";
import type { ExploredStep } from "./trace.ts";

/** The moves of one interleaving, each with the state after it. */
export type Path = readonly { readonly move: Move; readonly state: State }[];

export class Frontier {
	readonly states: readonly State[];
	readonly depths: number[] = [];
	/** A state was left out because there were too many. */
	full = false;
	readonly #maxStates: number;
	readonly #seen = new Lists();
	readonly #from: number[] = [];
	readonly #by: (Move | undefined)[] = [];

	constructor(maxStates: number) {
		this.#maxStates = maxStates;
		this.states = this.#seen.items;
	}

	/** Keeps a state that `move` leads to from the one at `parent` (-1: none) unless it is known. Returns true when it is new. */
	keep(state: State, parent: number, move: Move | undefined): boolean {
		const known = this.states.length;
		if (known >= this.#maxStates) {
			this.full ||= !this.#seen.has(state);
			return false;
		}
		if (this.#seen.number(state) < known) return false;
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
