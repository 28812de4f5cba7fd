/** Who calls a function: by name, through op tables and fields, as a thread of its own. */

import type { Expr } from "../facts/types.ts";
import { Memo } from "./memo.ts";
import { bare, type CallExpr, occurrencesIn } from "./occurrences.ts";
import type { FunctionDef, Program, StructDef, VariableDef } from "./program.ts";
import { fieldOf, resolveTypedef, structOf, type Typed, typeOf } from "./typing.ts";

/** A field of a struct, by identity of the struct. */
export interface Slot {
	readonly struct: StructDef;
	readonly field: string;
}

export interface Caller {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	/** The field through which the function is called, absent for a call by name. */
	readonly through?: Slot;
}

/** A place that makes the function run as a thread of its own (a work item, a kthread, a timer). */
export interface Start {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	readonly context: "kthread" | "process" | "work" | "timer" | "irq" | "tasklet" | "rcu";
	/** The work item or timer, as the call names it. */
	readonly object?: Expr;
	/** The argument that the function gets. */
	readonly data?: Expr;
	readonly returnsThread: boolean;
}

export interface Activations extends Starts {
	readonly callers: readonly Caller[];
}

/** What makes a function run without a call that is in view. */
export interface Starts {
	readonly starts: readonly Start[];
	/** Fields of op tables it stands in. */
	readonly fields: readonly Slot[];
	/** Op tables of the kernel it stands in: in which thread the kernel runs it. */
	readonly contexts: readonly string[];
	/** Functions that it is handed to, and what they do with it is not known. */
	readonly handedTo: readonly { readonly fn: FunctionDef; readonly to: string }[];
}

/** A name that equal slots share. */
export function keyOfSlot({ struct, field }: Slot): string {
	return `${struct.file}\0${struct.facts.tag}\0${field}`;
}

/** Whether two slots are the same field. */
export function sameSlot(a: Slot, b: Slot): boolean {
	return a.struct === b.struct && a.field === b.field;
}

/** The field that an expression of `fn` names, by identity; undefined when its type cannot be told. */
export function slotOf(program: Program, fn: FunctionDef, expr: Expr): Slot | undefined {
	if (expr.e !== "field") return undefined;
	const found = fieldOf(program, typeOf(program, fn, expr.base), expr.field);
	return found && { struct: found.struct, field: expr.field };
}

/** Whether an expression of `fn` names the field. A struct of another tag need not be looked up for that. */
export function namesSlot(program: Program, fn: FunctionDef, expr: Expr, slot: Slot): boolean {
	if (expr.e !== "field" || expr.field !== slot.field) return false;
	const base = typeOf(program, fn, expr.base);
	return base !== undefined && resolveTypedef(program, base).type.name === slot.struct.facts.tag && structOf(program, base) === slot.struct;
}

/** The field of an op table that a designator names (`ops.release`). */
function slotOfDesignator(program: Program, table: VariableDef, path: string): Slot | undefined {
	let typed: Typed | undefined = { type: table.facts.type, file: table.file };
	let slot: Slot | undefined;
	for (const step of path.split(".")) {
		if (step.startsWith("[")) continue;
		const field = step.replace(/\[.*$/, "");
		const found = fieldOf(program, typed, field);
		if (!found) return undefined;
		slot = { struct: found.struct, field };
		typed = { type: found.field.type, file: found.struct.file };
	}
	return slot;
}

const known = new Memo<FunctionDef, Activations>();
const knownStarts = new Memo<FunctionDef, Starts>();

/** Everything in view that can make `def` run. */
export function activationsOf(program: Program, def: FunctionDef): Activations {
	return known.answer(program, def, () => {
		const byName = program.callsOf(def).map((site) => ({ fn: site.caller, call: site.call }));
		const starts = startsOf(program, def);
		return { ...starts, callers: [...byName, ...callersThrough(program, starts.fields)] };
	});
}

/** Everything in view that makes `def` run, but its callers. */
export function startsOf(program: Program, def: FunctionDef): Starts {
	return knownStarts.answer(program, def, () => findStarts(program, def));
}

function findStarts(program: Program, def: FunctionDef): Starts {
	const starts: Start[] = [];
	const handedTo: { fn: FunctionDef; to: string }[] = [];
	const fields: Slot[] = [];
	const addField = (slot: Slot | undefined): void => {
		if (slot && !fields.some((other) => sameSlot(other, slot))) fields.push(slot);
	};
	for (const { table, path } of program.tablesWith(def)) addField(slotOfDesignator(program, table, path));
	const isDef = (expr: Expr | undefined): boolean => {
		const inner = expr && bare(expr);
		if (inner?.e === "conditional") return isDef(inner.then) || isDef(inner.else);
		return inner?.e === "name" && inner.name === def.facts.name;
	};
	for (const fn of program.mentionsOf(def)) {
		const found = occurrencesIn(program.bodyOf(fn));
		for (const stores of found.stores.values())
			for (const store of stores) if (isDef(store.right)) addField(slotOf(program, fn, store.left));
		for (const [name, calls] of found.calls)
			for (const call of calls) {
				const index = call.args.findIndex(isDef);
				if (index < 0) continue;
				const start = program.kernelFunction(name, fn.file)?.acts.find((act) => act.act === "start" && act.function === index);
				if (start?.act === "start") {
					const object = start.object === undefined ? undefined : call.args[start.object];
					const data = start.data === undefined ? undefined : call.args[start.data];
					starts.push({
						fn,
						call,
						context: start.context,
						...(object ? { object } : {}),
						...(data ? { data } : {}),
						returnsThread: start.returnsThread ?? false,
					});
				} else handedTo.push({ fn, to: name });
			}
	}
	const contexts: string[] = fields.flatMap((slot) => program.kernel.slot(slot.struct.facts.tag, slot.field)?.context ?? []);
	/* an op table of the kernel is known by its name: its struct need not be in view */
	for (const { table, path } of program.tablesWith(def)) {
		const slot = program.kernel.slot(table.facts.type.name, path);
		if (slot) contexts.push(slot.context);
	}
	return { starts, fields, contexts, handedTo };
}

/** Calls through fields of op tables. */
function callersThrough(program: Program, fields: readonly Slot[]): readonly Caller[] {
	const callers: Caller[] = [];
	for (const slot of fields) {
		/* what the kernel calls through its own op tables has no caller to look for */
		if (program.kernel.slot(slot.struct.facts.tag, slot.field)) continue;
		for (const site of program.callsThrough(slot.field, slot.struct)) {
			const callee = site.call.callee.e === "unary" ? site.call.callee.arg : site.call.callee;
			if (namesSlot(program, site.caller, callee, slot)) callers.push({ fn: site.caller, call: site.call, through: slot });
		}
	}
	return callers;
}
