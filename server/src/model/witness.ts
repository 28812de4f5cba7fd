/** Finds how a use goes well: an interleaving on which the owner lives on, the use happens, and its thread goes on to its end. */

import { type CompiledProgram, compileProgram } from "./compile.ts";
import { Frontier, type Path, stepsOf } from "./frontier.ts";
import type { StepRules } from "./guards.ts";
import { makeMachine } from "./machine.ts";
import { type Machine, type Move, OWNER, type State } from "./moves.ts";
import type { MmProgram } from "./program.ts";
import { resite } from "./resite.ts";
import { isSame } from "./same.ts";
import { STEPS, type StepTable } from "./steps.ts";
import type { ExploredStep } from "./trace.ts";

export interface WitnessOptions {
	/** Number of different states after which each part of the way is given up. */
	readonly maxStates: number;
	/** What teardown waits for. */
	readonly barriers: StepRules["barriers"];
	/** The step table to run on; tests take parts of it away. */
	readonly table?: StepTable;
}

/** The use that is wanted: a thread by its name, and the instructions that count. */
export interface WantedUse {
	readonly thread: string;
	readonly nodes: ReadonlySet<number>;
}

/** Whether a move, and the state that it leads to, is what a part of the way ends with. */
type Goal = (move: Move, state: State) => boolean;

/** Returns a shortest way from one of the states to the goal on which nothing is broken and only these threads run. */
function shortestWay(
	machine: Machine,
	from: readonly State[],
	threads: ReadonlySet<number>,
	maxStates: number,
	isGoal: Goal,
): Path | undefined {
	const frontier = new Frontier(maxStates);
	let way: Path | undefined;
	for (const state of from) frontier.keep(state, -1, undefined);
	for (let at = 0; at < frontier.states.length && way === undefined && !frontier.full; at++) {
		machine.moves(frontier.states[at] as State, false, (state, move, broken) => {
			if (way !== undefined || broken !== undefined || move.thread === OWNER || (move.thread >= 0 && !threads.has(move.thread)))
				return false;
			if (isGoal(move, state)) way = frontier.pathTo(at, { move, state });
			return frontier.keep(state, at, move);
		});
	}
	return way;
}

/** A thread and those that have to end before it starts. */
function threadsUpTo(program: CompiledProgram, thread: number): ReadonlySet<number> {
	const threads = new Set<number>();
	for (let at = thread; at >= 0 && !threads.has(at); at = program.threads[at]?.after ?? -1) threads.add(at);
	return threads;
}

/**
 * Finds a shortest interleaving that reaches the use with its page tables alive, then leaves the use and goes on to the end of its
 * thread, as far as that can be without breaking anything. The owner does not exit; only the thread and those it waits for run.
 * Returns undefined when there is none, or none within `maxStates`.
 */
export function findWitness(program: MmProgram, options: WitnessOptions, wanted: WantedUse): readonly ExploredStep[] | undefined {
	const compiled = compileProgram(program);
	const machine = makeMachine(compiled, { useCounts: program.useCounts, barriers: options.barriers }, options.table ?? STEPS, undefined);
	const thread = compiled.threads.findIndex((candidate) => candidate.name === wanted.thread);
	if (thread < 0) return undefined;
	const threads = threadsUpTo(compiled, thread);
	let used = -1;
	const goals: readonly Goal[] = [
		(move, state) =>
			move.thread === thread &&
			move.op === "use" &&
			wanted.nodes.has(move.node) &&
			move.mm >= 0 &&
			machine.mmIn(state, move.mm).stage === "live" &&
			machine.mmIn(state, move.mm).usedBy.includes(wanted.thread),
		(move) => move.thread === thread && move.op === "unuse" && move.mm === used,
		(_, state) => !machine.runs(state, thread),
	];
	const path: Path[number][] = [];
	let from = machine.initial;
	for (const isGoal of goals) {
		const here = path.at(-1);
		if (here !== undefined && !machine.runs(here.state, thread)) break;
		const way = shortestWay(machine, from, threads, options.maxStates, isGoal);
		if (way === undefined) break;
		path.push(...way);
		const last = way.at(-1) as Path[number];
		if (used < 0) used = last.move.mm;
		from = [last.state];
	}
	return path.length === 0 ? undefined : stepsOf(compiled, machine, path);
}

/** A witness that was looked for, and what was found. Plain data. */
export interface Witnessed {
	readonly program: MmProgram;
	readonly options: WitnessOptions;
	readonly wanted: WantedUse;
	readonly steps: readonly ExploredStep[] | undefined;
}

/** Looks for witnesses, and not again where the program is the same but for its places in the source. */
export class Witnesses {
	readonly #found: Witnessed[] = [];
	readonly #earlier: readonly Witnessed[];

	/** @param earlier what was looked for before */
	constructor(earlier: readonly Witnessed[] = []) {
		this.#earlier = earlier;
	}

	/** What was looked for so far. */
	get found(): readonly Witnessed[] {
		return this.#found;
	}

	/** As {@link findWitness}. */
	find(program: MmProgram, options: WitnessOptions, wanted: WantedUse): Witnessed["steps"] {
		const before = this.#earlier.find(
			(known) => isSame(known.options, options) && isSame(known.wanted, wanted) && isSame(known.program, program, "site"),
		);
		const steps = before ? before.steps && resite(program, before.steps) : findWitness(program, options, wanted);
		this.#found.push({ program, options, wanted, steps });
		return steps;
	}
}
