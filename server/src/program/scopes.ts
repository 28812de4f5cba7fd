/** Variables of inner scopes get names of their own, so that a name in a function means one variable. */

import type { Expr, Stmt } from "../facts/types.ts";
import { everyStmt, mapExpr } from "./walk.ts";

/** The body with each further declaration of a name renamed in its scope; the same object when every name is declared once. */
export function separateScopes(body: readonly Stmt[], params: readonly string[]): readonly Stmt[] {
	const taken = new Set(params);
	let again = false;
	for (const stmt of everyStmt(body)) {
		if (stmt.s !== "declare") continue;
		if (taken.has(stmt.name)) again = true;
		taken.add(stmt.name);
	}
	if (!again) return body;
	return renameIn(body, new Map(), { declared: new Set(params), count: 0 });
}

interface Names {
	readonly declared: Set<string>;
	count: number;
}

function renameIn(body: readonly Stmt[], outer: ReadonlyMap<string, string>, names: Names): readonly Stmt[] {
	const scope = new Map(outer);
	const expr = (part: Expr): Expr =>
		mapExpr(part, (inner) => {
			if (inner.e === "name") return scope.has(inner.name) ? { ...inner, name: scope.get(inner.name) as string } : inner;
			return inner.e === "block" ? { ...inner, body: renameIn(inner.body, scope, names) } : inner;
		});
	return body.map((stmt): Stmt => {
		switch (stmt.s) {
			case "declare": {
				const init = stmt.init ? { init: expr(stmt.init) } : {};
				if (!names.declared.has(stmt.name)) {
					names.declared.add(stmt.name);
					scope.delete(stmt.name);
					return { ...stmt, ...init };
				}
				const name = `${stmt.name}'${++names.count}`;
				scope.set(stmt.name, name);
				return { ...stmt, ...init, name };
			}
			case "expr":
				return { ...stmt, expr: expr(stmt.expr) };
			case "if":
				return { ...stmt, test: expr(stmt.test), then: renameIn(stmt.then, scope, names), else: renameIn(stmt.else, scope, names) };
			case "loop": {
				/* what the head declares is seen by the test, the step and the body */
				const parts = renameIn([...stmt.init, { s: "block", body: stmt.body, at: stmt.at }, ...heads(stmt)], scope, names);
				const init = parts.slice(0, stmt.init.length);
				const inner = parts[stmt.init.length];
				const rest = parts.slice(stmt.init.length + 1).flatMap((part) => (part.s === "expr" ? [part.expr] : []));
				const test = stmt.test ? rest.shift() : undefined;
				const step = stmt.step ? rest.shift() : undefined;
				return { ...stmt, init, body: inner?.s === "block" ? inner.body : [], ...(test ? { test } : {}), ...(step ? { step } : {}) };
			}
			case "switch":
				return { ...stmt, value: expr(stmt.value), body: renameIn(stmt.body, scope, names) };
			case "case":
			case "return":
				return stmt.value ? { ...stmt, value: expr(stmt.value) } : stmt;
			case "block":
				return { ...stmt, body: renameIn(stmt.body, scope, names) };
			case "arms":
				return { ...stmt, arms: stmt.arms.map((arm) => renameIn(arm, scope, names)) };
			default:
				return stmt;
		}
	});
}

function heads(loop: Extract<Stmt, { s: "loop" }>): readonly Stmt[] {
	return [loop.test, loop.step].flatMap((part) => (part ? [{ s: "expr" as const, expr: part, at: loop.at }] : []));
}
