/** The values that say that a use failed: what a function returns, what a variable or field gets. */

import type { Expr, Stmt, TypeRef } from "../facts/types.ts";
import { FAILURE, SIGNED, TRUTH } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import {
	assignedBefore,
	assignedInside,
	constantText,
	failureArms,
	isInside,
	onlyValue,
	returnedOnFailure,
	speaksOfErrors,
	valueBefore,
	valueOnFailure,
	valuesOf,
} from "./copy-failure.ts";
import { assignmentsIn, isError, onlyTested, readBy } from "./names.ts";
import { calleeOf } from "./spot.ts";

/** Variables that are assigned between the use and its last end. */
export function changedInside(borrowing: Borrowing): readonly string[] {
	return [...new Set(assignedInside(borrowing).map(({ name }) => name))];
}

export function typeNamed(fn: FunctionDef, name: string): TypeRef | undefined {
	for (const stmt of everyStmt(fn.facts.body)) if (stmt.s === "declare" && stmt.name === name) return stmt.type;
	return fn.facts.params.find((param) => param.name === name)?.type;
}

/** Whether the function gives the variable a negative error somewhere. */
export function holdsError({ body }: Borrowing, name: string): boolean {
	return assignmentsIn(body.stmts).some((assignment) => assignment.name === name && isError(assignment.value));
}

export function returnsNothing({ facts: { returns } }: FunctionDef): boolean {
	return returns.stars === 0 && returns.name === "void";
}

/** What the function returns when it fails; empty for none, undefined when that cannot be told. */
export function failureValue(program: Program, fn: FunctionDef, borrowing: Borrowing, result: Expr | undefined): string | undefined {
	const { returns } = fn.facts;
	if (returnsNothing(fn)) return "";
	if (result === undefined) return undefined;
	if (returns.stars > 0) return failurePointer(program, fn);
	const signed = SIGNED.has(returns.name);
	const changed = new Set(changedInside(borrowing));
	const told = resultOnFailure(fn, borrowing, result, changed);
	if (signed && speaksOfErrors(borrowing)) {
		/* the bytes that are left count for themselves */
		if (result.e === "name" && told !== undefined && !holdsError(borrowing, result.name)) return told;
		const reads = [...readBy(result)].filter((name) => changed.has(name));
		return result.e === "name" || result.e === "conditional" || reads.length === 0 ? FAILURE.number : undefined;
	}
	return told;
}

/** The one value that the function's own code returns when a copy inside fails. */
function resultOnFailure(fn: FunctionDef, borrowing: Borrowing, result: Expr, changed: ReadonlySet<string>): string | undefined {
	const truth = TRUTH.has(fn.facts.returns.name) ? "bool" : "number";
	const returned = returnedOnFailure(borrowing);
	if (result.e === "name" && changed.has(result.name)) {
		const own = valuesOf(borrowing, result.name, TRUTH.has(typeNamed(fn, result.name)?.name ?? "") ? "bool" : "number");
		return onlyValue({ values: [...new Set([...own.values, ...returned.values])], unknown: own.unknown || returned.unknown });
	}
	if (returned.values.length > 0) return onlyValue(returned);
	return [...readBy(result)].some((name) => changed.has(name)) ? valueOnFailure(borrowing, result, truth) : undefined;
}

/** The pointer that a function returns for an error, as it does elsewhere. */
function failurePointer(program: Program, fn: FunctionDef): string | undefined {
	const body = fn.facts.body;
	const makesErrors = [...everyExpr(body)].some(
		(expr) =>
			expr.e === "call" && program.kernelFunction(calleeOf(expr), fn.file)?.acts.some((act) => act.act === "error-pointer") === true,
	);
	if (makesErrors) return `${FAILURE.errorPointer}(${FAILURE.number})`;
	const returned = [...everyStmt(body)].flatMap((stmt) => (stmt.s === "return" && stmt.value ? [constantText(stmt.value)] : []));
	return returned.includes(FAILURE.null) ? FAILURE.null : undefined;
}

/**
 * Assignments to fields that say how the use went: those between it and its end that take the value of a call there, and those that the
 * arms for a failed copy make. Undefined where one of them cannot be told.
 */
export function failuresTold(program: Program, fn: FunctionDef, borrowing: Borrowing): readonly string[] | undefined {
	const { body } = borrowing;
	const changed = new Set(changedInside(borrowing));
	const arms = new Set(failureArms(borrowing).flatMap((arm) => [...everyExpr(arm)]));
	const lines = new Set<string>();
	for (const expr of everyExpr(body.stmts)) {
		if (expr.e !== "assign" || expr.left.e === "name" || !isInside(borrowing, expr.at)) continue;
		const target = body.text
			.slice(body.start + expr.left.at, body.start + expr.right.at)
			.split("=")[0]
			?.trim();
		const constant = expr.op === "=" && arms.has(expr) ? constantText(expr.right) : undefined;
		const parts = [...everyExpr([{ s: "expr", expr: expr.right, at: expr.at }])];
		const given = parts.some((part) => part.e === "call" || (part.e === "name" && changed.has(part.name)));
		if (constant === undefined && !given) continue;
		const type = body.macro ? undefined : typeOf(program, fn, expr.left)?.type;
		const value = constant ?? (type && expr.op === "=" ? fieldOnFailure(borrowing, type, expr.right) : undefined);
		if (value === undefined || !target) return undefined;
		lines.add(`${target} = ${value};`);
	}
	return [...lines];
}

function fieldOnFailure(borrowing: Borrowing, type: TypeRef, value: Expr): string | undefined {
	return type.stars > 0 ? FAILURE.null : valueOnFailure(borrowing, value, TRUTH.has(type.name) ? "bool" : "number");
}

/** The value for one variable; empty when the one that it has is right. */
export function valueInstead(fn: FunctionDef, borrowing: Borrowing, name: string, after: readonly Stmt[]): string | undefined {
	const { body } = borrowing;
	const declared = body.macro
		? [...everyStmt(body.stmts)].flatMap((stmt) => (stmt.s === "declare" && stmt.name === name ? [stmt.type] : []))[0]
		: typeNamed(fn, name);
	if (!declared) return undefined;
	const before = assignedBefore(borrowing, name)?.value;
	if (declared.stars === 0 && before && isError(before)) return "";
	const own = valuesOf(borrowing, name, TRUTH.has(declared.name) ? "bool" : "number");
	const signed = declared.stars === 0 && SIGNED.has(declared.name);
	const compound = assignedInside(borrowing).some((each) => each.name === name && each.op !== "=");
	const isErrorHere = holdsError(borrowing, name) || (signed && !compound && onlyTested(after, name));
	/* a number that the code makes of what another function gives: a void function passes it on, another one knows errors */
	const guessed = signed && !compound && own.values.length === 0 && own.unknown && (returnsNothing(fn) || speaksOfErrors(borrowing));
	const value = declared.stars === 0 && isErrorHere ? FAILURE.number : (onlyValue(own) ?? (guessed ? FAILURE.number : undefined));
	return value !== undefined && value === valueBefore(borrowing, name) ? "" : value;
}
