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
	/** Fields that an initializer names (`{ .release = x }`), of whatever struct. */
	readonly initialized: ReadonlySet<string>;
	/** Names that stand as a value of their own: a call argument or the right side of a store. */
	readonly values: ReadonlySet<string>;
}

/* most functions lack one or the other, and there are many functions */
const NO_LISTS: ReadonlyMap<string, readonly never[]> = new Map<string, never[]>();
const NO_NAMES: ReadonlySet<string> = new Set();

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
	const initialized = new Set<string>();
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
		} else if (expr.e === "initializer") for (const entry of expr.entries) if (entry.path) initialized.add(entry.path);
	}
	for (const stmt of everyStmt(body)) {
		if (stmt.s === "declare" && stmt.init) value(stmt.init);
		else if (stmt.s === "return" && stmt.value) value(stmt.value);
	}
	const found: Occurrences = {
		calls: calls.size > 0 ? calls : NO_LISTS,
		fieldCalls: fieldCalls.size > 0 ? fieldCalls : NO_LISTS,
		stores: stores.size > 0 ? stores : NO_LISTS,
		initialized: initialized.size > 0 ? initialized : NO_NAMES,
		values: values.size > 0 ? values : NO_NAMES,
	};
	cache.set(body, found);
	return found;
}
