/** What a function holds at a use, and what the code inside fills: neither may be lost when the use is left out. */

import type { Expr, Stmt } from "../facts/types.ts";
import { COPIES_IN } from "../kernel/fix-words.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, everyStmt, partsOf } from "../program/walk.ts";
import { type Borrowing, undoes } from "./borrowing.ts";
import { isInside } from "./copy-failure.ts";
import { typeNamed } from "./failure-value.ts";
import { calleeOf } from "./spot.ts";

/** An object as text to compare with, wherever it is written. */
function shapeOf(expr: Expr): string {
	return JSON.stringify(bare(expr), (key, value: unknown) => (key === "at" || key === "end" ? undefined : value));
}

function callsIn(stmts: readonly Stmt[]): readonly CallExpr[] {
	return [...everyExpr(stmts)].filter((expr): expr is CallExpr => expr.e === "call");
}

/** Whether a block ends the function, or goes to where it ends. */
function leaves(list: readonly Stmt[]): boolean {
	const last = list.at(-1);
	return last?.s === "return" || last?.s === "goto";
}

/** Whether code passes an object to a function. */
export function givesAway(stmts: readonly Stmt[], object: string): boolean {
	return callsIn(stmts).some((call) => call.args.some((arg) => shapeOf(arg) === object));
}

/**
 * Objects that a call before the use gave, and that nobody else has yet: a pointer is returned or stored afterwards, or an arm that leaves
 * the function passes the object to a call.
 */
export function ownedAtUse({ body, use }: Borrowing): readonly string[] {
	const given = new Map<string, "pointer" | "other">();
	const add = (target: Expr, value: Expr, pointer: boolean): void => {
		if (bare(value).e === "call") given.set(shapeOf(target), pointer ? "pointer" : "other");
	};
	const pointers = new Set<string>();
	for (const stmt of everyStmt(body.stmts)) {
		if (stmt.s !== "declare") continue;
		if (stmt.type.stars > 0) pointers.add(stmt.name);
		if (stmt.init && body.start + stmt.at < use.from) add({ e: "name", name: stmt.name, at: 0 }, stmt.init, stmt.type.stars > 0);
	}
	for (const expr of everyExpr(body.stmts))
		if (expr.e === "assign" && expr.op === "=" && body.start + expr.at < use.from)
			add(expr.left, expr.right, expr.left.e === "name" && pointers.has(expr.left.name));
	const later = [...everyStmt(body.stmts)].filter((stmt) => body.start + stmt.at > use.from);
	const passed = later.flatMap((stmt) => (stmt.s === "if" ? [stmt.then, stmt.else].filter(leaves) : []));
	const kept = new Set<string>();
	for (const stmt of later) if (stmt.s === "return" && stmt.value) kept.add(shapeOf(stmt.value));
	for (const expr of everyExpr(body.stmts))
		if (expr.e === "assign" && expr.left.e !== "name" && body.start + expr.at > use.from) kept.add(shapeOf(expr.right));
	return [...given].flatMap(([object, kind]) =>
		(kind === "pointer" && kept.has(object)) || passed.some((arm) => givesAway(arm, object)) ? [object] : [],
	);
}

/** Memory that calls inside fill: what user memory is copied into, and local memory that another function gets the address of. */
function copiedInto(fn: FunctionDef, borrowing: Borrowing): readonly Expr[] {
	return callsIn(borrowing.body.stmts)
		.filter((call) => isInside(borrowing, call.at))
		.flatMap((call) => {
			if (COPIES_IN.has(calleeOf(call))) return call.args.slice(0, 1).map(bare);
			return call.args.flatMap((arg) =>
				arg.e === "unary" && arg.op === "&" && arg.arg.e === "name" && typeNamed(fn, arg.arg.name) ? [arg.arg] : [],
			);
		});
}

/** The variable that an object is, or is part of. */
function rootOf(expr: Expr): string | undefined {
	let inner = bare(expr);
	while (inner.e === "field" || inner.e === "index" || inner.e === "unary") inner = bare(inner.e === "unary" ? inner.arg : inner.base);
	return inner.e === "name" ? inner.name : undefined;
}

/** Whether code reads memory that calls inside fill, other than to give it back. */
export function readsCopied(program: Program, fn: FunctionDef, borrowing: Borrowing, after: readonly Stmt[]): boolean {
	const filled = copiedInto(fn, borrowing);
	const whole = new Set(filled.map(shapeOf));
	const roots = new Set(filled.map(rootOf));
	const reads = (expr: Expr, passed: "passed" | "alone"): boolean => {
		if (whole.has(shapeOf(expr))) return true;
		/* who gets the object that holds it can read it */
		if (passed === "passed" && expr.e === "name" && roots.has(expr.name)) return true;
		const isCall = expr.e === "call";
		const givenBack = isCall && undoes(program, fn.file, expr);
		const parts = partsOf(expr);
		return (
			parts.exprs.some((part) => !(givenBack && bare(part).e !== "call") && reads(part, isCall ? "passed" : "alone")) ||
			parts.stmts.some((stmt) => readsIn([stmt]))
		);
	};
	const readsIn = (stmts: readonly Stmt[]): boolean =>
		[...everyStmt(stmts)].some((stmt) => {
			if (stmt.s === "return" && stmt.value) return reads(stmt.value, "passed");
			if (stmt.s === "expr") return reads(stmt.expr, "alone");
			if (stmt.s === "declare") return stmt.init !== undefined && reads(stmt.init, "passed");
			if (stmt.s === "if" || stmt.s === "loop") return stmt.test !== undefined && reads(stmt.test, "alone");
			return stmt.s === "switch" && reads(stmt.value, "alone");
		});
	return readsIn(after);
}
