/** Where the mm of a use is put into a field, and every reference that the code in view takes or gives for that field. */

import type { Expr } from "../facts/types.ts";
import type { Operation } from "../model/operation.ts";
import { type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { bare, type CallExpr, type FieldExpr, occurrencesIn } from "../program/occurrences.ts";
import type { CallSite, FunctionDef, Program } from "../program/program.ts";
import { localsOf } from "../program/typing.ts";
import { assignmentsTo, type Writer } from "../program/writers.ts";
import { argumentOf } from "./borrowing.ts";
import type { FixContext } from "./draft.ts";
import { argumentAt } from "./layout.ts";
import { bodyOfFunction, calleeOf, type Spot, spotsIn } from "./spot.ts";

export interface Captured {
	readonly slot: Slot;
	/** The stores of an mm to the field, each with its statement. */
	readonly stores: readonly Store[];
}

export interface Store {
	readonly fn: FunctionDef;
	readonly left: FieldExpr;
	readonly value: Expr;
	readonly spot: Spot;
	/** Whether the mm is that of the process which runs the function. */
	readonly ofOwner: boolean;
}

/** A call that takes or gives a reference for the field. */
export interface Reference {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	readonly op: Operation;
}

const REFERENCE_OPS: ReadonlySet<Operation> = new Set<Operation>(["mmget", "mmgetnz", "mmgrab", "mmput", "mmputa", "mmdrop"]);

/** The capture of a use whose mm comes through one field; undefined when it comes otherwise, or a store is no statement of its own. */
export function findCapture(context: FixContext): Captured | undefined {
	const { program, judged } = context;
	const lasts = judged.routes.flatMap((route) => route.wide.captures.slice(-1));
	const [first] = lasts;
	if (!first || lasts.length < judged.routes.length || !lasts.every((last) => sameSlot(last.slot, first.slot))) return undefined;
	const stores: Store[] = [];
	for (const { writer, context: runner } of lasts) {
		if (stores.some((store) => store.fn === writer.fn && store.left.at === writer.left.at)) continue;
		const spot = storeSpot(context, writer);
		if (!spot) return undefined;
		stores.push({ fn: writer.fn, left: writer.left, value: writer.value, spot, ofOwner: runner === "owner" });
	}
	/* an mm that is kept as a number cannot be handed to what takes a reference */
	const pointer = first.slot.struct.facts.fields.some(({ name, type }) => name === first.slot.field && type.stars === 1);
	return pointer && program.tree.files.has(first.slot.struct.file) ? { slot: first.slot, stores } : undefined;
}

function storeSpot(context: FixContext, { fn, left }: Writer): Spot | undefined {
	const { program } = context;
	const text = context.text(fn.file);
	if (text === undefined) return undefined;
	const stores = (expr: Expr): boolean => {
		if (expr.e === "assign") return expr.op === "=" && expr.left.e === "field" && expr.left.at === left.at;
		const acts = expr.e === "call" ? (program.kernelFunction(calleeOf(expr), fn.file)?.acts ?? []) : [];
		return acts.some((act) => {
			/* one that only stores if it finds what it expects may store nothing */
			const target = act.act === "store" && !act.returnsOld && expr.e === "call" ? expr.args[act.target] : undefined;
			return target !== undefined && bare(target).e === "field" && bare(target).at === left.at;
		});
	};
	return spotsIn(bodyOfFunction(program, fn, text), (stmt) => stmt.s === "expr" && stores(stmt.expr))[0];
}

/** The left side of a store as it is written. */
export function targetText({ spot, left }: Store): string {
	const { text, start } = spot.body;
	const written = argumentAt(text, start + left.at);
	return spot.stmt.s === "expr" && spot.stmt.expr.e === "assign" ? written.slice(0, written.indexOf("=")).trim() : written;
}

/** The right side of a store as it is written. */
export function storedText({ spot, value }: Pick<Store, "spot" | "value">): string {
	return argumentAt(spot.body.text, spot.body.start + value.at);
}

/** All calls in view that take or give a reference to what the field holds. */
export function referencesOf(program: Program, { slot, stores }: Captured): readonly Reference[] {
	const found: Reference[] = [];
	for (const name of program.kernel.named((act) => act.act === "step" && REFERENCE_OPS.has(act.op)))
		for (const { caller, call } of callsThatMayTakeIt(program, name, slot, stores)) {
			const mm = argumentOf(program, caller.file, call, REFERENCE_OPS);
			const act = program.kernelFunction(name, caller.file)?.acts.find((known) => known.act === "step");
			if (!mm || act?.act !== "step") continue;
			const ofStore = stores.some((store) => store.fn === caller && sameText(store.value, mm));
			if (ofStore || holdsSlot(program, caller, mm, slot)) found.push({ fn: caller, call, op: act.op });
		}
	return found;
}

/** Calls of a function that may be given what a field holds: where the field is named, or stored. */
function callsThatMayTakeIt(program: Program, name: string, slot: Slot, stores: readonly Store[]): readonly CallSite[] {
	const about = program.callsAbout(name, slot.field);
	const known = new Set(about.map(({ call }) => call));
	const others = [...new Set(stores.map(({ fn }) => fn))].flatMap((fn) =>
		(occurrencesIn(program.bodyOf(fn)).calls.get(name) ?? []).map((call) => ({ caller: fn, call })),
	);
	return [...about, ...others.filter(({ call }) => !known.has(call))];
}

function sameText(a: Expr, b: Expr): boolean {
	const plain = (expr: Expr): string => JSON.stringify(expr, (key, value: unknown) => (key === "at" || key === "end" ? undefined : value));
	return plain(a) === plain(b);
}

/** Whether an expression is the field, or a local variable that got its value from it. */
function holdsSlot(program: Program, fn: FunctionDef, expr: Expr, slot: Slot): boolean {
	if (expr.e === "name" && localsOf(program.bodyOf(fn)).has(expr.name))
		return assignmentsTo(program, fn, expr.name).values.some((value) => value.e === "field" && holdsSlot(program, fn, value, slot));
	const found = expr.e === "field" && expr.field === slot.field ? slotOf(program, fn, expr) : undefined;
	return found !== undefined && sameSlot(found, slot);
}
