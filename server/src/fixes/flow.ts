/** What has happened on the ways to each call of a function: a walk over its statements with sets of states. */

import type { Expr, Stmt } from "../facts/types.ts";
import { partsOf } from "../program/walk.ts";

/** How an expression changes the state that control comes to it with. */
export type Change<S extends string> = (expr: Expr, state: S) => S;

type States<S> = ReadonlySet<S>;

/** Passes over the body after which states that jumps carry back are taken as known. */
const PASSES = 4;

/**
 * The states that control can come to each expression with, by the offset of calls and assignments in the function.
 * Branches go both ways whatever they test; a loop's body may run or not.
 */
export function statesIn<S extends string>(body: readonly Stmt[], start: S, change: Change<S>): ReadonlyMap<Expr, States<S>> {
	const seen = new Map<Expr, Set<S>>();
	const labels = new Map<string, Set<S>>();
	const none: States<S> = new Set();
	const join = (...sets: readonly States<S>[]): States<S> => new Set(sets.flatMap((set) => [...set]));
	const visit = (expr: Expr, before: States<S>): States<S> => {
		const parts = partsOf(expr);
		let now = parts.exprs.reduce((states, part) => visit(part, states), before);
		if (parts.stmts.length > 0) now = walk(parts.stmts, now, { leave: [], again: [] });
		if (expr.e !== "call" && expr.e !== "assign") return now;
		const known = seen.get(expr) ?? new Set<S>();
		for (const state of now) known.add(state);
		seen.set(expr, known);
		return new Set([...now].map((state) => change(expr, state)));
	};
	const walk = (list: readonly Stmt[], before: States<S>, jumps: { leave: States<S>[]; again: States<S>[] }): States<S> => {
		let now = before;
		for (const stmt of list) {
			switch (stmt.s) {
				case "label":
					now = join(now, labels.get(stmt.name) ?? none);
					break;
				case "case":
					now = join(now, before);
					break;
				case "expr":
					now = visit(stmt.expr, now);
					break;
				case "declare":
					if (stmt.init) now = visit(stmt.init, now);
					break;
				case "if": {
					const tested = visit(stmt.test, now);
					now = join(walk(stmt.then, tested, jumps), walk(stmt.else, tested, jumps));
					break;
				}
				case "arms": {
					const entered = now;
					now = join(...stmt.arms.map((arm) => walk(arm, entered, jumps)));
					break;
				}
				case "block":
					now = walk(stmt.body, now, jumps);
					break;
				case "switch":
				case "loop": {
					const own = { leave: [] as States<S>[], again: [] as States<S>[] };
					let entered = stmt.s === "loop" ? walk(stmt.init, now, own) : visit(stmt.value, now);
					for (let pass = 0; pass < (stmt.s === "loop" ? 2 : 1); pass += 1) {
						const tested = stmt.s === "loop" && stmt.test ? visit(stmt.test, entered) : entered;
						const after = walk(stmt.body, tested, own);
						entered = join(entered, tested, after, ...own.again);
					}
					now = join(entered, ...own.leave);
					break;
				}
				case "goto": {
					labels.set(stmt.label, new Set([...(labels.get(stmt.label) ?? none), ...now]));
					now = none;
					break;
				}
				case "return":
					if (stmt.value) visit(stmt.value, now);
					now = none;
					break;
				case "break":
					jumps.leave.push(now);
					now = none;
					break;
				case "continue":
					jumps.again.push(now);
					now = none;
					break;
			}
		}
		return now;
	};
	for (let pass = 0; pass < PASSES; pass += 1) walk(body, new Set([start]), { leave: [], again: [] });
	return seen;
}
