/** An mm program made ready to be explored: variables as slots, values as numbers. */

import type { Operation } from "./operation.ts";
import type { Instruction, Key, MmProgram, Site, Test, Thread } from "./program.ts";
import { encodeValue, FIRST_MM, UNKNOWN } from "./values.ts";

/**
 * What a thread is and knows at one moment: the instruction at which it stands, then the values of the variables that it keeps there,
 * those that other threads wait for first.
 */
export type Local = readonly number[];

/** A variable as one instruction finds it: an index in the local state there, `-1 - slot` of those that all threads share, or {@link ABSENT}. */
export type Ref = number;

/** The variable is not kept here, so that nothing is known of it. */
export const ABSENT: Ref = 1 << 30;

/** Codes beside indexes in {@link Edge.from}: the first or the second value that the instruction writes, and one that is not known. */
export const FIRST = -1;
export const SECOND = -2;
export const DROPPED = -3;

/** The way from one instruction to the next: what becomes of the values. */
export interface Edge {
	readonly to: number;
	/** For each value that is kept there, where it comes from: an index in the local state before, or one of the codes. */
	readonly from: readonly number[];
}

export type Code =
	/** Writes its result, then the mm that its thread runs on. */
	| {
			readonly do: "step";
			readonly op: Operation;
			readonly mm: Ref;
			readonly result: Ref | undefined;
			/** `current->mm`, which use and unuse set. */
			readonly currentMm: Ref;
			readonly arg: number | undefined;
			readonly next: Edge;
	  }
	| {
			readonly do: "set";
			readonly target: Ref;
			/** The variable that is copied; without, `value` is assigned. */
			readonly copy: Ref | undefined;
			readonly value: number;
			/** Shared variables that are forgotten. */
			readonly forget: readonly Ref[];
			/** True when it neither reads nor writes what other threads see. */
			readonly local: boolean;
			readonly next: Edge;
	  }
	/** Writes what is known of its left side, then of its right side. */
	| {
			readonly do: "branch";
			readonly test: Test["test"];
			readonly left: Ref;
			readonly right: Ref;
			/** Both sides are the same variable. */
			readonly same: boolean;
			/** For `is`: the value asked for. */
			readonly value: number;
			readonly local: boolean;
			readonly whenTrue: Edge;
			readonly whenFalse: Edge;
	  }
	| { readonly do: "any"; readonly next: readonly Edge[] }
	| { readonly do: "end" };

export interface CompiledThread {
	readonly name: string;
	readonly code: readonly Code[];
	readonly sites: readonly Site[];
	readonly start: number;
	/** The variables that are kept at the start, by slot. */
	readonly startSlots: readonly number[];
	/** Values of all variables of the thread by slot. */
	readonly initial: readonly number[];
	/** For each instruction: whether several ways lead to it. */
	readonly joins: readonly boolean[];
	/** Index of the mm whose owner cannot exit while this thread runs; -1: none. */
	readonly holds: number;
	/** Index of the thread that this one waits for; -1: none; -2: one that does not exist, so that it never starts. */
	readonly after: number;
	/** The awaited thread's variable that has to denote an mm, as that thread finds it at its end. */
	readonly slot: Ref;
	/** The variables here that it becomes: slots, or `-1 - slot` of those that all share. */
	readonly as: readonly number[];
}

export interface CompiledProgram {
	readonly mms: readonly string[];
	readonly owners: readonly ("process" | "none")[];
	readonly threads: readonly CompiledThread[];
	readonly shared: readonly number[];
	/** For each notifier the thread that its release stops; empty: none. */
	readonly stops: readonly string[];
}

const CURRENT_MM: Key = "current->mm";
const NOWHERE: Site = { file: "", function: "", line: 0, column: 0, text: "" };

/** Numbers the variables of one thread, and those that all share. */
class Slots {
	readonly own = new Map<Key, number>();
	readonly #shared: Map<Key, number>;

	constructor(shared: Map<Key, number>) {
		this.#shared = shared;
	}

	/** Returns the slot of a variable, giving it one when it has none; `-1 - slot` for those that all threads share. */
	of(key: Key): number {
		const table = key.startsWith("@") ? this.#shared : this.own;
		const known = table.get(key);
		const slot = known ?? table.size;
		if (known === undefined) table.set(key, slot);
		return table === this.own ? slot : -1 - slot;
	}
}

