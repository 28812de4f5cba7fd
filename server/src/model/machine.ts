/** The whole state of an mm program while it runs, and every move that is possible in it. */

import { type Code, type CompiledProgram, type CompiledThread, mmOfValue, type Ref } from "./compile.ts";
import type { Call, StepRules } from "./guards.ts";
import { type Asked, type Emit, type Machine, type Move, OWNER, type State, TEARDOWN } from "./moves.ts";
import type { Operation } from "./operation.ts";
import { brokenByStep, isOfUseAlone, type Property } from "./properties.ts";
import { type MmState, stateKey, UNBORN } from "./state.ts";
import { callBy, nextTeardownStep, processMm, STEPS, type StepTable, takeThreadStep } from "./steps.ts";
import { decide, FALSE, FIRST_MM, NULL, OTHER, TRUE, UNKNOWN } from "./values.ts";

/** Operations by number. */
const OPERATIONS: ReadonlyMap<string, number> = new Map(Object.keys(STEPS).map((op, index) => [op, index]));

/** Places of a thread that are no instruction. */
const WAITING = -1;
const ENDED = -2;

/** Where a thread is and what it knows. */
interface Local {
	readonly pc: number;
	readonly values: readonly number[];
}

/** Numbers texts: equal texts have equal numbers. */
class Interned<T> {
	readonly items: T[] = [];
	readonly #numbers = new Map<string, number>();

