/** Where the objects of a struct are allocated and freed, and whether a field of theirs is set when they are freed. */

import type { Expr } from "../facts/types.ts";
import { ZERO_FLAG, ZEROING } from "../kernel/fix-words.ts";
import { bare, type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program, StructDef } from "../program/program.ts";
import { localsOf, structOf, typeOf } from "../program/typing.ts";
import { assignmentsTo } from "../program/writers.ts";
import type { Captured, Store } from "./capture.ts";
import type { FixContext } from "./draft.ts";
import { statesAt } from "./flow.ts";
import { pastHead } from "./layout.ts";
import { assignmentsIn, readBy } from "./names.ts";
import { bodyOfFunction, calleeOf, callOf, type Level, type Spot, spotsIn } from "./spot.ts";

/** A place where an object goes. */
export interface Freed {
	readonly fn: FunctionDef;
	readonly spot: Spot;
	/** The pointer as written. */
	readonly object: string;
	/** Whether the field is set there: surely, or only on some ways. */
	readonly set: "yes" | "maybe";
	/** Whether others could have come to know the object before. */
	readonly published: boolean;
}

export interface ObjectLife {
	readonly frees: readonly Freed[];
	/** Where some of the objects lie on the stack: what is tested before one is freed, as written. */
	readonly heapOnly?: string;
}

function isObject(program: Program, fn: FunctionDef, expr: Expr, struct: StructDef): boolean {
	const typed = typeOf(program, fn, expr);
	return typed !== undefined && structOf(program, typed) === struct;
}

interface Allocation {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	/** What the pointer is stored in. */
	readonly target: Expr;
}

/** Functions that allocate such an object, with the call that does. */
function allocationsOf(program: Program, struct: StructDef): readonly Allocation[] {
	const found: Allocation[] = [];
	for (const name of program.kernel.named((act) => act.act === "allocate"))
		for (const { caller, call } of program.callsWithin(name, struct)) {
			const body = program.bodyOf(caller);
			const variable = assignmentsIn(body).find(({ value }) => bare(value) === call)?.name;
			const stored = [...occurrencesIn(body).stores.values()].flat().find(({ right }) => bare(right) === call)?.left;
			const target: Expr | undefined = variable === undefined ? stored : { e: "name", name: variable, at: call.at };
			if (target && isObject(program, caller, target, struct)) found.push({ fn: caller, call, target });
		}
	return found;
}

function isZeroed(call: CallExpr): boolean {
	return ZEROING.has(calleeOf(call)) || call.args.some((arg) => readBy(arg).has(ZERO_FLAG));
}

function plain(expr: Expr): string {
	return JSON.stringify(expr, (key, value: unknown) => (key === "at" || key === "end" ? undefined : value));
}

type SetState = "no" | "maybe" | "yes";

/**
 * Where the objects that the capture fills are freed with the field set; undefined where that cannot be said of some place: an object
 * that is not zeroed, a free that is no statement of its own, an object on the stack that nothing tells from others.
 */
export function findLife(context: FixContext, captured: Captured): ObjectLife | undefined {
	const { program } = context;
	const { slot, stores } = captured;
	const allocations = allocationsOf(program, slot.struct);
	const zeroed = allocations.length > 0 && allocations.every(({ call }) => isZeroed(call));
	/* what is set again without being given back before would be lost */
	if (!stores.every((store) => fillsFresh(program, store, allocations))) return undefined;
	const always = isAlwaysSet(program, stores, allocations);
	const frees: Freed[] = [];
	for (const name of program.kernel.named((act) => act.act === "free"))
		for (const { caller, call } of program.callsWithin(name, slot.struct)) {
			const act = program.kernelFunction(name, caller.file)?.acts.find((known) => known.act === "free");
			const object = act?.act === "free" ? call.args[act.pointer] : undefined;
			if (!object || !isObject(program, caller, object, slot.struct)) continue;
			const text = context.text(caller.file);
			const body = text === undefined ? undefined : bodyOfFunction(program, caller, text);
			const spot = body && spotsIn(body, (stmt) => callOf(stmt)?.at === call.at && calleeOf(callOf(stmt)) === name)[0];
			if (!spot) return undefined;
			const state = stateAt(
				captured,
				caller,
				call,
				object,
				allocations.some(({ fn }) => fn === caller),
			);
			const set = state ?? (always ? "yes" : "maybe");
			if (set === "no") continue;
			if (set === "maybe" && !zeroed) return undefined;
			frees.push({ fn: caller, spot, object: pointerText(spot, call, object), set, published: state === undefined });
		}
	if (!frees.some((freed) => freed.published)) return undefined;
	const onStack = stores.some((known) => mayLieOnStack(program, known));
	if (!onStack) return { frees };
	const heapOnly = testBefore(frees, stores);
	return heapOnly === undefined
		? undefined
		: { frees: frees.map((freed) => (freed.published ? freed : { ...freed, set: "yes" })), heapOnly };
}

