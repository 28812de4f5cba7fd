/** Visiting and rebuilding expressions and statements. */

import type { Expr, Stmt } from "../facts/types.ts";

/** The direct parts of an expression: expressions, and the statements of a `({ … })`. */
export function partsOf(expr: Expr): { readonly exprs: readonly Expr[]; readonly stmts: readonly Stmt[] } {
	switch (expr.e) {
		case "field":
			return { exprs: [expr.base], stmts: [] };
		case "index":
			return { exprs: [expr.base, expr.index], stmts: [] };
		case "call":
			return { exprs: [expr.callee, ...expr.args], stmts: [] };
		case "unary":
		case "cast":
			return { exprs: [expr.arg], stmts: [] };
		case "binary":
		case "assign":
			return { exprs: [expr.left, expr.right], stmts: [] };
		case "conditional":
			return { exprs: expr.then ? [expr.test, expr.then, expr.else] : [expr.test, expr.else], stmts: [] };
		case "initializer":
			return { exprs: expr.entries.map((entry) => entry.value), stmts: [] };
		case "block":
			return { exprs: [], stmts: expr.body };
		default:
			return { exprs: [], stmts: [] };
	}
}

/** The direct parts of a statement. */
export function partsOfStmt(stmt: Stmt): { readonly exprs: readonly Expr[]; readonly stmts: readonly Stmt[] } {
	switch (stmt.s) {
		case "expr":
			return { exprs: [stmt.expr], stmts: [] };
		case "declare":
			return { exprs: stmt.init ? [stmt.init] : [], stmts: [] };
		case "if":
			return { exprs: [stmt.test], stmts: [...stmt.then, ...stmt.else] };
		case "loop":
			return { exprs: [stmt.test, stmt.step].filter((part) => part !== undefined), stmts: [...stmt.init, ...stmt.body] };
		case "switch":
			return { exprs: [stmt.value], stmts: stmt.body };
		case "return":
		case "case":
			return { exprs: stmt.value ? [stmt.value] : [], stmts: [] };
		case "block":
			return { exprs: [], stmts: stmt.body };
		case "arms":
			return { exprs: [], stmts: stmt.arms.flat() };
		default:
			return { exprs: [], stmts: [] };
	}
}

/** Every expression in statements, outer before inner. Iterative: depth of nesting costs no stack. */
export function* everyExpr(body: readonly Stmt[]): Generator<Expr> {
	const stmts: Stmt[] = [...body].reverse();
	const exprs: Expr[] = [];
	for (;;) {
		const expr = exprs.pop();
		if (expr) {
			yield expr;
			const parts = partsOf(expr);
			for (let i = parts.exprs.length - 1; i >= 0; i--) exprs.push(parts.exprs[i] as Expr);
			for (let i = parts.stmts.length - 1; i >= 0; i--) stmts.push(parts.stmts[i] as Stmt);
			continue;
		}
		const stmt = stmts.pop();
		if (!stmt) return;
		const parts = partsOfStmt(stmt);
		for (let i = parts.stmts.length - 1; i >= 0; i--) stmts.push(parts.stmts[i] as Stmt);
		for (let i = parts.exprs.length - 1; i >= 0; i--) exprs.push(parts.exprs[i] as Expr);
	}
}

/** Every statement, outer before inner, those inside `({ … })` of direct statement expressions included. */
export function* everyStmt(body: readonly Stmt[]): Generator<Stmt> {
	const stmts: Stmt[] = [...body].reverse();
	for (let stmt = stmts.pop(); stmt; stmt = stmts.pop()) {
		yield stmt;
		const parts = partsOfStmt(stmt);
		for (let i = parts.stmts.length - 1; i >= 0; i--) stmts.push(parts.stmts[i] as Stmt);
		const exprs = [...parts.exprs];
		for (let expr = exprs.pop(); expr; expr = exprs.pop()) {
			const inner = partsOf(expr);
			/* one by one: an initializer can have more entries than a call may have arguments */
			for (const part of inner.exprs) exprs.push(part);
			for (const part of inner.stmts) stmts.push(part);
		}
	}
}

/** Rebuilds an expression from the inside out: `change` sees each node after its parts were rebuilt. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
	const go = (part: Expr): Expr => mapExpr(part, change);
	switch (expr.e) {
		case "field":
			return change({ ...expr, base: go(expr.base) });
		case "index":
			return change({ ...expr, base: go(expr.base), index: go(expr.index) });
		case "call":
			return change({ ...expr, callee: go(expr.callee), args: expr.args.map(go) });
		case "unary":
		case "cast":
			return change({ ...expr, arg: go(expr.arg) });
		case "binary":
		case "assign":
			return change({ ...expr, left: go(expr.left), right: go(expr.right) });
		case "conditional":
			return change({ ...expr, test: go(expr.test), ...(expr.then ? { then: go(expr.then) } : {}), else: go(expr.else) });
		case "initializer":
			return change({ ...expr, entries: expr.entries.map((entry) => ({ ...entry, value: go(entry.value) })) });
		case "block":
			return change({ ...expr, body: mapStmts(expr.body, change) });
		default:
			return change(expr);
	}
}

/** Rebuilds statements; `change` as in {@link mapExpr}. */
export function mapStmts(body: readonly Stmt[], change: (expr: Expr) => Expr): readonly Stmt[] {
	const go = (part: Expr): Expr => mapExpr(part, change);
	return body.map((stmt): Stmt => {
		switch (stmt.s) {
			case "expr":
				return { ...stmt, expr: go(stmt.expr) };
			case "declare":
				return stmt.init ? { ...stmt, init: go(stmt.init) } : stmt;
			case "if":
				return { ...stmt, test: go(stmt.test), then: mapStmts(stmt.then, change), else: mapStmts(stmt.else, change) };
			case "loop":
				return {
					...stmt,
					init: mapStmts(stmt.init, change),
					...(stmt.test ? { test: go(stmt.test) } : {}),
					...(stmt.step ? { step: go(stmt.step) } : {}),
					body: mapStmts(stmt.body, change),
				};
			case "switch":
				return { ...stmt, value: go(stmt.value), body: mapStmts(stmt.body, change) };
			case "case":
			case "return":
				return stmt.value ? { ...stmt, value: go(stmt.value) } : stmt;
			case "block":
				return { ...stmt, body: mapStmts(stmt.body, change) };
			case "arms":
				return { ...stmt, arms: stmt.arms.map((arm) => mapStmts(arm, change)) };
			default:
				return stmt;
		}
	});
}

/** Moves every position to `at`: code from a macro body stands where the macro is used. */
export function placeAt(body: readonly Stmt[], at: number): readonly Stmt[] {
	const move = (stmts: readonly Stmt[]): readonly Stmt[] =>
		stmts.map((stmt): Stmt => {
			const placed = { ...stmt, at };
			switch (placed.s) {
				case "if":
					return { ...placed, then: move(placed.then), else: move(placed.else) };
				case "loop":
					return { ...placed, init: move(placed.init), body: move(placed.body) };
				case "switch":
				case "block":
					return { ...placed, body: move(placed.body) };
				case "arms":
					return { ...placed, arms: placed.arms.map(move) };
				default:
					return placed;
			}
		});
	return mapStmts(move(body), (expr) =>
		expr.e === "call" ? { ...expr, at, end: at } : expr.e === "block" ? { ...expr, at, body: move(expr.body) } : { ...expr, at },
	);
}
