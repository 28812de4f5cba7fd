/** An mm program made ready to be explored: variables as slots, values as numbers. */

import type { Operation } from "./operation.ts";
import type { Instruction, Key, MmProgram, Site, Test, Thread } from "./program.ts";
import { encodeValue, FIRST_MM, UNKNOWN } from "./values.ts";

/** A variable: slot of the thread from 0 on, or `-1 - slot` of those that all threads share. */
export type Ref = number;

export type Code =
	| {
			readonly do: "step";
			readonly op: Operation;
			readonly mm: Ref;
			readonly result: Ref | undefined;
			readonly arg: number | undefined;
			readonly next: number;
	  }
	| {
			readonly do: "set";
			readonly target: Ref;
			/** The variable that is copied; without, `value` is assigned. */
			readonly copy: Ref | undefined;
			readonly value: number;
			readonly forget: readonly Ref[];
			/** True when it neither reads nor writes what other threads see. */
			readonly local: boolean;
			readonly next: number;
	  }
	| {
			readonly do: "branch";
			readonly test: Test["test"];
			readonly left: Ref;
			readonly right: Ref;
			/** For `is`: the value asked for. */
			readonly value: number;
			readonly local: boolean;
			readonly whenTrue: number;
			readonly whenFalse: number;
	  }
	| { readonly do: "any"; readonly next: readonly number[] }
	| { readonly do: "end" };

export interface CompiledThread {
	readonly name: string;
	readonly code: readonly Code[];
	readonly sites: readonly Site[];
	readonly start: number;
	readonly initial: readonly number[];
	/** For each instruction: the slots that keep their values. */
	readonly live: readonly (readonly boolean[])[];
	/** Slot of `current->mm`, which use and unuse set. */
	readonly currentMm: Ref | undefined;
	/** Index of the mm whose owner cannot exit while this thread runs; -1: none. */
	readonly holds: number;
	/** Index of the thread that this one waits for; -1: none; -2: one that does not exist, so that it never starts. */
	readonly after: number;
	/** The awaited thread's variable that has to denote an mm, and the slots here that it becomes. */
	readonly slot: Ref;
	readonly as: readonly Ref[];
}

export interface CompiledProgram {
	readonly mms: readonly string[];
	readonly owners: readonly ("process" | "none")[];
	readonly threads: readonly CompiledThread[];
	readonly shared: readonly number[];
	/** For each notifier the thread that its release stops; empty: none. */
	readonly stops: readonly string[];
}

const NOWHERE: Site = { file: "", function: "", line: 0, column: 0, text: "" };

/** Numbers the variables of one thread, and those that all share. */
class Slots {
	readonly own = new Map<Key, number>();
	readonly #shared: Map<Key, number>;

	constructor(shared: Map<Key, number>) {
		this.#shared = shared;
	}

	/** Returns the slot of a variable, giving it one when it has none. */
	of(key: Key): Ref {
		const table = key.startsWith("@") ? this.#shared : this.own;
		const known = table.get(key);
		const slot = known ?? table.size;
		if (known === undefined) table.set(key, slot);
		return table === this.own ? slot : -1 - slot;
	}
}

/** Compiles one instruction. */
function compileInstruction(instruction: Instruction, slots: Slots, mms: readonly string[]): Code {
	switch (instruction.do) {
		case "step": {
			const result = instruction.result === undefined ? undefined : slots.of(instruction.result);
			return { do: "step", op: instruction.op, mm: slots.of(instruction.mm), result, arg: instruction.arg, next: instruction.next };
		}
		case "set": {
			const target = slots.of(instruction.target);
			const copy = "copy" in instruction.value ? slots.of(instruction.value.copy) : undefined;
			const value = "is" in instruction.value ? encodeValue(instruction.value.is, mms) : UNKNOWN;
			const forget = (instruction.forget ?? []).map((key) => slots.of(key));
			const local = target >= 0 && (copy ?? 0) >= 0 && forget.every((ref) => ref >= 0);
			return { do: "set", target, copy, value, forget, local, next: instruction.next };
		}
		case "branch": {
			const { on } = instruction;
			const left = slots.of(on.test === "equal" ? on.left : on.key);
			const right = on.test === "equal" ? slots.of(on.right) : left;
			const value = on.test === "is" ? encodeValue(on.value, mms) : UNKNOWN;
			const local = left >= 0 && right >= 0;
			return { do: "branch", test: on.test, left, right, value, local, whenTrue: instruction.then, whenFalse: instruction.else };
		}
		case "any":
			return { do: "any", next: instruction.next };
		case "end":
			return { do: "end" };
	}
}

/** Returns the index of the mm whose owner runs this thread: that of its `current->mm`, or the first for context `owner`. */
function heldOwner(thread: Thread, program: MmProgram): number {
	if (thread.context === "kthread") return -1;
	const current = thread.initial["current->mm"];
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
		const code = thread.code.map((instruction) => compileInstruction(instruction, slots, mms));
		for (const key of Object.keys(thread.initial)) slots.of(key);
		const as = (thread.after?.as ?? []).map((key) => slots.of(key));
		return { thread, slots, code, as };
	});
	const shared = new Array<number>(sharedSlots.size).fill(UNKNOWN);
	const threads = compiled.map(({ thread, slots, code, as }, index): CompiledThread => {
		const initial = new Array<number>(slots.own.size).fill(UNKNOWN);
		for (const [key, value] of Object.entries(thread.initial)) {
			const slot = slots.of(key);
			if (slot >= 0) initial[slot] = encodeValue(value, mms);
			else shared[-1 - slot] = encodeValue(value, mms);
		}
		const published = new Set(awaited.filter((wait) => wait.after === index).map((wait) => wait.slot));
		const keys = [...slots.own.keys()];
		return {
			name: thread.name,
			code,
			sites: thread.code.map((instruction) => instruction.site),
			start: thread.start,
			initial,
			live: thread.code.map((_, at) => keys.map((key, slot) => published.has(slot) || (thread.live[at]?.has(key) ?? true))),
			currentMm: slots.own.get("current->mm"),
			holds: heldOwner(thread, program),
			after: awaited[index]?.after ?? -1,
			slot: awaited[index]?.slot ?? 0,
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
