/** Which callees matter for a segment: those that can change a reference to the tracked mm, a slot, or the life of its object. */

import type { Expr } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import { type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { counterOf } from "../program/counter.ts";
import { type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { isMm, localsOf } from "../program/typing.ts";
import { assignmentsTo } from "../program/writers.ts";

interface Touch {
	/** Changes the references of an mm that it is given, that is the running task's, or that a slot holds; or completes a request. */
	readonly references: boolean;
	/** Frees memory that a parameter points to. */
	readonly frees: boolean;
}

const cache = new WeakMap<Program, Map<string, Map<FunctionDef, Touch>>>();

function slotsKey(slots: readonly Slot[]): string {
	return slots.map((slot) => `${slot.struct.file}\0${slot.struct.facts.tag}\0${slot.field}`).join("\0\0");
}

/** What the body of one function itself does. */
function touchOf(program: Program, def: FunctionDef, slots: readonly Slot[]): Touch {
	let bySlots = cache.get(program);
	if (!bySlots) {
		bySlots = new Map();
		cache.set(program, bySlots);
	}
	const key = slotsKey(slots);
	let known = bySlots.get(key);
	if (!known) {
		known = new Map();
		bySlots.set(key, known);
	}
	let touch = known.get(def);
	if (!touch) {
		touch = program.quietly(() => findTouch(program, def, slots));
		known.set(def, touch);
	}
	return touch;
}

function findTouch(program: Program, def: FunctionDef, slots: readonly Slot[]): Touch {
	const found = occurrencesIn(program.bodyOf(def));
	let references = [...found.fieldCalls.keys()].some((field) => program.kernel.hasField(field)) || storesTo(program, def, slots);
	let frees = false;
	const returnsMm = isMm(program, { type: def.facts.returns, file: def.file });
	for (const [name, calls] of found.calls)
		for (const act of program.kernelFunction(name, def.file)?.acts ?? []) {
			if (act.act === "free") frees ||= calls.some((call) => isParam(def, call.args[act.pointer]));
			else if (act.act === "step" || act.act === "notifier-register" || act.act === "notifier-get" || act.act === "notifier-unregister") {
				const index = act.mm;
				references ||= index !== undefined && calls.some((call) => isTracked(program, def, call.args[index], slots));
			} else if (act.act === "counter")
				references ||= calls.some((call) => isTracked(program, def, counterOf(call.args[act.counter])?.mm, slots));
			else if (act.act === "produce") references ||= returnsMm;
			else if (act.act === "kiocb-complete") references = true;
		}
	return { references, frees };
}

function storesTo(program: Program, def: FunctionDef, slots: readonly Slot[]): boolean {
	const found = occurrencesIn(program.bodyOf(def)).stores;
	return slots.some((slot) =>
		(found.get(slot.field) ?? []).some((store) => {
			const target = slotOf(program, def, store.left);
			return target !== undefined && sameSlot(target, slot);
		}),
	);
}

function isParam(def: FunctionDef, expr: Expr | undefined): boolean {
	return expr?.e === "name" && def.facts.params.some((param) => param.name === expr.name);
}

/** Whether an mm expression can denote the tracked mm: a parameter, current->mm, a slot, or a local that is one of them. */
function isTracked(program: Program, def: FunctionDef, expr: Expr | undefined, slots: readonly Slot[], depth = 0): boolean {
	if (!expr || depth > 3) return false;
	if (expr.e === "cast") return isTracked(program, def, expr.arg, slots, depth);
	if (expr.e === "name") {
		if (isParam(def, expr)) return true;
		if (!localsOf(program.bodyOf(def)).has(expr.name)) return false;
		return assignmentsTo(program, def, expr.name).values.some((value) => isTracked(program, def, value, slots, depth + 1));
	}
	if (expr.e === "call") return callYields(program, def, expr);
	if (expr.e !== "field") return false;
	if (expr.field === NAMES.mmOfTask && expr.base.e === "name" && expr.base.name === NAMES.current) return true;
	if (!slots.some((slot) => slot.field === expr.field)) return false;
	const slot = slotOf(program, def, expr);
	return slot !== undefined && slots.some((known) => sameSlot(known, slot));
}

function callYields(program: Program, def: FunctionDef, call: CallExpr): boolean {
	/* what a function takes and gives back itself changes nothing for its caller; what it keeps is a slot */
	return call.callee.e === "name" && program.kernelFunction(call.callee.name, def.file) === undefined;
}

/** Whether calling `def` can matter to a segment that tracks these slots. */
export function matters(program: Program, def: FunctionDef, slots: readonly Slot[]): boolean {
	if (touchOf(program, def, slots).frees) return true;
	if (freesThrough(program, def, slots)) return true;
	return referencing(program, slots).has(def);
}

const closures = new WeakMap<Program, Map<string, ReadonlySet<FunctionDef>>>();

/** Calls are looked through this deep for something that matters: beyond it nearly everything reaches nearly everything. */
const DEPTH = 4;

/** All functions in view that change references to the tracked mm, themselves or through calls of at most {@link DEPTH} levels. */
function referencing(program: Program, slots: readonly Slot[]): ReadonlySet<FunctionDef> {
	let known = closures.get(program);
	if (!known) {
		known = new Map();
		closures.set(program, known);
	}
	const key = slotsKey(slots);
	let found = known.get(key) as Set<FunctionDef> | undefined;
	if (!found) {
		/* what a function of the table does is said by its row, not by its body */
		const isRow = (fn: FunctionDef): boolean => program.kernelFunction(fn.facts.name, fn.file) !== undefined;
		found = new Set(program.functions.filter((fn) => !isRow(fn) && touchOf(program, fn, slots).references));
		let level = [...found];
		for (let depth = 0; depth < DEPTH; depth++) {
			const next: FunctionDef[] = [];
			for (const fn of level)
				for (const { caller } of program.quietly(() => program.callsOf(fn)))
					if (!found.has(caller) && !isRow(caller)) {
						found.add(caller);
						next.push(caller);
					}
			level = next;
		}
		known.set(key, found);
	}
	return found;
}

/** A wrapper that hands its own parameter to a function that frees it. */
function freesThrough(program: Program, def: FunctionDef, slots: readonly Slot[]): boolean {
	for (const [name, calls] of occurrencesIn(program.bodyOf(def)).calls) {
		if (program.kernelFunction(name, def.file) || !calls.some((call) => call.args.some((arg) => isParam(def, arg)))) continue;
		if (program.functionsNamed(name, def.file).some((callee) => touchOf(program, callee, slots).frees)) return true;
	}
	return false;
}

/** Whether a function does something with the slot of its own: changes a reference through it or stores to it. */
export function handlesSlot(program: Program, def: FunctionDef, slot: Slot, depth: number): boolean {
	return reachesOne(program, def, depth, (fn) => handlesDirectly(program, fn, slot));
}

function handlesDirectly(program: Program, def: FunctionDef, slot: Slot): boolean {
	if (storesTo(program, def, [slot])) return true;
	for (const [name, calls] of occurrencesIn(program.bodyOf(def)).calls)
		for (const act of program.kernelFunction(name, def.file)?.acts ?? []) {
			if (act.act !== "step" && act.act !== "notifier-register" && act.act !== "notifier-unregister") continue;
			for (const call of calls) {
				const mm = act.mm === undefined ? undefined : call.args[act.mm];
				const target = mm?.e === "field" && mm.field === slot.field ? slotOf(program, def, mm) : undefined;
				if (target && sameSlot(target, slot)) return true;
			}
		}
	return false;
}

function reachesOne(program: Program, def: FunctionDef, depth: number, wanted: (def: FunctionDef) => boolean): boolean {
	const seen = new Map<FunctionDef, number>();
	const visit = (fn: FunctionDef, left: number): boolean => {
		if ((seen.get(fn) ?? -1) >= left) return false;
		seen.set(fn, left);
		if (wanted(fn)) return true;
		if (left === 0) return false;
		for (const name of occurrencesIn(program.bodyOf(fn)).calls.keys()) {
			if (program.kernelFunction(name, fn.file)) continue;
			for (const callee of program.functionsNamed(name, fn.file)) if (visit(callee, left - 1)) return true;
		}
		return false;
	};
	return visit(def, depth);
}
