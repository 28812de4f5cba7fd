/**
 * Runs an mm program over all interleavings, breadth first, and says what it found: proved, violated with a trace, or bounded.
 *
 * Of the owner only the exit is explored (SIGKILL is one). exec lets go of the mm as exit does and waits for more; a CLONE_VM sibling
 * only holds one user more; munmap takes a page, not the tables: none of them breaks what exit does not.
 */

import { compileProgram } from "./compile.ts";
import { Frontier, type Path, stepsOf } from "./frontier.ts";
import type { StepRules } from "./guards.ts";
import { makeMachine } from "./machine.ts";
import type { Machine, Move, State } from "./moves.ts";
import type { Operation } from "./operation.ts";
import type { MmProgram } from "./program.ts";
import type { Property } from "./properties.ts";
import { resite } from "./resite.ts";
import { isSame } from "./same.ts";
import { STEPS, type StepTable } from "./steps.ts";
import type { ExploredStep } from "./trace.ts";

/** Values of variables, in all states of the threads together, after which a search is given up: so many fit into memory. */
const MAX_REMEMBERED = 20_000_000;

export interface ExploreOptions {
	/** Number of different states after which the search is given up. */
	readonly maxStates: number;
	/** What teardown waits for: libaio requests, release callbacks that stop a user. False asks what would hold without. */
	readonly barriers: StepRules["barriers"];
	/** What to look for; without, every property. What else goes wrong is passed over, as a kernel that does not notice would. */
	readonly properties?: readonly Property[];
	/** Only what this thread itself breaks counts, beside page tables; an interleaving on which another breaks something ends there. */
	readonly blame?: string;
	/** The use instructions of that thread that are asked about: what goes wrong in its other uses is passed over. Without, all. */
	readonly uses?: ReadonlySet<number>;
	/** The step table to run on; tests take parts of it away. */
	readonly table?: StepTable;
}

export type Exploration =
	/**
	 * `uses`: the instructions that borrowed a mm on some interleaving, as `thread:node`; without any the proof says nothing. `passed`: what
	 * was broken on the way but not looked for; looking for anything else changes nothing.
	 */
	| {
			readonly result: "proved";
			readonly states: number;
			readonly uses: ReadonlySet<string>;
			readonly passed: ReadonlySet<Property>;
	  }
	| { readonly result: "violated"; readonly states: number; readonly property: Property; readonly trace: readonly ExploredStep[] }
	| { readonly result: "bounded"; readonly states: number; readonly bound: string };

/** A violation as the search finds it: the moves from the beginning to it, each with the state after it. */
interface Found {
	readonly property: Property;
	readonly path: Path;
}

interface Searched {
	readonly states: number;
	readonly found: Found | undefined;
	/** Why it was given up. */
	readonly bound: string | undefined;
	/** Uses that took effect: thread index and node. */
	readonly uses: ReadonlySet<string>;
}

/** Searches breadth first until something is broken, all states are seen, or there are too many. */
function search(machine: Machine, maxStates: number, reduced: boolean, blamed: number | undefined): Searched {
	const frontier = new Frontier(maxStates);
	const { states, depths } = frontier;
	let found: { readonly property: Property; readonly state: State; readonly move: Move; readonly from: number } | undefined;
	const uses = new Set<string>();

	for (const state of machine.initial) frontier.keep(state, -1, undefined);
	for (let at = 0; at < states.length && !frontier.full && machine.remembered() <= MAX_REMEMBERED; at++) {
		const state = states[at];
		/* Of the shortest interleavings, one on which everything is gone before the use begins is the easiest to follow. */
		if (state === undefined || (found !== undefined && (found.move.op === "use" || depths[at] !== depths[found.from]))) break;
		machine.moves(state, reduced, (next, move, broken) => {
			if (found !== undefined && (broken !== found.property || move.op !== "use")) return false;
			if (move.op === "use" && move.mm >= 0) uses.add(`${move.thread}:${move.node}`);
			if (broken !== undefined && broken !== "page-tables" && blamed !== undefined && move.thread !== blamed) return false;
			if (broken !== undefined) found = { property: broken, state: next, move, from: at };
			return broken === undefined && frontier.keep(next, at, move);
		});
	}
	const bound = frontier.full
		? `${maxStates} states`
		: machine.remembered() > MAX_REMEMBERED
			? `${MAX_REMEMBERED} values to remember`
			: machine.leftOut();
	if (found === undefined) return { states: states.length, found: undefined, bound, uses };
	const path = frontier.pathTo(found.from, { move: found.move, state: found.state });
	return { states: states.length, found: { property: found.property, path }, bound: undefined, uses };
}

