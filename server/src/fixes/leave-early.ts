/** Leaving a function early because there is no mm: with what value, and whether it can be left at all. */

import { textOf } from "../checker/lower-expressions.ts";
import type { Stmt } from "../facts/types.ts";
import { FAILURE, FIX_CALLS, SIGNED, TRUTH } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import { undoes } from "./borrowing.ts";
import { isError } from "./names.ts";
import { calleeOf } from "./spot.ts";

/** What a function returns when there is no mm, in the style of its other returns; undefined when that cannot be told. */
export function valueWithout({ facts }: FunctionDef): string | undefined {
	const { returns, body } = facts;
	if (returns.stars === 0 && returns.name === "void") return "";
	const values = [...everyStmt(body)].flatMap((stmt) => (stmt.s === "return" && stmt.value ? [stmt.value] : []));
	const texts = new Set(values.map(textOf));
	if (returns.stars > 0) {
		const makesErrors = values.some((value) => value.e === "call" && calleeOf(value) === FAILURE.errorPointer);
		return makesErrors ? `${FAILURE.errorPointer}(${FAILURE.noProcess})` : FAILURE.null;
	}
	if (TRUTH.has(returns.name)) return texts.has(FAILURE.false) || texts.has("true") ? FAILURE.false : undefined;
	if (!SIGNED.has(returns.name)) return "0";
	const assigned = [...everyExpr(body)].flatMap((expr) => (expr.e === "assign" ? [expr.right] : []));
	const initial = [...everyStmt(body)].flatMap((stmt) => (stmt.s === "declare" && stmt.init ? [stmt.init] : []));
	return [...values, ...assigned, ...initial].some(isError) || texts.has("0") ? FAILURE.noProcess : undefined;
}

/** Whether nothing was done before a place that would have to be undone, and nothing behind it must be done whatever happens, but with the mm itself. */
export function canLeave(program: Program, { facts, file }: FunctionDef, at: number, mm: string): boolean {
	const calls = [...everyExpr(facts.body)].flatMap((expr) => (expr.e === "call" && expr.at !== at ? [expr] : []));
	const isPlain = (name: string): boolean => program.kernelFunction(name, file)?.acts.length === 0 || name === FIX_CALLS.containerOf;
	return calls.every((call) =>
		call.at < at
			? isPlain(calleeOf(call))
			: [...everyExpr([{ s: "expr", expr: call, at }])].some((part) => textOf(part) === mm) || !undoes(program, file, call),
	);
}

/** Whether a statement, or one in it, names the mm. */
export function namesMm(stmt: Stmt, mm: string): boolean {
	for (const expr of everyExpr([stmt])) if (textOf(expr) === mm) return true;
	return false;
}

/** The statement that leaves with a value. */
export function leaving(value: string): string {
	return value === "" ? "return;" : `return ${value};`;
}