/** Whether a store fills an object that was allocated there or by whoever calls, so that it is the only one. */
function fillsFresh(program: Program, { fn, left, spot }: Store, allocations: readonly Allocation[]): boolean {
	if (spot.levels.some(({ owner }) => owner?.s === "loop")) return false;
	const fresh = (caller: FunctionDef, object: Expr): boolean =>
		allocations.some((allocation) => allocation.fn === caller && plain(allocation.target) === plain(bare(object)));
	if (fresh(fn, left.base)) return true;
	const index = left.base.e === "name" ? fn.facts.params.findIndex(({ name }) => left.base.e === "name" && name === left.base.name) : -1;
	const calls = program.callsNamed(fn.facts.name);
	return (
		index >= 0 &&
		calls.length > 0 &&
		calls.every(({ caller, call }) => {
			const arg = call.args[index];
			return arg !== undefined && fresh(caller, arg);
		})
	);
}

/** Whether whoever allocates such an object fills its field, or hands it to the one function that does, always. */
function isAlwaysSet(program: Program, stores: readonly Store[], allocations: readonly Allocation[]): boolean {
	const [store] = stores;
	if (!store || stores.length > 1 || store.spot.levels.length > 1 || allocations.length === 0) return false;
	return allocations.every(({ fn, target }) => {
		if (fn === store.fn) return true;
		const calls = occurrencesIn(program.bodyOf(fn)).calls.get(store.fn.facts.name) ?? [];
		return calls.some((call) => call.args.some((arg) => plain(bare(arg)) === plain(target)));
	});
}

/** Whether the field is set where a function frees an object of its own making; undefined when the object came from elsewhere. */
function stateAt(captured: Captured, fn: FunctionDef, call: CallExpr, object: Expr, allocates: boolean): SetState | undefined {
	const own = captured.stores.filter((store) => store.fn === fn && plain(store.left.base) === plain(object));
	if (own.length === 0 && !allocates) return undefined;
	const setters = new Set(captured.stores.map((store) => store.fn.facts.name));
	const change = (expr: Expr, state: SetState): SetState => {
		if (own.some(({ spot }) => spot.stmt.s === "expr" && spot.stmt.expr === expr)) return "yes";
		const hands = expr.e === "call" && expr.args.some((arg) => plain(bare(arg)) === plain(object));
		return hands && state === "no" && expr.e === "call" && setters.has(calleeOf(expr)) ? "maybe" : state;
	};
	const states = statesAt<SetState>(fn.facts.body, call, "no", change);
	if (states.length === 0) return "no";
	const [state] = states;
	return states.every((other) => other === state) && state ? state : "maybe";
}

/** The freed pointer as it is written, in parentheses where a `->` behind it would bind otherwise. */
function pointerText(spot: Spot, call: CallExpr, object: Expr): string {
	const { body } = spot;
	const index = call.args.indexOf(object);
	const next = call.args[index + 1];
	const raw = body.text.slice(body.start + object.at, next ? body.start + next.at : spot.to);
	const text = (next ? raw.replace(/,\s*$/, "") : raw.slice(0, raw.lastIndexOf(")"))).trim();
	return /^[\w.]+(?:->[\w.]+)*$/.test(text) ? text : `(${text})`;
}

/** Whether the object that a store fills may be a local variable. */
function mayLieOnStack(program: Program, { fn, left }: Store): boolean {
	const { base } = left;
	if (base.e !== "name") return false;
	const locals = localsOf(program.bodyOf(fn));
	return assignmentsTo(program, fn, base.name).values.some(
		(value) => value.e === "unary" && value.op === "&" && value.arg.e === "name" && locals.get(value.arg.name)?.stars === 0,
	);
}

/** The one test of the object under which the functions that fill it free it. */
function testBefore(frees: readonly Freed[], stores: readonly Store[]): string | undefined {
	const tests = new Set<string | undefined>();
	for (const freed of frees) {
		const store = stores.find((known) => known.fn === freed.fn);
		if (!store || freed.published) continue;
		const { base } = store.left;
		const level = [...freed.spot.levels]
			.reverse()
			.find(({ owner, part }) => owner?.s === "if" && part === "body" && base.e === "name" && readBy(owner.test).has(base.name));
		tests.add(level && testOf(freed.spot, level));
	}
	const [test] = tests;
	return tests.size === 1 ? test : undefined;
}

function testOf({ body }: Spot, { owner }: Level): string | undefined {
	if (!owner) return undefined;
	const head = body.text.slice(body.start + owner.at, pastHead(body.text, body.start + owner.at + 2));
	return head.slice(head.indexOf("(") + 1, head.lastIndexOf(")")).trim();
}
