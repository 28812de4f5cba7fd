/** The whole state of an mm program while it runs, and every move that is possible in it. */

import { type Code, type CompiledProgram, type Local, mmOfValue, type Ref } from "./compile.ts";
import type { Call, StepRules } from "./guards.ts";
import { Lists } from "./lists.ts";
import { ENDED, goOn, isEnd, placeOf, read, settle, startOf, WAITING, WAITS } from "./local.ts";
import { type Asked, type Emit, type Machine, type Move, OWNER, type State, TEARDOWN } from "./moves.ts";
import type { Operation } from "./operation.ts";
import { brokenByStep, isOfUseAlone, type Property } from "./properties.ts";
import { type MmState, stateKey, UNBORN } from "./state.ts";
import { callBy, nextTeardownStep, processMm, STEPS, type StepTable, takeThreadStep } from "./steps.ts";
import { decide, FALSE, FIRST_MM, NULL, OTHER, TRUE, UNKNOWN } from "./values.ts";

/** Operations by number. */
const OPERATIONS: ReadonlyMap<string, number> = new Map(Object.keys(STEPS).map((op, index) => [op, index]));

/** References of one kind to one mm, taken or given back too often; a loop that takes one each time has no end of states. */
const MAX_REFERENCES = 32;

/** Whether an mm has more references of a kind than are followed. */
function hasTooMany({ users, count, aio, ioUring }: MmState): boolean {
	return [users, count, aio, ioUring].some((references) => Math.abs(references) > MAX_REFERENCES);
}

/** Numbers states of an mm: equal ones have equal numbers. */
class MmStates {
	readonly items: MmState[] = [];
	readonly #numbers = new Map<string, number>();

	/** Returns the number of a state, giving it the next one when it has none. */
	number(mm: MmState): number {
		const key = stateKey(mm);
		const known = this.#numbers.get(key);
		if (known !== undefined) return known;
		const number = this.items.length;
		this.#numbers.set(key, number);
		this.items.push(mm);
		return number;
	}
}

/** What a step does to an mm in a given state, worked out once. */
interface Effect {
	readonly waits: boolean;
	readonly mm: number;
	readonly returns: number;
	readonly broken: Property | undefined;
	/** The step gave the last user away, and its thread runs the teardown. */
	readonly tearsDown: boolean;
}

/**
 * Makes the machine of a program. `wanted`: the properties that are looked at; without, all. `asked`: what goes wrong in other uses of
 * that thread is passed over; without, every use counts.
 */
