/** What has happened on the ways through a function: a walk over its statements with sets of states. */

import type { Expr, Stmt } from "../facts/types.ts";
import { partsOf } from "../program/walk.ts";

/** How an expression changes the state that control comes to it with. */
export type Change<S extends string> = (expr: Expr, state: S) => S;

/** The states in which a test can come out true, or false, when control comes to it in `state`; none where it cannot. */
export type Decide<S extends string> = (test: Expr, state: S, outcome: boolean) => readonly S[];

type States<S> = ReadonlySet<S>;

export interface Flow<S extends string> {
	/** The states that control can come to each call and assignment with. */
	readonly at: ReadonlyMap<Expr, States<S>>;
	/** Those that it can come to each `return`, `goto`, `break` and `continue` with. */
	readonly jumps: ReadonlyMap<Stmt, States<S>>;
	/** Those that it can go on behind each statement with. */
	readonly after: ReadonlyMap<Stmt, States<S>>;
	/** Those that it can come to the end of the body with. */
	readonly fall: States<S>;
	/** Those that it can leave the function with. */
	readonly end: States<S>;
}

/** Passes over the body after which states that jumps carry back are taken as known. */
const PASSES = 4;

function bothWays<S extends string>(_test: Expr, state: S): readonly S[] {
	return [state];
}

/** `int x = 1;` as the assignment that it is. */
function initialised(name: string, init: Expr, at: number): Expr {
	return { e: "assign", op: "=", left: { e: "name", name, at }, right: init, at };
}

/**
 * Follows states through a body. A loop's body may run or not.
 * @param decide which states a test lets through; unless given, branches go both ways whatever they test
 */
export function flowOf<S extends string>(body: readonly Stmt[], start: S, change: Change<S>, decide: Decide<S> = bothWays): Flow<S> {
	const seen = new Map<Expr, Set<S>>();
	const jumps = new Map<Stmt, States<S>>();
	const after = new Map<Stmt, States<S>>();
	const labels = new Map<string, Set<S>>();
	const left = new Set<S>();
	/** What a loop that was followed leads to, by what it was entered with: loops in loops are not followed for each pass of the outer ones. */
	const followed = new Map<Stmt, Map<string, States<S>>>();
	const none: States<S> = new Set();
	const join = (...sets: readonly States<S>[]): States<S> => new Set(sets.flatMap((set) => [...set]));
	const jump = (stmt: Stmt, states: States<S>): void => void jumps.set(stmt, join(jumps.get(stmt) ?? none, states));
	const leave = (states: States<S>): void => {
		for (const state of states) left.add(state);
	};
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
	const passing = (test: Expr | undefined, states: States<S>, outcome: boolean): States<S> =>
		test ? new Set([...states].flatMap((state) => decide(test, state, outcome))) : outcome ? states : none;
	const jumped = (): number => [...labels.values()].reduce((sum, states) => sum + states.size, 0);
	const followLoop = (stmt: Extract<Stmt, { s: "loop" }>, before: States<S>): States<S> => {
		const own = { leave: [] as States<S>[], again: [] as States<S>[] };
		/* `for (;;)` has no test and ends by a jump alone */
		const ends = stmt.kind === "each" || stmt.test !== undefined;
		const test = stmt.kind === "each" ? undefined : stmt.test;
		let entered = walk(stmt.init, before, own);
		let done: States<S> = none;
		for (let pass = 0; pass < PASSES; pass += 1) {
			const tested = stmt.test ? visit(stmt.test, entered) : entered;
			const first = stmt.kind === "do" && pass === 0;
			done = first ? none : join(done, ends && !test ? tested : passing(test, tested, false));
			const ran = walk(stmt.body, first ? entered : passing(test, tested, true), own);
			const over = join(ran, ...own.again);
			const again = stmt.step ? visit(stmt.step, over) : over;
			const known = entered.size;
			entered = first ? again : join(entered, again);
			if (!first && entered.size === known) break;
		}
		return join(done, ...own.leave);
	};
	const walk = (list: readonly Stmt[], before: States<S>, ways: { leave: States<S>[]; again: States<S>[] }): States<S> => {
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
					if (stmt.init) now = visit(initialised(stmt.name, stmt.init, stmt.at), now);
					break;
				case "if": {
					const tested = visit(stmt.test, now);
					now = join(walk(stmt.then, passing(stmt.test, tested, true), ways), walk(stmt.else, passing(stmt.test, tested, false), ways));
					break;
				}
				case "arms": {
					const entered = now;
					now = join(...stmt.arms.map((arm) => walk(arm, entered, ways)));
					break;
				}
				case "block":
					now = walk(stmt.body, now, ways);
					break;
				case "switch": {
					const own = { leave: [] as States<S>[], again: ways.again };
					const entered = visit(stmt.value, now);
					const through = walk(stmt.body, entered, own);
					const others = stmt.body.some((inner) => inner.s === "case" && !inner.value) ? none : entered;
					now = join(through, others, ...own.leave);
					break;
				}
				case "loop": {
					const entry = `${jumped()} ${[...now].sort().join("\0")}`;
					const known = followed.get(stmt) ?? new Map<string, States<S>>();
					followed.set(stmt, known);
					now = known.get(entry) ?? followLoop(stmt, now);
					known.set(entry, now);
					break;
				}
				case "goto": {
					jump(stmt, now);
					labels.set(stmt.label, new Set([...(labels.get(stmt.label) ?? none), ...now]));
					now = none;
					break;
				}
				case "return":
					jump(stmt, now);
					leave(stmt.value ? visit(stmt.value, now) : now);
					now = none;
					break;
				case "break":
					jump(stmt, now);
					ways.leave.push(now);
					now = none;
					break;
				case "continue":
					jump(stmt, now);
					ways.again.push(now);
					now = none;
					break;
			}
			after.set(stmt, join(after.get(stmt) ?? none, now));
		}
		return now;
	};
	let fall: States<S> = none;
	for (let pass = 0, known = -1; pass < PASSES && known !== jumped(); pass += 1) {
		known = jumped();
		fall = walk(body, new Set([start]), { leave: [], again: [] });
		leave(fall);
	}
	return { at: seen, jumps, after, fall, end: left };
}

/** The states that control can come to one call with, whatever is tested on the way. */
export function statesAt<S extends string>(body: readonly Stmt[], call: Expr, start: S, change: Change<S>): readonly S[] {
	const found = new Set<S>();
	for (const [expr, states] of flowOf(body, start, change).at)
		if (expr.e === "call" && call.e === "call" && expr.at === call.at && expr.callee.e === "name" && call.callee.e === "name")
			if (expr.callee.name === call.callee.name) for (const state of states) found.add(state);
	return [...found];
}
