/** Where the value of an mm expression comes from, one step back: flow-insensitive, all assignments of a local count. */

import type { Expr } from "../facts/types.ts";
import { KERNEL_MM_FIELDS, NAMES } from "../kernel/identifiers.ts";
import { activationsOf, type Slot, slotOf } from "../program/callers.ts";
import { occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { localsOf, typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import { assignmentsTo } from "../program/writers.ts";

export type Source =
	| { readonly kind: "null" }
	/** current->mm: of the process that runs this code. */
	| { readonly kind: "current" }
	/** A call that returns an mm with or without a reference; `ofCurrent` when it is asked for the running task's. */
	| { readonly kind: "produce"; readonly ofCurrent: boolean; readonly fresh: boolean }
	| { readonly kind: "field"; readonly slot: Slot }
	/** The parameter of `fn` with that index. */
	| { readonly kind: "param"; readonly fn: FunctionDef; readonly index: number }
	/** A field that the kernel itself fills, with the reference that goes with it. */
	| { readonly kind: "kernel-field"; readonly reference: "count" | "none"; readonly text: string }
	/** Another task's ->mm. */
	| { readonly kind: "task"; readonly text: string }
	| { readonly kind: "unknown"; readonly why: string };

/** Locals that hold `current`, and the name itself. */
function isCurrent(program: Program, fn: FunctionDef, expr: Expr): boolean {
	if (expr.e !== "name") return false;
	if (expr.name === NAMES.current) return true;
	if (!localsOf(program.bodyOf(fn)).has(expr.name)) return false;
	const { values, escapes } = assignmentsTo(program, fn, expr.name);
	return !escapes && values.length > 0 && values.every((value) => value.e === "name" && value.name === NAMES.current);
}

/** A parameter for which every caller in view passes `current`. */
function isAlwaysCurrent(program: Program, fn: FunctionDef, expr: Expr, depth = 0): boolean {
	if (depth > 4) return false;
	const index = expr.e === "name" ? fn.facts.params.findIndex((param) => param.name === expr.name) : -1;
	if (index < 0) return false;
	const { callers, starts, handedTo } = activationsOf(program, fn);
	if (callers.length === 0 || starts.length > 0 || handedTo.length > 0) return false;
	return callers.every(({ fn: caller, call }) => {
		const arg = call.args[index];
		return arg !== undefined && (isCurrent(program, caller, arg) || isAlwaysCurrent(program, caller, arg, depth + 1));
	});
}

/** All sources of `expr` in `fn`. */
export function sourcesOf(program: Program, fn: FunctionDef, expr: Expr): readonly Source[] {
	const found: Source[] = [];
	collect(program, fn, expr, new Set(), found, 0);
	return found;
}

function collect(program: Program, fn: FunctionDef, expr: Expr, seen: Set<string>, found: Source[], depth: number): void {
	const go = (part: Expr): void => collect(program, fn, part, seen, found, depth);
	if (depth > 8) {
		found.push({ kind: "unknown", why: "the value passes through too many functions" });
		return;
	}
	switch (expr.e) {
		case "cast":
			return go(expr.arg);
		case "assign":
			return go(expr.right);
		case "conditional":
			if (expr.then) go(expr.then);
			else go(expr.test);
			return go(expr.else);
		case "binary":
			if (expr.op === ",") return go(expr.right);
			break;
		case "block": {
			const last = expr.body.at(-1);
			if (last?.s === "expr") return go(last.expr);
			break;
		}
		case "literal":
			if (NAMES.null.has(expr.text)) found.push({ kind: "null" });
			return;
		case "name":
			return collectName(program, fn, expr.name, seen, found, depth);
		case "field":
			found.push(sourceOfField(program, fn, expr));
			return;
		case "call":
			return collectCall(program, fn, expr, seen, found, depth);
	}
	found.push({ kind: "unknown", why: "the expression is not one that yields a known mm" });
}

function collectName(program: Program, fn: FunctionDef, name: string, seen: Set<string>, found: Source[], depth: number): void {
	if (NAMES.null.has(name)) {
		found.push({ kind: "null" });
		return;
	}
	const key = `${fn.file}\0${fn.facts.name}\0${fn.facts.start}\0${name}`;
	if (seen.has(key)) return;
	seen.add(key);
	const index = fn.facts.params.findIndex((param) => param.name === name);
	if (index >= 0) found.push({ kind: "param", fn, index });
	else if (!localsOf(program.bodyOf(fn)).has(name)) {
		found.push({ kind: "unknown", why: `${name} is a global variable` });
		return;
	}
	const { values, escapes } = assignmentsTo(program, fn, name);
	for (const value of values) collect(program, fn, value, seen, found, depth);
	if (escapes) found.push({ kind: "unknown", why: `the address of ${name} is taken` });
	if (index < 0 && values.length === 0 && !escapes) found.push({ kind: "unknown", why: `${name} is never assigned` });
}

function sourceOfField(program: Program, fn: FunctionDef, expr: Extract<Expr, { e: "field" }>): Source {
	const base = typeOf(program, fn, expr.base);
	if (base?.type.kind === "struct" && base.type.name === NAMES.task && NAMES.taskMm.has(expr.field)) {
		if (expr.field === NAMES.mmOfTask && (isCurrent(program, fn, expr.base) || isAlwaysCurrent(program, fn, expr.base)))
			return { kind: "current" };
		return { kind: "task", text: `->${expr.field}` };
	}
	const known = KERNEL_MM_FIELDS.find((row) => row.field === expr.field && base?.type.kind === "struct" && base.type.name === row.struct);
	if (known) return { kind: "kernel-field", reference: known.reference, text: `${known.struct}.${known.field}` };
	const slot = slotOf(program, fn, expr);
	if (slot) return { kind: "field", slot };
	for (const part of everyExpr([{ s: "expr", expr: expr.base, at: expr.at }]))
		if (part.e === "call" && part.callee.e === "name") program.need({ need: "name", name: part.callee.name });
	return { kind: "unknown", why: `the struct of ->${expr.field} is not in view` };
}

function collectCall(
	program: Program,
	fn: FunctionDef,
	call: Extract<Expr, { e: "call" }>,
	seen: Set<string>,
	found: Source[],
	depth: number,
): void {
	if (call.callee.e !== "name") {
		found.push({ kind: "unknown", why: "it comes from a call through a pointer" });
		return;
	}
	const name = call.callee.name;
	const row = program.kernelFunction(name, fn.file);
	for (const act of row?.acts ?? []) {
		if (act.act === "value") {
			const value = call.args[act.value];
			if (value) return collect(program, fn, value, seen, found, depth);
		}
		if (act.act === "produce") {
			const task = act.task === undefined ? undefined : call.args[act.task];
			found.push({ kind: "produce", ofCurrent: task !== undefined && isCurrent(program, fn, task), fresh: act.fresh ?? false });
			return;
		}
		if (act.act === "error-pointer") {
			found.push({ kind: "null" });
			return;
		}
	}
	const defs = program.functionsNamed(name, fn.file);
	if (defs.length === 0) {
		program.need({ need: "name", name });
		found.push({ kind: "unknown", why: `${name}() is not in view` });
	}
	for (const def of defs) {
		const key = `${def.file}\0${name}\0return`;
		if (seen.has(key)) continue;
		seen.add(key);
		for (const stmt of everyStmt(program.bodyOf(def))) {
			if (stmt.s !== "return" || !stmt.value) continue;
			const inner: Source[] = [];
			collect(program, def, stmt.value, seen, inner, depth + 1);
			for (const source of inner) {
				const arg = source.kind === "param" && source.fn === def ? call.args[source.index] : undefined;
				if (arg) collect(program, fn, arg, seen, found, depth + 1);
				else found.push(source);
			}
		}
	}
}

/** Whether a function, or what it calls directly to the given depth, satisfies `wanted`. */
export function reaches(program: Program, def: FunctionDef, wanted: (def: FunctionDef) => boolean, depth: number): boolean {
	const seen = new Set<FunctionDef>();
	const visit = (fn: FunctionDef, left: number): boolean => {
		if (seen.has(fn)) return false;
		seen.add(fn);
		if (wanted(fn)) return true;
		if (left === 0) return false;
		for (const name of occurrencesIn(program.bodyOf(fn)).calls.keys())
			for (const callee of program.functionsNamed(name, fn.file)) if (visit(callee, left - 1)) return true;
		return false;
	};
	return visit(def, depth);
}
