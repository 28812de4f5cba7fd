/** What occurs in the body of one function: calls, stores to fields, functions named as values. Found once for each body. */

import type { Expr, Stmt } from "../facts/types.ts";
import { everyExpr, everyStmt } from "./walk.ts";

export type CallExpr = Extract<Expr, { e: "call" }>;
export type FieldExpr = Extract<Expr, { e: "field" }>;

/** `left` gets `right`; both as written, `left` ends in a field. */
export interface FieldStore {
	readonly left: FieldExpr;
	readonly right: Expr;
	readonly at: number;
}

export interface Occurrences {
	/** Calls of a plain name, by name. */
	readonly calls: ReadonlyMap<string, readonly CallExpr[]>;
	/** Calls through a field (`ops->release(x)`), by field. */
	readonly fieldCalls: ReadonlyMap<string, readonly CallExpr[]>;
	/** Stores to a field, by field; fields of an initialized compound literal or local struct are not in it. */
	readonly stores: ReadonlyMap<string, readonly FieldStore[]>;
	/** Names that stand as a value of their own: a call argument or the right side of a store. */
	readonly values: ReadonlySet<string>;
}

const cache = new WeakMap<readonly Stmt[], Occurrences>();

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
	const list = map.get(key);
	if (list) list.push(value);
	else map.set(key, [value]);
}

/** Strips casts and `&`: what a function or field reference names. */
export function bare(expr: Expr): Expr {
	let inner = expr;
	while (inner.e === "cast" || (inner.e === "unary" && inner.op === "&")) inner = inner.arg;
	return inner;
}

/** Finds what occurs in `body`. The answer is remembered as long as the body lives. */
export function occurrencesIn(body: readonly Stmt[]): Occurrences {
	const known = cache.get(body);
	if (known) return known;
	const calls = new Map<string, CallExpr[]>();
	const fieldCalls = new Map<string, CallExpr[]>();
	const stores = new Map<string, FieldStore[]>();
	const values = new Set<string>();
	const value = (expr: Expr): void => {
		const inner = bare(expr);
		if (inner.e === "name") values.add(inner.name);
		else if (inner.e === "conditional") {
			if (inner.then) value(inner.then);
			value(inner.else);
		} else if (inner.e === "initializer") for (const entry of inner.entries) value(entry.value);
	};
	for (const expr of everyExpr(body)) {
		if (expr.e === "call") {
			const callee = expr.callee.e === "unary" && expr.callee.op === "*" ? expr.callee.arg : expr.callee;
			if (callee.e === "name") add(calls, callee.name, expr);
			else if (callee.e === "field") add(fieldCalls, callee.field, expr);
			for (const arg of expr.args) value(arg);
		} else if (expr.e === "assign" && expr.op === "=") {
			if (expr.left.e === "field") add(stores, expr.left.field, { left: expr.left, right: expr.right, at: expr.at });
			value(expr.right);
		}
	}
	for (const stmt of everyStmt(body)) {
		if (stmt.s === "declare" && stmt.init) value(stmt.init);
		else if (stmt.s === "return" && stmt.value) value(stmt.value);
	}
	const found: Occurrences = { calls, fieldCalls, stores, values };
	cache.set(body, found);
	return found;
}