/**
 * Explores a program. First without the orders of moves that no thread can notice; only what is violated is searched once more in
 * full, so that the trace is a shortest one (if that search is bounded, the trace that was found first is given).
 */
export function explore(program: MmProgram, options: ExploreOptions): Exploration {
	const compiled = compileProgram(program);
	const rules: StepRules = { useCounts: program.useCounts, barriers: options.barriers };
	const blamed = options.blame === undefined ? undefined : compiled.threads.findIndex((thread) => thread.name === options.blame);
	const asked = blamed === undefined || options.uses === undefined ? undefined : { thread: blamed, nodes: options.uses };
	const machine = makeMachine(compiled, rules, options.table ?? STEPS, options.properties, asked);
	const quick = search(machine, options.maxStates, true, blamed);
	if (quick.found === undefined) {
		if (quick.bound !== undefined) return { result: "bounded", states: quick.states, bound: quick.bound };
		return { result: "proved", states: quick.states, uses: quick.uses, passed: machine.passed };
	}
	const thorough = search(machine, options.maxStates, false, blamed);
	const found = thorough.found ?? quick.found;
	const trace = stepsOf(compiled, machine, found.path);
	return { result: "violated", states: thorough.states, property: found.property, trace };
}

/** An exploration that was made: what it was asked, and what it said. Plain data. */
export interface Asked {
	readonly program: MmProgram;
	readonly options: ExploreOptions;
	readonly answer: Exploration;
}

/** Explores several programs that are often the same but for their places in the source: none of them twice, and nothing that another answer tells. */
export class Explorations {
	readonly #asked: Asked[] = [];
	readonly #earlier: readonly Asked[];

	/** @param earlier what was explored before: the same questions have the same answers */
	constructor(earlier: readonly Asked[] = []) {
		this.#earlier = earlier;
	}

	/** What was asked so far. */
	get asked(): readonly Asked[] {
		return this.#asked;
	}

	/** As {@link explore}. */
	explore(program: MmProgram, asked: ExploreOptions): Exploration {
		const options = { ...asked, barriers: thoseThatWait(program, asked.barriers) };
		const isAbout = (known: Asked): boolean => isSame(known.program, program, "site");
		const told = this.#asked.find((known) => tells(known, options) && isAbout(known));
		if (told) return placedIn(program, told.answer);
		const before = this.#earlier.find((known) => isSame(known.options, options) && isAbout(known));
		const answer = before ? placedIn(program, before.answer) : explore(program, options);
		this.#asked.push({ program, options, answer });
		return answer;
	}
}

/** What was found, with the places of another program that is the same but for them. */
function placedIn(program: MmProgram, answer: Exploration): Exploration {
	return answer.result === "violated" ? { ...answer, trace: resite(program, answer.trace) } : answer;
}

/** A barrier that has nothing to wait for in the program is the same with and without: it counts as there. */
function thoseThatWait(program: MmProgram, { exitAio, release }: ExploreOptions["barriers"]): ExploreOptions["barriers"] {
	const does = (op: Operation): boolean => program.threads.some(({ code }) => code.some((step) => step.do === "step" && step.op === op));
	return { exitAio: exitAio || !does("aio"), release: release || !does("notify") };
}

/** Whether what was found of a program answers the question: the same one, or one for what did not come up in a proof. */
function tells({ options: { properties: before, ...known }, answer }: Asked, { properties, ...options }: ExploreOptions): boolean {
	if (!isSame(known, options)) return false;
	if (isSame(before, properties)) return true;
	return answer.result === "proved" && properties !== undefined && !properties.some((property) => answer.passed.has(property));
}
