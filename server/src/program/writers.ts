/** Who stores to a field of a struct: assignments, initializers, store macros, in all files. */

import type { Expr, Stmt } from "../facts/types.ts";
import { keyOfSlot, namesSlot, type Slot } from "./callers.ts";
import { Memo } from "./memo.ts";
import { bare, occurrencesIn } from "./occurrences.ts";
import type { FunctionDef, Program } from "./program.ts";
import { structOf } from "./typing.ts";
import { everyExpr, everyStmt } from "./walk.ts";

export interface Writer {
	readonly fn: FunctionDef;
	/** The field as it is written to; its base is the object. */
	readonly left: Extract<Expr, { e: "field" }>;
	readonly value: Expr;
}

const known = new Memo<string, readonly Writer[]>();

/** All stores to the field that are in view. @param most as in {@link Program.storesTo} */
export function writersOf(program: Program, slot: Slot, most?: number): readonly Writer[] {
	return known.answer(program, `${keyOfSlot(slot)} ${most ?? ""}`, () => findWriters(program, slot, most));
}

function findWriters(program: Program, slot: Slot, most: number | undefined): readonly Writer[] {
	const writers: Writer[] = [];
	const isSlot = (fn: FunctionDef, expr: Expr): expr is Extract<Expr, { e: "field" }> => namesSlot(program, fn, expr, slot);
	for (const { writer, store } of program.storesTo(slot.field, slot.struct, most))
		if (isSlot(writer, store.left)) writers.push({ fn: writer, left: store.left, value: store.right });
	for (const name of program.kernel.named((act) => act.act === "store"))
		for (const { caller, call } of program.callsAbout(name, slot.field))
			for (const act of program.kernelFunction(name, caller.file)?.acts ?? []) {
				if (act.act !== "store") continue;
				const target = call.args[act.target];
				const value = call.args[act.value];
				const left = target && act.through ? bare(target) : target;
				if (left && value && isSlot(caller, left)) writers.push({ fn: caller, left, value });
			}
	for (const fn of program.initializing(slot.field)) writers.push(...initializersIn(program, fn, slot));
	return writers;
}

/** `struct S s = { .field = v }` and `*s = (struct S){ .field = v }` inside a function. */
function initializersIn(program: Program, fn: FunctionDef, slot: Slot): readonly Writer[] {
	const body = program.bodyOf(fn);
	const writers: Writer[] = [];
	const collect = (value: Expr | undefined, base: Expr, arrow: boolean, at: number): void => {
		if (value?.e !== "initializer") return;
		const entry = value.entries.find((candidate) => candidate.path === slot.field);
		if (entry) writers.push({ fn, left: { e: "field", base, field: slot.field, arrow, at }, value: entry.value });
	};
	const { tag } = slot.struct.facts;
	for (const stmt of everyStmt(body))
		if (
			stmt.s === "declare" &&
			stmt.init?.e === "initializer" &&
			stmt.type.name === tag &&
			structOf(program, { type: stmt.type, file: fn.file }) === slot.struct
		)
			collect(stmt.init, { e: "name", name: stmt.name, at: stmt.at }, false, stmt.at);
	for (const expr of everyExpr(body)) {
		if (expr.e !== "assign" || expr.right.e !== "initializer" || expr.right.type?.name !== tag) continue;
		if (structOf(program, { type: expr.right.type, file: fn.file }) !== slot.struct) continue;
		if (expr.left.e === "unary" && expr.left.op === "*") collect(expr.right, expr.left.arg, true, expr.at);
		else collect(expr.right, expr.left, false, expr.at);
	}
	return writers;
}

export interface Assignments {
	readonly values: readonly Expr[];
	/** Whether its address is taken. */
	readonly escapes: boolean;
}

const NEVER: Assignments = { values: [], escapes: false };
const plain = new WeakMap<readonly Stmt[], ReadonlyMap<string, Assignments>>();
const stored = new Memo<FunctionDef, ReadonlyMap<string, readonly Expr[]>>();

/** The values a local variable is given anywhere in a function; `escapes` when its address is taken. */
export function assignmentsTo(program: Program, fn: FunctionDef, name: string): Assignments {
	const body = program.bodyOf(fn);
	const { values, escapes } = remember(plain, body, () => findAssignments(body)).get(name) ?? NEVER;
	const more = stored.answer(program, fn, () => findStored(program, fn)).get(name);
	return { values: more ? [...values, ...more] : values, escapes };
}

interface Answers<K, T> {
	get(key: K): T | undefined;
	set(key: K, answer: T): unknown;
}

function remember<K, T>(answers: Answers<K, T>, key: K, find: () => T): T {
	let answer = answers.get(key);
	if (answer === undefined) {
		answer = find();
		answers.set(key, answer);
	}
	return answer;
}

/** By `=` and initializers, and what has its address taken. */
function findAssignments(body: readonly Stmt[]): ReadonlyMap<string, Assignments> {
	const found = new Map<string, { values: Expr[]; escapes: boolean }>();
	const of = (name: string): { values: Expr[]; escapes: boolean } => remember(found, name, () => ({ values: [], escapes: false }));
	for (const stmt of everyStmt(body)) if (stmt.s === "declare" && stmt.init) of(stmt.name).values.push(stmt.init);
	for (const expr of everyExpr(body)) {
		if (expr.e === "assign" && expr.left.e === "name") of(expr.left.name).values.push(expr.right);
		else if (expr.e === "unary" && expr.op === "&" && expr.arg.e === "name") of(expr.arg.name).escapes = true;
	}
	return found;
}

/** By the kernel's store macros. */
function findStored(program: Program, fn: FunctionDef): ReadonlyMap<string, readonly Expr[]> {
	const found = new Map<string, Expr[]>();
	for (const [macro, calls] of occurrencesIn(program.bodyOf(fn)).calls)
		for (const act of program.kernelFunction(macro, fn.file)?.acts ?? [])
			if (act.act === "store")
				for (const call of calls) {
					const target = call.args[act.target];
					const value = call.args[act.value];
					if (target?.e === "name" && value) remember(found, target.name, () => []).push(value);
				}
	return found;
}
