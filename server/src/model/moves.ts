/** What a running mm program is at one moment, and what may happen next. */

import type { Operation } from "./operation.ts";
import type { Property } from "./properties.ts";
import type { MmState } from "./state.ts";

/**
 * A state as numbers, equal exactly when the states are: for each mm the number of its state, then for each mm the thread that tears
 * it down (plus one; 0: none or the owner), then the number of the shared values, then for each thread the number of its local state,
 * then 1 while the asked thread is in a use that is not asked about.
 */
export type State = readonly number[];

/** What happens from one state to the next. `op` "set" is never shown. */
export interface Move {
	/** Index of the thread; -1 owner, -2 teardown. */
	readonly thread: number;
	readonly op: Operation | "branch" | "set";
	/** Index of the mm; -1: none. */
	readonly mm: number;
	readonly arg: number | undefined;
	readonly node: number;
	readonly branch: boolean | undefined;
}

/** Receives each move with the state it leads to and what it breaks. Returns true when the state was not seen before. */
export type Emit = (state: State, move: Move, broken: Property | undefined) => boolean;

export interface Machine {
	readonly initial: readonly State[];
	/** Gives every move out of `state` to `emit`. `reduced`: moves that no other thread can notice are taken alone. */
	readonly moves: (state: State, reduced: boolean, emit: Emit) => void;
	/** Returns the state of an mm in `state`. */
	readonly mmIn: (state: State, mm: number) => MmState;
	/** What was broken so far and not looked for. */
	readonly passed: ReadonlySet<Property>;
	/** The values that are remembered for all states of all threads, counted. */
	readonly remembered: () => number;
	/** Why some moves were left out, if any were. */
	readonly leftOut: () => string | undefined;
	/** Says whether a thread has begun and not ended. */
	readonly runs: (state: State, thread: number) => boolean;
}

/** A thread, and those of its use instructions that are asked about. */
export interface Asked {
	readonly thread: number;
	readonly nodes: ReadonlySet<number>;
}

export const OWNER = -1;
export const TEARDOWN = -2;
