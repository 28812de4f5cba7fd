/**
 * Runs an mm program over all interleavings, breadth first, and says what it found: proved, violated with a trace, or bounded.
 *
 * Of the owner only the exit is explored (SIGKILL is one). exec lets go of the mm as exit does and waits for more; a CLONE_VM sibling
 * only holds one user more; munmap takes a page, not the tables: none of them breaks what exit does not.
 */

import { compileProgram, siteOf } from "./compile.ts";
import type { StepRules } from "./guards.ts";
import { type Machine, type Move, makeMachine, OWNER, type State } from "./machine.ts";
import type { MmProgram } from "./program.ts";
import type { Property } from "./properties.ts";
import { stateAfter } from "./state.ts";
import { STEPS, type StepTable } from "./steps.ts";
import type { ExploredStep } from "./trace.ts";

export interface ExploreOptions {
	/** Number of different states after which the search is given up. */
	readonly maxStates: number;
	/** What teardown waits for: libaio requests, release callbacks that stop a user. False asks what would hold without. */
	readonly barriers: StepRules["barriers"];
	/** What to look for; without, every property. What else goes wrong is passed over, as a kernel that does not notice would. */
	readonly properties?: readonly Property[];
	/** Only what this thread itself breaks counts, beside page tables; an interleaving on which another breaks something ends there. */
	readonly blame?: string;
	/** The step table to run on; tests take parts of it away. */
	readonly table?: StepTable;
}

export type Exploration =
	/** `uses`: the instructions that borrowed a mm on some interleaving, as `thread:node`; without any the proof says nothing. */
	| { readonly result: "proved"; readonly states: number; readonly uses: ReadonlySet<string> }
	| { readonly result: "violated"; readonly states: number; readonly property: Property; readonly trace: readonly ExploredStep[] }
	| { readonly result: "bounded"; readonly states: number; readonly bound: string };

/** A violation as the search finds it: the moves from the beginning to it, each with the state after it. */
interface Found {
	readonly property: Property;
	readonly path: readonly { readonly move: Move; readonly state: State }[];
}

interface Searched {
	readonly states: number;
	readonly found: Found | undefined;
	readonly complete: boolean;
	/** Uses that took effect: thread index and node. */
	readonly uses: ReadonlySet<string>;
}

/** Returns the key of a state: one UTF-16 unit for a number, two for one that does not fit. */
function keyOf(state: State): string {
	let key = "";
	for (const number of state) {
		key += number < 0x8000 ? String.fromCharCode(number) : String.fromCharCode(0x8000 | (number & 0x7fff), number >> 15);
	}
	return key;
}

/** Searches breadth first until something is broken, all states are seen, or there are too many. */
function search(machine: Machine, maxStates: number, reduced: boolean, blamed: number | undefined): Searched {
	const seen = new Set<string>();
	const states: State[] = [];
	const from: number[] = [];
	const depths: number[] = [];
	const by: (Move | undefined)[] = [];
	let found: { readonly property: Property; readonly state: State; readonly move: Move; readonly from: number } | undefined;
	let full = false;
	const uses = new Set<string>();

	/** Keeps a state unless it is known. Returns true when it is new. */
	const keep = (state: State, parent: number, move: Move | undefined): boolean => {
		const key = keyOf(state);
		if (seen.has(key)) return false;
		if (states.length >= maxStates) {
			full = true;
			return false;
		}
		seen.add(key);
		states.push(state);
		from.push(parent);
		depths.push(parent < 0 ? 0 : (depths[parent] ?? 0) + 1);
		by.push(move);
		return true;
	};

	for (const state of machine.initial) keep(state, -1, undefined);
	for (let at = 0; at < states.length && !full; at++) {
		const state = states[at];
		/* Of the shortest interleavings, one on which everything is gone before the use begins is the easiest to follow. */
		if (state === undefined || (found !== undefined && (found.move.op === "use" || depths[at] !== depths[found.from]))) break;
		machine.moves(state, reduced, (next, move, broken) => {
			if (found !== undefined && (broken !== found.property || move.op !== "use")) return false;
			if (move.op === "use" && move.mm >= 0) uses.add(`${move.thread}:${move.node}`);
			if (broken !== undefined && broken !== "page-tables" && blamed !== undefined && move.thread !== blamed) return false;
			if (broken !== undefined) found = { property: broken, state: next, move, from: at };
			return broken === undefined && keep(next, at, move);
		});
	}
	if (found === undefined) return { states: states.length, found: undefined, complete: !full, uses };
	const path = [{ move: found.move, state: found.state }];
	for (let at = found.from; ; at = from[at] ?? -1) {
		const move = by[at];
		const state = states[at];
		if (move === undefined || state === undefined) break;
		path.push({ move, state });
	}
	return { states: states.length, found: { property: found.property, path: path.reverse() }, complete: true, uses };
}

/**
 * Explores a program. First without the orders of moves that no thread can notice; only what is violated is searched once more in
 * full, so that the trace is a shortest one (if that search is bounded, the trace that was found first is given).
 */
export function explore(program: MmProgram, options: ExploreOptions): Exploration {
	const compiled = compileProgram(program);
	const rules: StepRules = { useCounts: program.useCounts, barriers: options.barriers };
	const machine = makeMachine(compiled, rules, options.table ?? STEPS, options.properties);
	const blamed = options.blame === undefined ? undefined : compiled.threads.findIndex((thread) => thread.name === options.blame);
	const quick = search(machine, options.maxStates, true, blamed);
	if (quick.found === undefined) {
		if (quick.complete) return { result: "proved", states: quick.states, uses: quick.uses };
		return { result: "bounded", states: quick.states, bound: `${options.maxStates} states` };
	}
	const thorough = search(machine, options.maxStates, false, blamed);
	const found = thorough.found ?? quick.found;
	const trace: ExploredStep[] = [];
	let shown = 0;
	for (const { move, state } of found.path) {
		if (move.op === "set") continue;
		const thread = compiled.threads[move.thread];
		if (move.mm >= 0) shown = move.mm;
		trace.push({
			thread: thread?.name ?? (move.thread === OWNER ? "owner" : "teardown"),
			op: move.op,
			mm: (move.op === "branch" ? compiled.mms[shown] : compiled.mms[move.mm]) ?? "",
			...(move.arg === undefined ? {} : { arg: move.arg }),
			node: move.node,
			site: siteOf(thread, move.node),
			...(move.branch === undefined ? {} : { branch: move.branch }),
			after: stateAfter(machine.mmIn(state, shown)),
		});
	}
	return { result: "violated", states: thorough.states, property: found.property, trace };
}
