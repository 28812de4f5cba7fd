/** Which variables code reads and writes, by name, and how a test or a value speaks of them. */

import type { Expr, Stmt } from "../facts/types.ts";
import { partsOf, partsOfStmt } from "../program/walk.ts";

/** Variables that an expression reads. */
export function readBy(expr: Expr, into: Set<string> = new Set()): Set<string> {
	if (expr.e === "name") into.add(expr.name);
	if (expr.e === "opaque") for (const name of expr.names) into.add(name);
	const parts = partsOf(expr);
	for (const part of parts.exprs) {
		if (expr.e === "assign" && part === expr.left && expr.op === "=" && part.e === "name") continue;
		if (expr.e === "call" && part === expr.callee && part.e === "name") continue;
		readBy(part, into);
	}
	for (const stmt of parts.stmts) readByStmt(stmt, into);
	return into;
}

function readByStmt(stmt: Stmt, into: Set<string>): void {
	const parts = partsOfStmt(stmt);
	for (const expr of parts.exprs) readBy(expr, into);
	for (const inner of parts.stmts) readByStmt(inner, into);
}

/** Variables that statements read, on any way through them. */
export function readIn(stmts: readonly Stmt[]): ReadonlySet<string> {
	const into = new Set<string>();
	for (const stmt of stmts) readByStmt(stmt, into);
	return into;
}

/** `op`: as of an expression; that of a declaration with a value is `=`. */
export interface Assignment {
	readonly name: string;
	readonly op: string;
	readonly value: Expr;
	readonly at: number;
}

/** Assignments to plain variables in statements, in the order of the text. */
export function assignmentsIn(stmts: readonly Stmt[]): readonly Assignment[] {
	const found: Assignment[] = [];
	const visit = (expr: Expr): void => {
		if (expr.e === "assign" && expr.left.e === "name") found.push({ name: expr.left.name, op: expr.op, value: expr.right, at: expr.at });
		const parts = partsOf(expr);
		for (const part of parts.exprs) visit(part);
		for (const stmt of parts.stmts) visitStmt(stmt);
	};
	const visitStmt = (stmt: Stmt): void => {
		if (stmt.s === "declare" && stmt.init) found.push({ name: stmt.name, op: "=", value: stmt.init, at: stmt.at });
		const parts = partsOfStmt(stmt);
		for (const expr of parts.exprs) visit(expr);
		for (const inner of parts.stmts) visitStmt(inner);
	};
	for (const stmt of stmts) visitStmt(stmt);
	return found.sort((a, b) => a.at - b.at);
}

/** Whether statements ask of a variable only whether it is zero, until it gets another value. */
export function onlyTested(stmts: readonly Stmt[], name: string): boolean {
	const isName = (expr: Expr): boolean => expr.e === "name" && expr.name === name;
	const truth = (expr: Expr): boolean => {
		if (isName(expr)) return true;
		if (expr.e === "unary" && expr.op === "!") return truth(expr.arg);
		if (expr.e === "binary" && (expr.op === "&&" || expr.op === "||")) return truth(expr.left) && truth(expr.right);
		return value(expr);
	};
	const value = (expr: Expr): boolean => {
		if (isName(expr)) return false;
		if (expr.e === "conditional") return truth(expr.test) && (!expr.then || value(expr.then)) && value(expr.else);
		if (expr.e === "unary" && expr.op === "!") return truth(expr.arg);
		if (expr.e === "binary" && (expr.op === "&&" || expr.op === "||")) return truth(expr);
		if (expr.e === "assign" && isName(expr.left)) return expr.op === "=" && value(expr.right);
		const parts = partsOf(expr);
		return parts.exprs.every(value) && parts.stmts.every(statement);
	};
	const statement = (stmt: Stmt): boolean => {
		const parts = partsOfStmt(stmt);
		const tested = stmt.s === "if" || stmt.s === "loop";
		return parts.exprs.every(tested ? truth : value) && parts.stmts.every(statement);
	};
	for (const stmt of stmts) {
		if (!statement(stmt)) return false;
		if (stmt.s === "expr" && stmt.expr.e === "assign" && stmt.expr.op === "=" && isName(stmt.expr.left)) return true;
	}
	return true;
}

/** A negative error, as `-EINVAL`. */
export function isError(expr: Expr): boolean {
	return expr.e === "unary" && expr.op === "-" && expr.arg.e === "name" && /^E[A-Z0-9]+$/.test(expr.arg.name);
}
