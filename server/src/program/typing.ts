/** Types of expressions, as far as names and struct fields tell. */

import type { Expr, FieldFacts, Stmt, TypeRef } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { FunctionDef, Program, StructDef } from "./program.ts";
import { everyStmt } from "./walk.ts";

/** A type and the file in whose light its names are meant. */
export interface Typed {
	readonly type: TypeRef;
	readonly file: string;
}

const UNKNOWN: TypeRef = { kind: "unknown", name: "", stars: 0 };
const localsCache = new WeakMap<readonly Stmt[], ReadonlyMap<string, TypeRef>>();

/** Types of the local variables that a body declares; of several of one name the first. */
export function localsOf(body: readonly Stmt[]): ReadonlyMap<string, TypeRef> {
	let locals = localsCache.get(body) as Map<string, TypeRef> | undefined;
	if (!locals) {
		locals = new Map();
		for (const stmt of everyStmt(body)) if (stmt.s === "declare" && !locals.has(stmt.name)) locals.set(stmt.name, stmt.type);
		localsCache.set(body, locals);
	}
	return locals;
}

function withStars(typed: Typed | undefined, change: number): Typed | undefined {
	return typed && { file: typed.file, type: { ...typed.type, stars: Math.max(0, typed.type.stars + change) } };
}

/** The type with typedef names resolved to what they stand for. */
export function resolveTypedef(program: Program, typed: Typed): Typed {
	let current = typed;
	for (let i = 0; i < 8 && current.type.kind === "name"; i++) {
		const typedef = program.typedef(current.type.name, current.file);
		if (!typedef) return current;
		current = { file: typedef.file, type: { ...typedef.facts.type, stars: typedef.facts.type.stars + current.type.stars } };
	}
	return current;
}

/** The struct or union that an expression of this type is, or points to. */
export function structOf(program: Program, typed: Typed | undefined): StructDef | undefined {
	if (!typed) return undefined;
	const { type, file } = resolveTypedef(program, typed);
	return type.kind === "struct" || type.kind === "union" ? program.struct(type.name, file) : undefined;
}

/** A field as it is declared, with the struct that declares it. */
export function fieldOf(program: Program, base: Typed | undefined, field: string): { struct: StructDef; field: FieldFacts } | undefined {
	const struct = structOf(program, base);
	const found = struct?.facts.fields.find((candidate) => candidate.name === field);
	return struct && found ? { struct, field: found } : undefined;
}

/**
 * The type of an expression in a function, or undefined when it cannot be told from what is loaded.
 * @param within macros in whose bodies the expression stands: they are not expanded again
 */
export function typeOf(program: Program, fn: FunctionDef, expr: Expr, within: readonly string[] = []): Typed | undefined {
	switch (expr.e) {
		case "name": {
			const local = localsOf(program.bodyOf(fn)).get(expr.name) ?? fn.facts.params.find((param) => param.name === expr.name)?.type;
			if (local) return { type: local, file: fn.file };
			if (expr.name === NAMES.current) return { type: { kind: "struct", name: NAMES.task, stars: 1 }, file: fn.file };
			const variable = program.variable(expr.name, fn.file);
			return variable && { type: variable.facts.type, file: variable.file };
		}
		case "field": {
			const base = typeOf(program, fn, expr.base, within);
			if (base?.type.kind === "struct" && base.type.name === NAMES.task && NAMES.taskMm.has(expr.field))
				return { type: { kind: "struct", name: NAMES.mm, stars: 1 }, file: fn.file };
			const found = fieldOf(program, base, expr.field);
			return found && { type: found.field.type, file: found.struct.file };
		}
		case "index":
			return withStars(typeOf(program, fn, expr.base, within), -1);
		case "unary":
			if (expr.op === "*") return withStars(typeOf(program, fn, expr.arg, within), -1);
			return expr.op === "&" ? withStars(typeOf(program, fn, expr.arg, within), 1) : typeOf(program, fn, expr.arg, within);
		case "cast":
			return { type: expr.type, file: fn.file };
		case "conditional":
			return (expr.then && typeOf(program, fn, expr.then, within)) ?? typeOf(program, fn, expr.else, within);
		case "assign":
			return typeOf(program, fn, expr.left, within);
		case "binary":
			return expr.op === "," ? typeOf(program, fn, expr.right, within) : typeOf(program, fn, expr.left, within);
		case "block": {
			const last = expr.body.at(-1);
			return last?.s === "expr" ? typeOf(program, fn, last.expr, within) : undefined;
		}
		case "call":
			return typeOfCall(program, fn, expr, within);
		default:
			return undefined;
	}
}

function typeOfCall(program: Program, fn: FunctionDef, call: Extract<Expr, { e: "call" }>, within: readonly string[]): Typed | undefined {
	if (call.callee.e !== "name") {
		const callee = typeOf(program, fn, call.callee, within);
		return callee?.type.kind === "function" ? { type: callee.type.returns ?? UNKNOWN, file: callee.file } : undefined;
	}
	const name = call.callee.name;
	for (const act of program.kernelFunction(name, fn.file)?.acts ?? []) {
		if (act.act === "container") {
			const type = call.args[act.type];
			if (type?.e === "type") return { type: { ...type.type, stars: 1 }, file: fn.file };
			/* from_timer(var, …) and typeof-like macros name a variable instead of a type */
			if (type) return typeOf(program, fn, type, within);
		}
		if (act.act === "element") {
			const type = call.args[act.type];
			if (type?.e === "type") return { type: { ...type.type, stars: 1 }, file: fn.file };
		}
		if (act.act === "embedded") return { type: { kind: "struct", name: act.struct, stars: 1 }, file: fn.file };
		if (act.act === "value") {
			const value = call.args[act.value];
			return value && typeOf(program, fn, value, within);
		}
		if (act.act === "produce") return { type: { kind: "struct", name: NAMES.mm, stars: 1 }, file: fn.file };
	}
	const callee = program.returnsOf(name, fn.file);
	if (callee) return { type: callee.facts.returns, file: callee.file };
	if (within.includes(name)) return undefined;
	/* a macro whose body is one expression: `#define to_foo(x) container_of(x, struct foo, member)` */
	const { expr: body, params = [] } = program.macro(name, fn.file)?.facts ?? {};
	if (body?.e !== "name" || !params.includes(body.name)) return body && typeOf(program, fn, body, [...within, name]);
	const arg = call.args[params.indexOf(body.name)];
	return arg && typeOf(program, fn, arg, within);
}

/** Whether a type is a pointer to an mm. */
export function isMm(program: Program, typed: Typed | undefined): boolean {
	if (!typed) return false;
	const { type } = resolveTypedef(program, typed);
	return type.kind === "struct" && type.name === NAMES.mm && type.stars === 1;
}
