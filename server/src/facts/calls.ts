/** All calls in the facts of a file. */

import type { Expr, FileFacts, Stmt } from "./types.ts";

/** A call of a plain name: its offset in the file, and the function, macro or variable that holds it. */
export interface NamedCall {
	readonly name: string;
	readonly offset: number;
	readonly within: string;
}

/** Every call of a plain name in functions, macro bodies and initializers. */
export function* callsInFacts(facts: FileFacts): Iterable<NamedCall> {
	for (const { name, start, body } of facts.functions) for (const call of callsInBody(body)) yield named(call, start, name);
	for (const { name, start, expr, body } of facts.macros) {
		if (expr !== undefined) for (const call of callsInExpr(expr)) yield named(call, start, name);
		if (body !== undefined) for (const call of callsInBody(body)) yield named(call, start, name);
	}
	for (const { name, start, init } of facts.variables) {
		if (init !== undefined) for (const call of callsInExpr(init)) yield named(call, start, name);
	}
}

interface Found {
	readonly name: string;
	readonly at: number;
}

function named({ name, at }: Found, start: number, within: string): NamedCall {
	return { name, offset: start + at, within };
}

/** The calls in statements. */
export function callsInBody(body: readonly Stmt[]): Found[] {
	const found: Found[] = [];
	statements(body, found);
	return found;
}

/** The calls in an expression. */
export function callsInExpr(expr: Expr): Found[] {
	const found: Found[] = [];
	expression(expr, found);
	return found;
}

function statements(body: readonly Stmt[], into: Found[]): void {
	for (const stmt of body) {
		switch (stmt.s) {
			case "expr":
				expression(stmt.expr, into);
				break;
			case "declare":
				if (stmt.init !== undefined) expression(stmt.init, into);
				break;
			case "if":
				expression(stmt.test, into);
				statements(stmt.then, into);
				statements(stmt.else, into);
				break;
			case "loop":
				statements(stmt.init, into);
				if (stmt.test !== undefined) expression(stmt.test, into);
				if (stmt.step !== undefined) expression(stmt.step, into);
				statements(stmt.body, into);
				break;
			case "switch":
				expression(stmt.value, into);
				statements(stmt.body, into);
				break;
			case "case":
			case "return":
				if (stmt.value !== undefined) expression(stmt.value, into);
				break;
			case "block":
				statements(stmt.body, into);
				break;
			case "arms":
				for (const arm of stmt.arms) statements(arm, into);
				break;
		}
	}
}

function expression(expr: Expr, into: Found[]): void {
	switch (expr.e) {
		case "call":
			if (expr.callee.e === "name") into.push({ name: expr.callee.name, at: expr.callee.at });
			else expression(expr.callee, into);
			for (const arg of expr.args) expression(arg, into);
			break;
		case "field":
			expression(expr.base, into);
			break;
		case "index":
			expression(expr.base, into);
			expression(expr.index, into);
			break;
		case "unary":
		case "cast":
			expression(expr.arg, into);
			break;
		case "binary":
		case "assign":
			expression(expr.left, into);
			expression(expr.right, into);
			break;
		case "conditional":
			expression(expr.test, into);
			if (expr.then !== undefined) expression(expr.then, into);
			expression(expr.else, into);
			break;
		case "initializer":
			for (const entry of expr.entries) expression(entry.value, into);
			break;
		case "block":
			statements(expr.body, into);
			break;
	}
}
