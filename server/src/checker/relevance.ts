/** Which callees matter for a segment: those that can change a reference to the tracked mm, a slot, or the life of its object. */

import type { WordRole } from "../facts/index.ts";
import type { Expr } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { Act } from "../kernel/types.ts";
import { keyOfSlot, type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { counterOf } from "../program/counter.ts";
import { Memo } from "../program/memo.ts";
import { type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { CallSite, FunctionDef, Program } from "../program/program.ts";
import { isMm, localsOf } from "../program/typing.ts";
import { assignmentsTo } from "../program/writers.ts";

/** Acts of a call that can change the references of an mm. */
const REFERENCING: ReadonlySet<Act["act"]> = new Set<Act["act"]>([
	"step",
	"notifier-register",
	"notifier-get",
	"notifier-unregister",
	"counter",
	"produce",
	"kiocb-complete",
]);

const freeing = new Memo<FunctionDef, boolean>();

/** Whether a function itself frees memory that a parameter points to. */
function frees(program: Program, def: FunctionDef): boolean {
	return freeing.answer(program, def, () =>
		[...occurrencesIn(program.bodyOf(def)).calls].some(([name, calls]) =>
			program
				.kernelFunction(name, def.file)
				?.acts.some((act) => act.act === "free" && calls.some((call) => isParam(def, call.args[act.pointer]))),
		),
	);
}

/** Whether a call changes the references of an mm that its function is given, that is the running task's, or that a slot holds. */
function references(program: Program, { caller, call }: CallSite, act: Act, slots: readonly Slot[]): boolean {
	switch (act.act) {
		case "step":
		case "notifier-register":
		case "notifier-get":
		case "notifier-unregister":
			return act.mm !== undefined && isTracked(program, caller, call.args[act.mm], slots);
		case "counter":
			return isTracked(program, caller, counterOf(call.args[act.counter])?.mm, slots);
		case "produce":
			return isMm(program, { type: caller.facts.returns, file: caller.file });
		default:
			return act.act === "kiocb-complete";
	}
}

/** Whether a function itself changes references to what it is given or to the running task's mm, or completes a request; or does so because of the slots. */
function changesReferences(program: Program, fn: FunctionDef, slots: readonly Slot[]): boolean {
	const { calls, fieldCalls } = occurrencesIn(program.bodyOf(fn));
	if (slots.length > 0 ? storesTo(program, fn, slots) : [...fieldCalls.keys()].some((field) => program.kernel.hasField(field))) return true;
	for (const [name, sites] of calls) {
		const acts = program.kernelFunction(name, fn.file)?.acts;
		if (!acts?.some((act) => REFERENCING.has(act.act))) continue;
		if (sites.some((call) => acts.some((act) => references(program, { caller: fn, call }, act, slots)))) return true;
	}
	return false;
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
	return (
		frees(program, def) || freesThrough(program, def) || reaches(program, def, []) || (slots.length > 0 && reaches(program, def, slots))
	);
}

/** Calls are looked through this deep for something that matters: beyond it nearly everything reaches nearly everything. */
const DEPTH = 4;

/** By slots: for each depth that is left, the functions of which is known whether they change references within it. */
const reached = new Memo<
	string,
	{ readonly levels: readonly Memo<FunctionDef, boolean>[]; readonly words: readonly (readonly [WordRole, string])[] }
>();

/** Words without which a function changes no reference, as {@link changesReferences} finds it. */
function wordsThatChange(program: Program, slots: readonly Slot[]): readonly (readonly [WordRole, string])[] {
	if (slots.length > 0) return slots.map((slot) => ["field", slot.field]);
	const called = program.withAliases(program.kernel.named((act) => REFERENCING.has(act.act)));
	return [
		...[...called].map((name) => ["called", name] as const),
		...[...program.kernel.fields()].map((field) => ["fieldCalled", field] as const),
	];
}

/** Whether a function changes references, because of the slots if there are some, itself or through calls of at most {@link DEPTH} levels. */
function reaches(program: Program, def: FunctionDef, slots: readonly Slot[]): boolean {
	const { levels, words } = reached.answer(program, slots.map(keyOfSlot).join("\0\0"), () => ({
		levels: Array.from({ length: DEPTH + 1 }, () => new Memo<FunctionDef, boolean>()),
		words: wordsThatChange(program, slots),
	}));
	const isPossible = program.reaching(words, DEPTH);
	const within = (fn: FunctionDef, left: number): boolean =>
		levels[left]?.answer(program, fn, () => {
			/* what a function of the table does is said by its row, not by its body */
			if (program.kernelFunction(fn.facts.name, fn.file) !== undefined) return false;
			if (changesReferences(program, fn, slots)) return true;
			const names = [...occurrencesIn(program.bodyOf(fn)).calls.keys()].filter(isPossible);
			return names.some((name) => program.functionsNamed(name, fn.file).some((callee) => within(callee, left - 1)));
		}) ?? false;
	return isPossible(def.facts.name) && program.quietly(() => within(def, DEPTH));
}

const freeingThrough = new Memo<FunctionDef, boolean>();

/** A wrapper that hands its own parameter to a function that frees it. */
function freesThrough(program: Program, def: FunctionDef): boolean {
	return freeingThrough.answer(program, def, () => findFreesThrough(program, def));
}

function findFreesThrough(program: Program, def: FunctionDef): boolean {
	for (const [name, calls] of occurrencesIn(program.bodyOf(def)).calls) {
		if (program.kernelFunction(name, def.file) || !calls.some((call) => call.args.some((arg) => isParam(def, arg)))) continue;
		if (program.functionsNamed(name, def.file).some((callee) => frees(program, callee))) return true;
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
