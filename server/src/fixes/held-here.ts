/** On which ways through a function a reference that a call takes is held: by its own text, for fixes that are judged afterwards. */

import { textOf } from "../checker/lower-expressions.ts";
import type { Expr, Stmt } from "../facts/types.ts";
import { BRANCH_HINTS, FAILURE } from "../kernel/fix-words.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { Program } from "../program/program.ts";
import { flowOf } from "./flow.ts";
import { calleeOf } from "./spot.ts";

/** `taken`: by a call that may fail, before anybody asked; `failed`: it has; `given`: given back. */
export type Holding = "none" | "taken" | "held" | "failed" | "given";

export interface Holdings {
	/** Those with which control comes to each `return`, `goto`, `break` and `continue`. */
	readonly jumps: ReadonlyMap<Stmt, ReadonlySet<Holding>>;
	/** Those with which it goes on behind each statement. */
	readonly after: ReadonlyMap<Stmt, ReadonlySet<Holding>>;
	/** Those with which it comes to the end of the body. */
	readonly fall: ReadonlySet<Holding>;
	/** Those with which it comes to a put. */
	readonly atPuts: ReadonlySet<Holding>;
}

/** Where what is not written stands. */
const UNWRITTEN = -1;

/** What a call does to the reference. */
export interface Taking {
	readonly take: CallExpr;
	/** The mm as it is written. */
	readonly mm: string;
	/** Whether the call may take none, and how that is told: by its own value, or by what the mm is then. */
	readonly fails: "never" | "by-result" | "by-mm";
	/** Names of the functions that give such a reference back. */
	readonly puts: ReadonlySet<string>;
	/** Whether a call gets the mm with a callback, or goes through a pointer: who gets it may give it back. */
	readonly handsOver: (call: CallExpr) => boolean;
}

/** Follows one reference through a body. */
export function holdingsOf(program: Program, file: string, body: readonly Stmt[], taking: Taking): Holdings {
	const { take, mm, fails, puts, handsOver } = taking;
	const isMm = (expr: Expr): boolean => textOf(expr) === mm;
	const change = (expr: Expr, state: Holding): Holding => {
		if (expr.e !== "call") return state;
		if (expr.at === take.at && calleeOf(expr) === calleeOf(take)) return fails === "never" ? "held" : "taken";
		const gives = (puts.has(calleeOf(expr)) && expr.args.some(isMm)) || handsOver(expr);
		return gives && (state === "held" || state === "taken") ? "given" : state;
	};
	const asksError = (call: CallExpr): boolean =>
		program.kernelFunction(calleeOf(call), file)?.acts.some((act) => act.act === "test") === true;
	/* whether the expression is true when the reference was taken; undefined when it says nothing of that */
	const tells = (test: Expr): boolean | undefined => {
		if (test.e === "call" && BRANCH_HINTS.has(calleeOf(test)) && test.args[0]) return tells(test.args[0]);
		if (test.e === "call" && test.at === take.at && fails === "by-result") return true;
		if (test.e === "assign" && test.op === "=" && fails === "by-mm" && isMm(test.left)) return true;
		if (fails === "by-mm" && isMm(test)) return true;
		if (fails === "by-mm" && test.e === "call" && asksError(test) && test.args.some(isMm)) return false;
		if (test.e === "binary" && (test.op === "==" || test.op === "!=") && test.right.e === "name" && test.right.name === FAILURE.null)
			return isMm(test.left) && fails === "by-mm" ? test.op === "!=" : undefined;
		return undefined;
	};
	const decide = (test: Expr, state: Holding, outcome: boolean): readonly Holding[] => {
		if (test.e === "unary" && test.op === "!") return decide(test.arg, state, !outcome);
		if (test.e === "binary" && (test.op === "&&" || test.op === "||")) {
			const goesOn = test.op === "&&";
			const both = decide(test.left, state, goesOn).flatMap((after) => decide(test.right, after, outcome));
			return outcome === goesOn ? both : [...decide(test.left, state, !goesOn), ...both];
		}
		const told = tells(test);
		if (told === undefined || state === "none" || state === "given") return [state];
		const isTaken = told === outcome;
		if (state === "taken") return [isTaken ? "held" : "failed"];
		return isTaken === (state === "held") ? [state] : [];
	};
	const { at, jumps, after, fall } = flowOf<Holding>(body, "none", change, decide);
	const isPut = (expr: Expr): boolean => expr.e === "call" && puts.has(calleeOf(expr)) && expr.args.some(isMm);
	const atPuts = new Set([...at].flatMap(([expr, states]) => (isPut(expr) ? [...states] : [])));
	return { jumps, after, fall, atPuts };
}

/** Where puts are added to a body: before jumps, behind one statement, at the end. */
export interface Places {
	readonly before: readonly Stmt[];
	readonly behind?: Stmt;
	readonly atEnd: boolean;
}

/** A put that nobody has written yet. */
function makePut(name: string, { mm }: Taking): Stmt {
	const callee: Expr = { e: "name", name, at: UNWRITTEN };
	/* as its text it is the same mm */
	const arg: Expr = { e: "name", name: mm, at: UNWRITTEN };
	return { s: "expr", expr: { e: "call", callee, args: [arg], at: UNWRITTEN, end: UNWRITTEN }, at: UNWRITTEN };
}

function withPuts(list: readonly Stmt[], { before, behind }: Places, make: () => Stmt): readonly Stmt[] {
	const inside = (stmts: readonly Stmt[]): readonly Stmt[] => withPuts(stmts, { before, ...(behind && { behind }), atEnd: false }, make);
	return list.flatMap((stmt): readonly Stmt[] => {
		if (stmt === behind) return [stmt, make()];
		if (before.includes(stmt)) return [make(), stmt];
		if (stmt.s === "if") return [{ ...stmt, then: inside(stmt.then), else: inside(stmt.else) }];
		if (stmt.s === "arms") return [{ ...stmt, arms: stmt.arms.map(inside) }];
		return stmt.s === "loop" || stmt.s === "switch" || stmt.s === "block" ? [{ ...stmt, body: inside(stmt.body) }] : [stmt];
	});
}

/** A body with puts in some places, and what is held on its ways then. */
export function holdingsWith(program: Program, file: string, body: readonly Stmt[], taking: Taking, places: Places): Holdings {
	const [put = ""] = taking.puts;
	const make = (): Stmt => makePut(put, taking);
	const inside = withPuts(body, places, make);
	return holdingsOf(program, file, places.atEnd ? [...inside, make()] : inside, taking);
}