/** The variables of one thread, and where each instruction finds them. */
class Layout {
	readonly slots: Slots;
	/** Slots that other threads wait for: they are always kept. */
	readonly published: readonly number[];
	readonly #thread: Thread;
	/** For each instruction, the slots that are kept; in the order of the local state. */
	readonly #kept: (readonly number[])[] = [];
	/** For each slot, its index at the instruction that is looked at. */
	readonly #index = new Map<number, number>();

	constructor(thread: Thread, slots: Slots, published: readonly number[]) {
		this.#thread = thread;
		this.slots = slots;
		this.published = published;
	}

	/** The slots that are kept at an instruction. */
	keptAt(at: number): readonly number[] {
		const known = this.#kept[at];
		if (known !== undefined) return known;
		const kept = [...this.published];
		if (at < this.#thread.code.length)
			for (const key of this.#thread.live[at] ?? this.slots.own.keys()) {
				const slot = this.slots.own.get(key);
				if (slot !== undefined && !this.published.includes(slot)) kept.push(slot);
			}
		this.#kept[at] = kept;
		return kept;
	}

	/** Looks at an instruction: what follows is about it. */
	lookAt(at: number): void {
		this.#index.clear();
		for (const [i, slot] of this.keptAt(at).entries()) this.#index.set(slot, i + 1);
	}

	/** Where the variable is found. */
	find(slot: number): Ref {
		return slot < 0 ? slot : (this.#index.get(slot) ?? ABSENT);
	}

	/** The way on to another instruction; `written`: the slots that get the first and the second value. */
	edge(to: number, written: readonly (number | undefined)[] = [], forgotten: readonly number[] = []): Edge {
		const gone = new Set(forgotten);
		const from = this.keptAt(to).map((slot) => {
			if (gone.has(slot)) return DROPPED;
			if (slot === written[1]) return SECOND;
			if (slot === written[0]) return FIRST;
			const at = this.find(slot);
			return at === ABSENT ? DROPPED : at;
		});
		return { to, from };
	}
}

/** Compiles one instruction, at which `layout` looks. */
function compileInstruction(instruction: Instruction, layout: Layout, mms: readonly string[]): Code {
	const { slots } = layout;
	switch (instruction.do) {
		case "step": {
			const result = instruction.result === undefined ? undefined : slots.of(instruction.result);
			const own = slots.own.get(CURRENT_MM);
			const sets = instruction.op === "use" || instruction.op === "unuse";
			return {
				do: "step",
				op: instruction.op,
				mm: layout.find(slots.of(instruction.mm)),
				result: result === undefined ? undefined : layout.find(result),
				currentMm: own === undefined ? ABSENT : layout.find(own),
				arg: instruction.arg,
				next: layout.edge(instruction.next, [result, sets ? own : undefined]),
			};
		}
		case "set": {
			const target = slots.of(instruction.target);
			const copy = "copy" in instruction.value ? slots.of(instruction.value.copy) : undefined;
			const value = "is" in instruction.value ? encodeValue(instruction.value.is, mms) : UNKNOWN;
			const forget = (instruction.forget ?? []).map((key) => slots.of(key));
			return {
				do: "set",
				target: layout.find(target),
				copy: copy === undefined ? undefined : layout.find(copy),
				value,
				forget: forget.filter((slot) => slot < 0),
				local: target >= 0 && (copy ?? 0) >= 0 && forget.every((slot) => slot >= 0),
				next: layout.edge(instruction.next, [target], forget),
			};
		}
		case "branch": {
			const { on } = instruction;
			const left = slots.of(on.test === "equal" ? on.left : on.key);
			const right = on.test === "equal" ? slots.of(on.right) : left;
			const written = [left, left === right ? undefined : right];
			return {
				do: "branch",
				test: on.test,
				left: layout.find(left),
				right: layout.find(right),
				same: left === right,
				value: on.test === "is" ? encodeValue(on.value, mms) : UNKNOWN,
				local: left >= 0 && right >= 0,
				whenTrue: layout.edge(instruction.then, written),
				whenFalse: layout.edge(instruction.else, written),
			};
		}
		case "any":
			return { do: "any", next: instruction.next.map((next) => layout.edge(next)) };
		case "end":
			return { do: "end" };
	}
}

/** Gives every variable of an instruction its slot. */
function numberVariables(instruction: Instruction, slots: Slots): void {
	if (instruction.do === "step") {
		slots.of(instruction.mm);
		if (instruction.result !== undefined) slots.of(instruction.result);
	} else if (instruction.do === "set") {
		slots.of(instruction.target);
		if ("copy" in instruction.value) slots.of(instruction.value.copy);
		for (const key of instruction.forget ?? []) slots.of(key);
	} else if (instruction.do === "branch") {
		slots.of(instruction.on.test === "equal" ? instruction.on.left : instruction.on.key);
		if (instruction.on.test === "equal") slots.of(instruction.on.right);
	}
}

/** For each instruction, whether several ways lead to it. */
function joinsOf(code: readonly Code[]): readonly boolean[] {
	const ways = new Array<number>(code.length).fill(0);
	const count = ({ to }: Edge): void => {
		const known = ways[to];
		if (known !== undefined) ways[to] = known + 1;
	};
	for (const instruction of code) {
		if (instruction.do === "any") instruction.next.forEach(count);
		else if (instruction.do === "branch") [instruction.whenTrue, instruction.whenFalse].forEach(count);
		else if (instruction.do !== "end") count(instruction.next);
	}
	return ways.map((number) => number > 1);
}

/** Returns the index of the mm whose owner runs this thread: that of its `current->mm`, or the first for context `owner`. */
function heldOwner(thread: Thread, program: MmProgram): number {
	if (thread.context === "kthread") return -1;
	const current = thread.initial[CURRENT_MM];
	if (current?.startsWith("mm:")) return program.mms.findIndex((mm) => mm.name === current.slice(3));
	return thread.context === "owner" ? program.mms.findIndex((mm) => mm.owner === "process") : -1;
}

/** Compiles a program. Instructions that name a place outside the code end the thread there. */
export function compileProgram(program: MmProgram): CompiledProgram {
	const mms = program.mms.map((mm) => mm.name);
	const sharedSlots = new Map<Key, number>();
	const allSlots = program.threads.map(() => new Slots(sharedSlots));
	// Variables that others wait for get their slots in the thread that sets them.
	const awaited = program.threads.map((thread) => {
		if (thread.after === undefined) return { after: -1, slot: 0 };
		const after = program.threads.findIndex((other) => other.name === thread.after?.thread);
		return { after: after < 0 ? -2 : after, slot: allSlots[after]?.of(thread.after.slot) ?? 0 };
	});
	const compiled = program.threads.map((thread, index) => {
		const slots = allSlots[index] ?? new Slots(sharedSlots);
		for (const instruction of thread.code) numberVariables(instruction, slots);
		for (const key of Object.keys(thread.initial)) slots.of(key);
		const as = (thread.after?.as ?? []).map((key) => slots.of(key));
		const published = new Set(awaited.filter((wait) => wait.after === index && wait.slot >= 0).map((wait) => wait.slot));
		return { thread, as, layout: new Layout(thread, slots, [...published]) };
	});
	const shared = new Array<number>(sharedSlots.size).fill(UNKNOWN);
	const threads = compiled.map(({ thread, as, layout }, index): CompiledThread => {
		const { slots } = layout;
		const initial = new Array<number>(slots.own.size).fill(UNKNOWN);
		for (const [key, value] of Object.entries(thread.initial)) {
			const slot = slots.of(key);
			if (slot >= 0) initial[slot] = encodeValue(value, mms);
			else shared[-1 - slot] = encodeValue(value, mms);
		}
		const code = thread.code.map((instruction, at) => {
			layout.lookAt(at);
			return compileInstruction(instruction, layout, mms);
		});
		const { after, slot } = awaited[index] ?? { after: -1, slot: 0 };
		return {
			name: thread.name,
			code,
			sites: thread.code.map((instruction) => instruction.site),
			start: thread.start,
			startSlots: layout.keptAt(thread.start),
			initial,
			joins: joinsOf(code),
			holds: heldOwner(thread, program),
			after,
			slot: slot < 0 ? slot : 1 + (compiled[after]?.layout.published.indexOf(slot) ?? -1),
			as,
		};
	});
	return {
		mms,
		owners: program.mms.map((mm) => mm.owner),
		threads,
		shared,
		stops: program.notifiers.map((notifier) => notifier.stops ?? ""),
	};
}

/** Returns the site of an instruction; for the owner's steps and the teardown (-1) one that names no place. */
export function siteOf(thread: CompiledThread | undefined, node: number): Site {
	return thread?.sites[node] ?? NOWHERE;
}

/** Returns the index of the mm that a value denotes, or -1. */
export function mmOfValue(value: number): number {
	return value - FIRST_MM;
}