	/** Returns the number of the item that `key` names, keeping `item` when it is the first. */
	number(key: string, item: T): number {
		const known = this.#numbers.get(key);
		if (known !== undefined) return known;
		const number = this.items.length;
		this.#numbers.set(key, number);
		this.items.push(item);
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
	const mms = new Interned<MmState>();
	const shared = new Interned<readonly number[]>();
	const locals = threads.map(() => new Interned<Local>());
	const effects = new Map<number, Effect>();

	const numberMm = (mm: MmState): number => mms.number(stateKey(mm), mm);
	const numberShared = (values: readonly number[]): number => shared.number(String.fromCharCode(...values), values);
	const numberLocal = (thread: number, pc: number, values: readonly number[]): number =>
		locals[thread]?.number(String.fromCharCode(pc + 2, ...values), { pc, values }) ?? 0;

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
		const broken = brokenByStep(before, op, after, wanted)[0];
		// A step that breaks something ends the run, so it does not matter that it waits or is refused.
		const effect: Effect = {
			waits: broken === undefined && !taken.took && taken.waits,
			mm: numberMm(after),
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

	/** Returns `values` without what is dead at `pc`. */
	function prune(thread: CompiledThread, pc: number, values: readonly number[]): readonly number[] {
		const live = thread.live[pc];
		let pruned: number[] | undefined;
		for (let slot = 0; slot < values.length; slot++) {
			if (values[slot] === UNKNOWN || live?.[slot] === true) continue;
			pruned ??= [...values];
			pruned[slot] = UNKNOWN;
		}
		return pruned ?? values;
	}

	/** Goes on from `pc` over what nobody else can notice, to all places where something can be noticed or the thread ends. */
	function settle(thread: CompiledThread, pc: number, values: readonly number[]): readonly Local[] {
		const first = thread.code[pc]?.do;
		if (first === "step" || first === "branch") return [{ pc, values: prune(thread, pc, values) }];
		const settled: Local[] = [];
		// Loops of such instructions alone lead nowhere new.
		const seen = new Set<string>();
		const open: Local[] = [{ pc, values }];
		for (let place = open.pop(); place !== undefined; place = open.pop()) {
			const code = thread.code[place.pc];
			if (code === undefined || code.do === "end") {
				settled.push({ pc: ENDED, values: place.values });
				continue;
			}
			const kept = prune(thread, place.pc, place.values);
			if (code.do === "step" || code.do === "branch" || (code.do === "set" && !code.local)) {
				settled.push({ pc: place.pc, values: kept });
				continue;
			}
			const key = String.fromCharCode(place.pc, ...kept);
			if (seen.has(key)) continue;
			seen.add(key);
			if (code.do === "set") open.push({ pc: code.next, values: assign(code, kept, []).values });
			else for (const next of code.next) open.push({ pc: next, values: kept });
		}
		// A jump to itself: the thread stays here for ever.
		if (settled.length === 0) settled.push({ pc, values: prune(thread, pc, values) });
		return settled;
	}

	/** Reads a variable. */
	const read = (ref: Ref, own: readonly number[], all: readonly number[]): number => (ref >= 0 ? own[ref] : all[-1 - ref]) ?? UNKNOWN;

	/** Runs an assignment; returns the new values of the thread and of all. */
	function assign(
		code: Code & { do: "set" },
		own: readonly number[],
		all: readonly number[],
	): { values: number[]; all: readonly number[] } {
		const values = [...own];
		const others = code.local ? all : [...all];
		const write = (ref: Ref, value: number): void => {
			if (ref >= 0) values[ref] = value;
			else (others as number[])[-1 - ref] = value;
		};
		const value = code.copy === undefined ? code.value : read(code.copy, own, all);
		write(code.target, value);
		for (const ref of code.forget) write(ref, UNKNOWN);
		return { values, all: others };
	}

	/** Starts the threads that waited for `ended`, in `state` (which it changes); calls `then` for every way that can go. */
	function startWaiting(state: number[], ended: number, values: readonly number[], from: number, then: (state: number[]) => void): void {
		const all = shared.items[state[sharedAt] ?? 0] ?? [];
		for (let index = from; index < threads.length; index++) {
			const thread = threads[index];
			if (thread === undefined || thread.after !== ended) continue;
			if (locals[index]?.items[state[localsAt + index] ?? 0]?.pc !== WAITING) continue;
			const value = read(thread.slot, values, all);
			if (value < FIRST_MM) {
				state[localsAt + index] = numberLocal(index, ENDED, []);
				continue;
			}
			const initial = [...thread.initial];
			const changed = [...all];
			for (const ref of thread.as) {
				if (ref >= 0) initial[ref] = value;
				else changed[-1 - ref] = value;
			}
			state[sharedAt] = numberShared(changed);
			for (const place of settle(thread, thread.start, initial)) {
				enter([...state], index, place, (next) => startWaiting(next, ended, values, index + 1, then));
			}
			return;
		}
		then(state);
	}

	/** Puts a thread at a place in `state` (which it changes); when it ends there, those who wait for it may start. */
	function enter(state: number[], thread: number, place: Local, then: (state: number[]) => void): void {
		if (place.pc !== ENDED) {
			state[localsAt + thread] = numberLocal(thread, place.pc, place.values);
			then(state);
			return;
		}
		state[localsAt + thread] = numberLocal(thread, ENDED, []);
		startWaiting(state, thread, place.values, 0, then);
	}

	/** Goes on from `pc` with a thread; gives out every state this can lead to. Returns true when one of them is new. */
	function proceed(
		state: State,
		thread: number,
		pc: number,
		values: readonly number[],
		move: Move,
		emit: Emit,
		broken?: Property,
	): boolean {
		const compiled = threads[thread];
		if (compiled === undefined) return false;
		// After a violation nothing more is looked at: where the thread goes on does not matter.
		if (broken !== undefined) return emit(state, move, broken);
		let fresh = false;
		for (const place of settle(compiled, pc, values)) {
			enter([...state], thread, place, (next) => {
				if (emit(next, move, undefined)) fresh = true;
			});
		}
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

	/** Gives out the moves of a thread that stands at a step. */
	function moveStep(state: State, thread: number, local: Local, code: Code & { do: "step" }, emit: Emit): boolean {
		const all = shared.items[state[sharedAt] ?? 0] ?? [];
		const mm = mmOfValue(read(code.mm, local.values, all));
		const move: Move = { thread, op: code.op, mm: mm < 0 ? -1 : mm, arg: code.arg, node: local.pc, branch: undefined };
		const write = (ref: Ref | undefined, value: number, values: number[], next: number[]): void => {
			if (ref === undefined) return;
			if (ref >= 0) {
				values[ref] = value;
				return;
			}
			const changed = [...all];
			changed[-1 - ref] = value;
			next[sharedAt] = numberShared(changed);
		};
		if (mm < 0) {
			const values = [...local.values];
			const next = [...state];
			write(code.result, UNKNOWN, values, next);
			return proceed(next, thread, code.next, values, move, emit);
		}
		const effect = effectOf(state[mm] ?? 0, code.op, thread, code.arg);
		if (effect.waits) return false;
		const own = thread === asked?.thread;
		const elsewhere = own && code.op === "use" ? !asked?.nodes.has(local.pc) : state[elsewhereAt] === 1;
		const broken = brokenBy(effect, code.op, thread, elsewhere);
		let fresh = false;
		for (const [result, tookEffect] of resultsOf(code, mm, mmAt(state[mm] ?? 0), effect.returns)) {
			const values = [...local.values];
			const next = [...state];
			if (tookEffect) next[mm] = effect.mm;
			if (tookEffect && effect.tearsDown) next[mmCount + mm] = thread + 1;
			if (own && (code.op === "use" || code.op === "unuse")) next[elsewhereAt] = elsewhere && code.op === "use" ? 1 : 0;
			write(code.result, result, values, next);
			const { currentMm } = threads[thread] ?? {};
			if (code.op === "use") write(currentMm, FIRST_MM + mm, values, next);
			if (code.op === "unuse") write(currentMm, NULL, values, next);
			if (proceed(next, thread, code.next, values, move, emit, tookEffect ? broken : undefined)) fresh = true;
		}
		return fresh;
	}

	/** Gives out the moves of a thread that stands at a branch. */
	function moveBranch(state: State, thread: number, local: Local, code: Code & { do: "branch" }, emit: Emit): boolean {
		const all = shared.items[state[sharedAt] ?? 0] ?? [];
		const left = read(code.left, local.values, all);
		const right = read(code.right, local.values, all);
		const about = mmOfValue(left) >= 0 ? mmOfValue(left) : Math.max(-1, mmOfValue(right));
		let fresh = false;
		for (const outcome of decide(code.test, left, code.test === "is" ? code.value : right, code.left === code.right)) {
			const values = [...local.values];
			const changed = [...all];
			const write = (ref: Ref, value: number): void => {
				if (ref >= 0) values[ref] = value;
				else changed[-1 - ref] = value;
			};
			if (code.test === "equal" && code.left !== code.right) write(code.right, outcome.right);
			write(code.left, outcome.left);
			const next = [...state];
			if (!code.local) next[sharedAt] = numberShared(changed);
			const move: Move = { thread, op: "branch", mm: about, arg: undefined, node: local.pc, branch: outcome.taken };
			if (proceed(next, thread, outcome.taken ? code.whenTrue : code.whenFalse, values, move, emit)) fresh = true;
		}
		return fresh;
	}

	/** Gives out the moves of one thread. Returns true when one leads to a new state. */
	function moveThread(state: State, thread: number, local: Local, emit: Emit): boolean {
		const code = threads[thread]?.code[local.pc];
		if (code === undefined) return false;
		if (code.do === "step") return moveStep(state, thread, local, code, emit);
		if (code.do === "branch") return moveBranch(state, thread, local, code, emit);
		if (code.do !== "set") return false;
		const { values, all } = assign(code, local.values, shared.items[state[sharedAt] ?? 0] ?? []);
		const next = [...state];
		next[sharedAt] = numberShared(all);
		const move: Move = { thread, op: "set", mm: -1, arg: undefined, node: local.pc, branch: undefined };
		return proceed(next, thread, code.next, values, move, emit);
	}

	/** Returns where a thread stands when it can move: it runs, and does not run a teardown inside a call. */
	function runningLocal(state: State, thread: number): Local | undefined {
		const local = locals[thread]?.items[state[localsAt + thread] ?? 0];
		if (local === undefined || local.pc < 0) return undefined;
		for (let mm = 0; mm < mmCount; mm++) {
			if (state[mmCount + mm] === thread + 1) return undefined;
		}
		return local;
	}

	/** True when the thread's next move is seen by no other thread and changes no mm. */
	function isUnnoticed(thread: number, local: Local): boolean {
		const code = threads[thread]?.code[local.pc];
		if (threads.some((other) => other.after === thread && other.slot < 0)) return false;
		if (code?.do === "branch") return code.local;
		return code?.do === "step" && code.mm >= 0 && (code.result ?? 0) >= 0 && (local.values[code.mm] ?? UNKNOWN) < FIRST_MM;
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
		return (locals[thread]?.items[state[localsAt + thread] ?? 0]?.pc ?? ENDED) >= 0;
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
		for (const owner of program.owners) state.push(numberMm(owner === "process" ? processMm(table) : UNBORN));
		for (let mm = 0; mm < mmCount; mm++) state.push(0);
		state.push(numberShared(program.shared));
		for (const [index, thread] of threads.entries()) state.push(numberLocal(index, thread.after === -1 ? ENDED : WAITING, []));
		state.push(0);
		let states: number[][] = [state];
		for (const [index, thread] of threads.entries()) {
			if (thread.after !== -1) continue;
			const next: number[][] = [];
			for (const from of states) {
				for (const place of settle(thread, thread.start, thread.initial)) enter([...from], index, place, (to) => next.push(to));
			}
			states = next;
		}
		return states;
	}

	return { initial: begin(), moves, mmIn: (state, mm) => mmAt(state[mm] ?? 0), runs: isRunning };
}