export function makeMachine(
	program: CompiledProgram,
	rules: StepRules,
	table: StepTable,
	wanted: readonly Property[] | undefined,
	asked?: Asked,
): Machine {
	const { threads } = program;
	const mmCount = program.mms.length;
	const sharedAt = 2 * mmCount;
	const localsAt = sharedAt + 1;
	const elsewhereAt = localsAt + threads.length;
	const askedName = asked && threads[asked.thread]?.name;
	const mms = new MmStates();
	const shared = new Lists();
	const locals = threads.map(() => new Lists());
	const effects = new Map<number, Effect>();
	const passed = new Set<Property>();
	let leftOut: string | undefined;
	/** For each thread whether others look at what all threads share when it ends. */
	const endIsNoticed = threads.map((_, index) => threads.some((other) => other.after === index && other.slot < 0));

	const numberLocal = (thread: number, local: Local): number => locals[thread]?.number(local) ?? 0;
	const localIn = (state: State, thread: number): Local => locals[thread]?.items[state[localsAt + thread] ?? 0] ?? ENDED;
	const sharedIn = (state: State): readonly number[] => shared.items[state[sharedAt] ?? 0] ?? [];

	/** Returns the state of the mm with this number. */
	const mmAt = (number: number): MmState => mms.items[number] ?? UNBORN;

	/** Returns a number below the number of notifiers plus one for the argument of a step: all that name no notifier are alike. */
	const slotOf = (arg: number | undefined): number => (arg !== undefined && program.stops[arg] !== undefined ? arg + 1 : 0);

	/** Works out a step on an mm, from the table of the first time on. */
	function effectOf(mm: number, op: Operation, thread: number, arg: number | undefined): Effect {
		const key =
			((mm * OPERATIONS.size + (OPERATIONS.get(op) ?? 0)) * (threads.length + 2) + thread + 2) * (program.stops.length + 1) + slotOf(arg);
		const known = effects.get(key);
		if (known !== undefined) return known;
		const before = mmAt(mm);
		const name = threads[thread]?.name ?? (thread === OWNER ? "owner" : "teardown");
		const call: Call = { ...callBy(name, rules), notifier: slotOf(arg), stops: arg === undefined ? "" : (program.stops[arg] ?? "") };
		const taken = takeThreadStep(before, op, call, table);
		const after = taken.took ? taken.mm : before;
		const all = brokenByStep(before, op, after, undefined);
		const broken = wanted === undefined ? all[0] : all.find((property) => wanted.includes(property));
		for (const property of all) if (wanted !== undefined && !wanted.includes(property)) passed.add(property);
		const isTooMuch = broken === undefined && hasTooMany(after);
		if (isTooMuch) leftOut = `${MAX_REFERENCES} references of one kind`;
		// A step that breaks something ends the run, so it does not matter that it waits or is refused.
		const effect: Effect = {
			waits: isTooMuch || (broken === undefined && !taken.took && taken.waits),
			mm: mms.number(after),
			returns: taken.took ? taken.returns : 0,
			broken,
			tearsDown: op === "mmput" && before.stage === "live" && after.stage !== "live",
		};
		effects.set(key, effect);
		return effect;
	}

	/** Returns what a step breaks; `elsewhere`: the asked thread is in another use, and what breaks that use alone does not count. */
	function brokenBy({ broken, mm }: Effect, op: Operation, thread: number, elsewhere: boolean): Property | undefined {
		const passed = elsewhere && isOfUseAlone(broken, mmAt(mm), thread === asked?.thread ? op : undefined, askedName);
		return passed ? undefined : broken;
	}

	/** Starts the threads that waited for `ended`, in `state` (which it changes); calls `then` for every way that can go. */
	function startWaiting(state: number[], ended: number, end: Local, from: number, then: (state: number[]) => void): void {
		const all = sharedIn(state);
		for (let index = from; index < threads.length; index++) {
			const thread = threads[index];
			if (thread === undefined || thread.after !== ended) continue;
			if (placeOf(localIn(state, index)) !== WAITS) continue;
			const value = read(thread.slot, end, all);
			if (value < FIRST_MM) {
				state[localsAt + index] = numberLocal(index, ENDED);
				continue;
			}
			const initial = [...thread.initial];
			const changed = [...all];
			for (const slot of thread.as) {
				if (slot >= 0) initial[slot] = value;
				else changed[-1 - slot] = value;
			}
			state[sharedAt] = shared.number(changed);
			for (const local of settle(thread, startOf(thread, initial))) {
				enter([...state], index, local, (next) => startWaiting(next, ended, end, index + 1, then));
			}
			return;
		}
		then(state);
	}

	/** Puts a thread at a place in `state` (which it changes); when it ends there, those who wait for it may start. */
	function enter(state: number[], thread: number, local: Local, then: (state: number[]) => void): void {
		if (!isEnd(threads[thread], local)) {
			state[localsAt + thread] = numberLocal(thread, local);
			then(state);
			return;
		}
		state[localsAt + thread] = numberLocal(thread, ENDED);
		startWaiting(state, thread, local, 0, then);
	}

	/** Goes on with a thread, from `state` (which it may change) but at `local`; gives out every state this can lead to. Returns true when one of them is new. */
	function proceed(state: number[], thread: number, local: Local, move: Move, emit: Emit): boolean {
		const compiled = threads[thread];
		if (compiled === undefined) return false;
		let fresh = false;
		const then = (next: number[]): void => {
			if (emit(next, move, undefined)) fresh = true;
		};
		const places = settle(compiled, local);
		for (const [i, place] of places.entries()) enter(i === places.length - 1 ? state : [...state], thread, place, then);
		return fresh;
	}

	/** Returns what a step's result variable can be, one entry for each way the call can go; the second says that it had no effect. */
	function resultsOf(code: Code & { do: "step" }, mm: number, before: MmState, returns: number): readonly (readonly [number, boolean])[] {
		switch (code.op) {
			case "mmgetnz":
				return [[returns === 1 ? TRUE : FALSE, true]];
			case "mmgettask":
				return [[returns === 1 ? FIRST_MM + mm : NULL, true]];
			case "mmgetkthr":
				return [[NULL, true]];
			case "mm_alloc":
				// Only the first mm that is allocated here is watched.
				return [[before.stage === "unborn" ? FIRST_MM + mm : OTHER, true], ...(code.result === undefined ? [] : [[NULL, false] as const])];
			case "notify":
				return [[TRUE, true], ...(code.result === undefined ? [] : [[NULL, false] as const])];
			default:
				return [[UNKNOWN, true]];
		}
	}

	/** Writes a shared variable in `state` (which it changes); variables of a thread are written on its way on. */
	function writeShared(state: number[], ref: Ref | undefined, value: number): void {
		if (ref === undefined || ref >= 0) return;
		const changed = [...sharedIn(state)];
		changed[-1 - ref] = value;
		state[sharedAt] = shared.number(changed);
	}

	/** Gives out the moves of a thread that stands at a step. */
	function moveStep(state: State, thread: number, local: Local, code: Code & { do: "step" }, emit: Emit): boolean {
		const all = sharedIn(state);
		const mm = mmOfValue(read(code.mm, local, all));
		const move: Move = { thread, op: code.op, mm: mm < 0 ? -1 : mm, arg: code.arg, node: placeOf(local), branch: undefined };
		const current = read(code.currentMm, local, all);
		if (mm < 0) {
			const next = [...state];
			writeShared(next, code.result, UNKNOWN);
			const kept = code.result === code.currentMm ? UNKNOWN : current;
			return proceed(next, thread, goOn(local, code.next, UNKNOWN, kept), move, emit);
		}
		const effect = effectOf(state[mm] ?? 0, code.op, thread, code.arg);
		if (effect.waits) return false;
		const own = thread === asked?.thread;
		const elsewhere = own && code.op === "use" ? !asked?.nodes.has(placeOf(local)) : state[elsewhereAt] === 1;
		const broken = brokenBy(effect, code.op, thread, elsewhere);
		const after = code.op === "use" ? FIRST_MM + mm : code.op === "unuse" ? NULL : current;
		let fresh = false;
		for (const [result, tookEffect] of resultsOf(code, mm, mmAt(state[mm] ?? 0), effect.returns)) {
			const next = [...state];
			if (tookEffect) next[mm] = effect.mm;
			if (tookEffect && effect.tearsDown) next[mmCount + mm] = thread + 1;
			if (own && (code.op === "use" || code.op === "unuse")) next[elsewhereAt] = elsewhere && code.op === "use" ? 1 : 0;
			writeShared(next, code.result, result);
			// After a violation nothing more is looked at: where the thread goes on does not matter.
			const isNew =
				tookEffect && broken !== undefined
					? emit(next, move, broken)
					: proceed(next, thread, goOn(local, code.next, result, after), move, emit);
			if (isNew) fresh = true;
		}
		return fresh;
	}

	/** Gives out the moves of a thread that stands at a branch. */
	function moveBranch(state: State, thread: number, local: Local, code: Code & { do: "branch" }, emit: Emit): boolean {
		const all = sharedIn(state);
		const left = read(code.left, local, all);
		const right = read(code.right, local, all);
		const about = mmOfValue(left) >= 0 ? mmOfValue(left) : Math.max(-1, mmOfValue(right));
		let fresh = false;
		for (const outcome of decide(code.test, left, code.test === "is" ? code.value : right, code.same)) {
			const next = [...state];
			if (code.test === "equal" && !code.same) writeShared(next, code.right, outcome.right);
			writeShared(next, code.left, outcome.left);
			const move: Move = { thread, op: "branch", mm: about, arg: undefined, node: placeOf(local), branch: outcome.taken };
			const on = goOn(local, outcome.taken ? code.whenTrue : code.whenFalse, outcome.left, outcome.right);
			if (proceed(next, thread, on, move, emit)) fresh = true;
		}
		return fresh;
	}

	/** Gives out the moves of one thread. Returns true when one leads to a new state. */
	function moveThread(state: State, thread: number, local: Local, emit: Emit): boolean {
		const code = threads[thread]?.code[placeOf(local)];
		if (code === undefined) return false;
		if (code.do === "step") return moveStep(state, thread, local, code, emit);
		if (code.do === "branch") return moveBranch(state, thread, local, code, emit);
		if (code.do !== "set") return false;
		const value = code.copy === undefined ? code.value : read(code.copy, local, sharedIn(state));
		const next = [...state];
		writeShared(next, code.target, value);
		for (const ref of code.forget) writeShared(next, ref, UNKNOWN);
		const move: Move = { thread, op: "set", mm: -1, arg: undefined, node: placeOf(local), branch: undefined };
		return proceed(next, thread, goOn(local, code.next, value, UNKNOWN), move, emit);
	}

	/** Returns where a thread stands when it can move: it runs, and does not run a teardown inside a call. */
	function runningLocal(state: State, thread: number): Local | undefined {
		const local = localIn(state, thread);
		if (placeOf(local) < 0) return undefined;
		for (let mm = 0; mm < mmCount; mm++) {
			if (state[mmCount + mm] === thread + 1) return undefined;
		}
		return local;
	}

	/** True when the thread's next move is seen by no other thread and changes no mm. */
	function isUnnoticed(thread: number, local: Local): boolean {
		if (endIsNoticed[thread] === true) return false;
		const code = threads[thread]?.code[placeOf(local)];
		if (code?.do === "branch") return code.local;
		return code?.do === "step" && code.mm >= 0 && (code.result ?? 0) >= 0 && read(code.mm, local, []) < FIRST_MM;
	}

	/** Gives out the owner's exit and the teardown's next step of each mm. */
	function moveMms(state: State, emit: Emit): void {
		for (let mm = 0; mm < mmCount; mm++) {
			const number = state[mm] ?? 0;
			const before = mmAt(number);
			if (before.owner === "runs" && !threads.some((thread, index) => thread.holds === mm && isRunning(state, index))) {
				const effect = effectOf(number, "exit", OWNER, undefined);
				const next = [...state];
				next[mm] = effect.mm;
				emit(
					next,
					{ thread: OWNER, op: "exit", mm, arg: undefined, node: -1, branch: undefined },
					brokenBy(effect, "exit", OWNER, state[elsewhereAt] === 1),
				);
			}
			const operation = nextTeardownStep(before);
			if (operation === undefined) continue;
			const effect = effectOf(number, operation, TEARDOWN, undefined);
			if (effect.waits) continue;
			const next = [...state];
			next[mm] = effect.mm;
			if (nextTeardownStep(mmAt(effect.mm)) === undefined) next[mmCount + mm] = 0;
			const broken = brokenBy(effect, operation, TEARDOWN, state[elsewhereAt] === 1);
			emit(next, { thread: TEARDOWN, op: operation, mm, arg: undefined, node: -1, branch: undefined }, broken);
		}
	}

	function isRunning(state: State, thread: number): boolean {
		return placeOf(localIn(state, thread)) >= 0;
	}

	function moves(state: State, reduced: boolean, emit: Emit): void {
		const running = threads.map((_, thread) => runningLocal(state, thread));
		let alone = -1;
		if (reduced) {
			// A move that nobody notices commutes with all others; taken alone unless it only leads back (a loop would starve the others).
			for (const [thread, local] of running.entries()) {
				if (local === undefined || !isUnnoticed(thread, local)) continue;
				if (moveThread(state, thread, local, emit)) return;
				alone = thread;
				break;
			}
		}
		for (const [thread, local] of running.entries()) if (local !== undefined && thread !== alone) moveThread(state, thread, local, emit);
		moveMms(state, emit);
	}

	/** Returns the states in which the program can begin. */
	function begin(): readonly State[] {
		const state: number[] = [];
		for (const owner of program.owners) state.push(mms.number(owner === "process" ? processMm(table) : UNBORN));
		for (let mm = 0; mm < mmCount; mm++) state.push(0);
		state.push(shared.number(program.shared));
		for (const [index, thread] of threads.entries()) state.push(numberLocal(index, thread.after === -1 ? ENDED : WAITING));
		state.push(0);
		let states: number[][] = [state];
		for (const [index, thread] of threads.entries()) {
			if (thread.after !== -1) continue;
			const next: number[][] = [];
			for (const from of states) {
				for (const local of settle(thread, startOf(thread, thread.initial))) enter([...from], index, local, (to) => next.push(to));
			}
			states = next;
		}
		return states;
	}

	return {
		initial: begin(),
		passed,
		moves,
		mmIn: (state, mm) => mmAt(state[mm] ?? 0),
		remembered: () => locals.reduce((sum, { size }) => sum + size, 0),
		leftOut: () => leftOut,
		runs: isRunning,
	};
}
