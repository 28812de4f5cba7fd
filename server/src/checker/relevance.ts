/** Which callees matter for a segment: those that can change a reference, a slot, or complete a request. */

import type { Act } from "../kernel/types.ts";
import { type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";

const CHANGES: ReadonlySet<Act["act"]> = new Set<Act["act"]>([
	"step",
	"produce",
	"counter",
	"notifier-register",
	"notifier-get",
	"notifier-unregister",
	"kiocb-complete",
	"kiocb-cancellable",
]);

/** How deep calls are looked through for something that matters. */
const DEPTH = 4;

const direct = new WeakMap<Program, Map<FunctionDef, boolean>>();

/** Whether the body itself changes references. */
function changesDirectly(program: Program, def: FunctionDef): boolean {
	let known = direct.get(program);
	if (!known) {
		known = new Map();
		direct.set(program, known);
	}
	let answer = known.get(def);
	if (answer === undefined) {
		const found = occurrencesIn(program.bodyOf(def));
		answer = false;
		for (const name of found.calls.keys())
			if (program.kernelFunction(name, def.file)?.acts.some((act) => CHANGES.has(act.act))) answer = true;
		for (const field of found.fieldCalls.keys()) if (program.kernel.hasField(field)) answer = true;
		known.set(def, answer);
	}
	return answer;
}

/** Whether the body itself frees memory or stores to one of the slots. */
function touchesDirectly(program: Program, def: FunctionDef, slots: readonly Slot[]): boolean {
	if (changesDirectly(program, def)) return true;
	const found = occurrencesIn(program.bodyOf(def));
	for (const name of found.calls.keys())
		if (program.kernelFunction(name, def.file)?.acts.some((act) => act.act === "free")) return true;
	for (const [field, stores] of found.stores) {
		if (!slots.some((slot) => slot.field === field)) continue;
		for (const store of stores) {
			const target = slotOf(program, def, store.left);
			if (target && slots.some((slot) => sameSlot(slot, target))) return true;
		}
	}
	return false;
}

/** Whether calling `def` can matter to a segment that tracks these slots. */
export function matters(program: Program, def: FunctionDef, slots: readonly Slot[], depth = DEPTH): boolean {
	return reachesOne(program, def, depth, (fn) => touchesDirectly(program, fn, slots));
}

/** Whether a function does something with the slot of its own: changes a reference through it or stores to it. */
export function handlesSlot(program: Program, def: FunctionDef, slot: Slot, depth: number): boolean {
	return reachesOne(program, def, depth, (fn) => handlesDirectly(program, fn, slot));
}

function handlesDirectly(program: Program, def: FunctionDef, slot: Slot): boolean {
	const found = occurrencesIn(program.bodyOf(def));
	for (const store of found.stores.get(slot.field) ?? []) {
		const target = slotOf(program, def, store.left);
		if (target && sameSlot(target, slot)) return true;
	}
	for (const [name, calls] of found.calls)
		for (const act of program.kernelFunction(name, def.file)?.acts ?? []) {
			if (act.act !== "step" && act.act !== "notifier-register" && act.act !== "notifier-unregister") continue;
			for (const call of calls) {
				const mm = act.mm === undefined ? undefined : call.args[act.mm];
				const target = mm && slotOf(program, def, mm);
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
