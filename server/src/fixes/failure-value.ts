/** The values that say that a use failed: what a function returns, what a variable or field gets. */

import type { Expr, Stmt, TypeRef } from "../facts/types.ts";
import { FAILURE, RETURNS_UNCOPIED, SIGNED, TRUTH } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import { argumentAt } from "./layout.ts";
import { assignmentsIn, isError, onlyTested, readBy } from "./names.ts";
import { calleeOf } from "./spot.ts";

/** Variables that are assigned between the use and its last end. */
export function changedInside({ body, use, ends }: Borrowing): readonly string[] {
	const last = ends.at(-1) ?? use;
	const inside = assignmentsIn(body.stmts).filter(({ at }) => body.start + at >= use.to && body.start + at < last.from);
	return [...new Set(inside.map(({ name }) => name))];
}

export function typeNamed(fn: FunctionDef, name: string): TypeRef | undefined {
	for (const stmt of everyStmt(fn.facts.body)) if (stmt.s === "declare" && stmt.name === name) return stmt.type;
	return fn.facts.params.find((param) => param.name === name)?.type;
}

/** Whether the function gives the variable a negative error somewhere. */
export function holdsError({ body }: Borrowing, name: string): boolean {
	return assignmentsIn(body.stmts).some((assignment) => assignment.name === name && isError(assignment.value));
}

/** What the function returns when it fails; empty for none, undefined when that cannot be told. */
export function failureValue(program: Program, fn: FunctionDef, borrowing: Borrowing, result: Expr | undefined): string | undefined {
	const { returns } = fn.facts;
	if (returns.stars === 0 && returns.name === "void") return "";
	if (result === undefined) return undefined;
	if (returns.stars > 0) {
		const pointers = [...everyExpr(fn.facts.body)].some(
			(expr) =>
				expr.e === "call" && program.kernelFunction(calleeOf(expr), fn.file)?.acts.some((act) => act.act === "error-pointer") === true,
		);
		return pointers ? `${FAILURE.errorPointer}(${FAILURE.number})` : FAILURE.null;
	}
	if (TRUTH.has(returns.name)) return FAILURE.false;
	const uncopied =
		result.e === "name" && !holdsError(borrowing, result.name) ? sizeUncopied(borrowing, givenInside(borrowing, result.name)) : "";
	if (uncopied !== "") return uncopied;
	const changed = new Set(changedInside(borrowing));
	const reads = [...readBy(result)].filter((name) => changed.has(name));
	if (SIGNED.has(returns.name) && (result.e === "name" || result.e === "conditional" || reads.length === 0)) return FAILURE.number;
	return undefined;
}

/** Assignments to fields between the use and its end that say how it went: they take the value of a call there. */
export function failuresTold(program: Program, fn: FunctionDef, borrowing: Borrowing): readonly string[] | undefined {
	const { body, use, ends } = borrowing;
	const last = ends.at(-1) ?? use;
	const changed = new Set(changedInside(borrowing));
	const lines = new Set<string>();
	for (const expr of everyExpr(body.stmts)) {
		if (expr.e !== "assign" || expr.left.e === "name" || body.start + expr.at < use.to || body.start + expr.at > last.from) continue;
		const parts = [...everyExpr([{ s: "expr", expr: expr.right, at: expr.at }])];
		if (!parts.some((part) => part.e === "call" || (part.e === "name" && changed.has(part.name)))) continue;
		const type = body.macro ? undefined : typeOf(program, fn, expr.left)?.type;
		const target = body.text
			.slice(body.start + expr.left.at, body.start + expr.right.at)
			.split("=")[0]
			?.trim();
		const value = type && expr.op === "=" ? failureOf(borrowing, type, [expr.right]) : undefined;
		if (value === undefined || !target) return undefined;
		lines.add(`${target} = ${value};`);
	}
	return [...lines];
}

function givenInside({ body, use, ends }: Borrowing, name: string): readonly Expr[] {
	const last = ends.at(-1) ?? use;
	const inside = assignmentsIn(body.stmts).filter(({ at }) => body.start + at >= use.to && body.start + at < last.from);
	return inside.filter((assignment) => assignment.name === name).map(({ value }) => value);
}

/** The value for one variable; empty when the one that it has is right. */
export function valueInstead(fn: FunctionDef, borrowing: Borrowing, name: string, after: readonly Stmt[]): string | undefined {
	const { body, use } = borrowing;
	const declared = body.macro
		? [...everyStmt(body.stmts)].flatMap((stmt) => (stmt.s === "declare" && stmt.name === name ? [stmt.type] : []))[0]
		: typeNamed(fn, name);
	if (!declared) return undefined;
	const all = assignmentsIn(body.stmts).filter((assignment) => assignment.name === name);
	const before = all.filter(({ at }) => body.start + at < use.from && alwaysRuns(borrowing, at)).at(-1)?.value;
	const isName = (name: string): boolean => before?.e === "name" && before.name === name;
	/* a pointer that had a value before the use may keep it or not: who knows */
	if (declared.stars > 0) return isName(FAILURE.null) ? "" : before ? undefined : FAILURE.null;
	if (TRUTH.has(declared.name)) return isName(FAILURE.false) ? "" : FAILURE.false;
	if (before && isError(before)) return "";
	if (holdsError(borrowing, name) || (SIGNED.has(declared.name) && onlyTested(after, name))) return FAILURE.number;
	const value = failureOf(borrowing, declared, givenInside(borrowing, name));
	return before && value === argumentAt(body.text, body.start + before.at) ? "" : value;
}

/** What a variable or field of a type is set to that else gets one of these values; undefined when that cannot be told. */
function failureOf(borrowing: Borrowing, type: TypeRef, values: readonly Expr[]): string | undefined {
	if (type.stars > 0) return FAILURE.null;
	if (TRUTH.has(type.name)) return FAILURE.false;
	const size = sizeUncopied(borrowing, values);
	if (size !== "") return size;
	return SIGNED.has(type.name) ? FAILURE.number : undefined;
}

/** The number of bytes that a copy inside leaves when it copies none, as written; empty when there is no copy, undefined when it is not one number. */
function sizeUncopied(borrowing: Borrowing, values: readonly Expr[]): string | undefined {
	const { body } = borrowing;
	const changed = new Set(changedInside(borrowing));
	const sizes = values.flatMap((value) => {
		const index = value.e === "call" ? RETURNS_UNCOPIED.get(calleeOf(value)) : undefined;
		const size = value.e === "call" && index !== undefined ? value.args[index] : undefined;
		return size ? [size] : [];
	});
	const [size] = sizes;
	if (!size) return "";
	if (sizes.length > 1 || [...readBy(size)].some((name) => changed.has(name))) return undefined;
	return argumentAt(body.text, body.start + size.at);
}

/** Whether an assignment before the use is always made on the way to it. */
function alwaysRuns({ use }: Borrowing, at: number): boolean {
	return use.levels.some(({ list, index }) =>
		list.slice(0, index).some((stmt) => (stmt.s === "declare" && stmt.at === at) || (stmt.s === "expr" && stmt.expr.at === at)),
	);
}
