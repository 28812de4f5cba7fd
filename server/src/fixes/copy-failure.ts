/** What the code itself does when a copy between a use and its end fails: the arms that it takes then, and the values that it sets. */

import type { Expr, Stmt } from "../facts/types.ts";
import { BRANCH_HINTS, FAILURE, RETURNS_ERROR, RETURNS_UNCOPIED } from "../kernel/fix-words.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import { argumentAt } from "./layout.ts";
import { type Assignment, assignmentsIn, isError, readBy } from "./names.ts";
import { calleeOf } from "./spot.ts";

/** Values that a variable has after a failure, as written; `unknown`: it may have others. */
export interface FailureValues {
	readonly values: readonly string[];
	readonly unknown: boolean;
}

/** Whether an offset of the body lies between the use and its last end. */
export function isInside({ body, use, ends }: Borrowing, at: number): boolean {
	const last = ends.at(-1) ?? use;
	return body.start + at >= use.to && body.start + at < last.from;
}

/** Assignments to variables between the use and its last end. */
export function assignedInside(borrowing: Borrowing): readonly Assignment[] {
	return assignmentsIn(borrowing.body.stmts).filter(({ at }) => isInside(borrowing, at));
}

/** A constant as written, an error as the one that a lost mm gives; undefined for any other expression. */
export function constantText(expr: Expr): string | undefined {
	if (isError(expr)) return FAILURE.number;
	if (expr.e === "literal") return expr.text;
	if (expr.e === "name") return /^(?:true|false|[A-Z][A-Z0-9_]*)$/.test(expr.name) ? expr.name : undefined;
	if (expr.e === "call" && calleeOf(expr) === FAILURE.errorPointer) return `${FAILURE.errorPointer}(${FAILURE.number})`;
	const arg = expr.e === "unary" && (expr.op === "-" || expr.op === "~") ? constantText(expr.arg) : undefined;
	return expr.e === "unary" && arg !== undefined ? expr.op + arg : undefined;
}

/** With which outcome a test says that a copy inside failed; undefined when it does not say so. */
export function failingOutcome(borrowing: Borrowing, test: Expr, seen: ReadonlySet<string> = new Set()): boolean | undefined {
	const of = (expr: Expr): boolean | undefined => failingOutcome(borrowing, expr, seen);
	const negated = (outcome: boolean | undefined): boolean | undefined => (outcome === undefined ? undefined : !outcome);
	if (test.e === "cast") return of(test.arg);
	if (test.e === "assign") return test.op === "=" ? of(test.right) : undefined;
	if (test.e === "unary") return test.op === "!" ? negated(of(test.arg)) : undefined;
	if (test.e === "conditional")
		return of(test.test) === true && test.then && constantText(test.then) !== "0" && constantText(test.else) === "0" ? true : undefined;
	if (test.e === "binary") {
		if (test.op === "||") return of(test.left) === true && of(test.right) === true ? true : undefined;
		if (test.right.e !== "literal" || test.right.text !== "0") return undefined;
		if (test.op === "==") return negated(of(test.left));
		return ["!=", "<", ">"].includes(test.op) ? of(test.left) : undefined;
	}
	if (test.e === "call") {
		const [argument] = test.args;
		if (BRANCH_HINTS.has(calleeOf(test)) && argument) return of(argument);
		return isInside(borrowing, test.at) && (RETURNS_UNCOPIED.has(calleeOf(test)) || RETURNS_ERROR.has(calleeOf(test))) ? true : undefined;
	}
	if (test.e !== "name" || seen.has(test.name)) return undefined;
	const given = assignedInside(borrowing).filter(({ name, at }) => name === test.name && at < test.at);
	const within = new Set([...seen, test.name]);
	return given.length > 0 && given.every(({ op, value }) => op === "=" && failingOutcome(borrowing, value, within) === true)
		? true
		: undefined;
}

/** The statements that run when a copy inside fails, an arm each. */
export function failureArms(borrowing: Borrowing): readonly (readonly Stmt[])[] {
	return [...everyStmt(borrowing.body.stmts)].flatMap((stmt) => {
		if (stmt.s !== "if" || !isInside(borrowing, stmt.at)) return [];
		const outcome = failingOutcome(borrowing, stmt.test);
		return outcome === undefined ? [] : [outcome ? stmt.then : stmt.else];
	});
}

/** Constants that failure arms return, each once; `unknown`: they return something else as well. */
export function returnedOnFailure(borrowing: Borrowing): FailureValues {
	const returned = failureArms(borrowing).flatMap((arm) =>
		[...everyStmt(arm)].flatMap((stmt) => (stmt.s === "return" && stmt.value ? [stmt.value] : [])),
	);
	const values = returned.map(constantText);
	return { values: distinct(values), unknown: values.includes(undefined) };
}

/** What an expression given inside comes out as when the copy in it, or before it, fails; undefined when that cannot be told. */
export function valueOnFailure(borrowing: Borrowing, value: Expr, truth: "bool" | "number"): string | undefined {
	if (value.e === "cast") return valueOnFailure(borrowing, value.arg, truth);
	if (value.e === "conditional") {
		const outcome = failingOutcome(borrowing, value.test);
		const chosen = outcome === undefined ? undefined : outcome ? value.then : value.else;
		return chosen && constantText(chosen);
	}
	const outcome = failingOutcome(borrowing, value);
	if (truth === "bool" && outcome !== undefined) return String(outcome);
	if (value.e === "unary" && value.op === "!" && outcome !== undefined) return outcome ? "1" : "0";
	if (value.e === "call") return RETURNS_ERROR.has(calleeOf(value)) ? FAILURE.number : sizeUncopied(borrowing, value);
	if (value.e === "binary" && value.op === "-") {
		const { text, start } = borrowing.body;
		const left =
			sizeUncopied(borrowing, value.right) ??
			(value.right.e === "name" ? onlyValue(valuesOf(borrowing, value.right.name, "number")) : undefined);
		const all = /^[^-]*/.exec(text.slice(start + value.at, start + value.right.at))?.[0].trim();
		return left !== undefined && left === all ? "0" : undefined;
	}
	return undefined;
}

/** The number of bytes that a copy leaves when it copies none, as written; undefined when it is none or its size changes inside. */
function sizeUncopied(borrowing: Borrowing, value: Expr): string | undefined {
	const index = value.e === "call" ? RETURNS_UNCOPIED.get(calleeOf(value)) : undefined;
	const size = value.e === "call" && index !== undefined ? value.args[index] : undefined;
	const changed = new Set(assignedInside(borrowing).map(({ name }) => name));
	if (!size || [...readBy(size)].some((name) => changed.has(name))) return undefined;
	return argumentAt(borrowing.body.text, borrowing.body.start + size.at);
}

/** The values of a variable that is set inside, after a failure there. */
export function valuesOf(borrowing: Borrowing, name: string, truth: "bool" | "number"): FailureValues {
	const arms = failureArms(borrowing).flatMap((arm) => assignmentsIn(arm).map(({ at }) => at));
	const values: (string | undefined)[] = [];
	for (const { op, value, at } of assignedInside(borrowing).filter((each) => each.name === name)) {
		if (op === "=" && (arms.includes(at) || constantText(value) === undefined))
			values.push(constantText(value) ?? valueOnFailure(borrowing, value, truth));
		else if (op !== "=") {
			const size = op === "-=" ? sizeUncopied(borrowing, value) : undefined;
			values.push(size !== undefined && valueBefore(borrowing, name) === size ? "0" : undefined);
		}
	}
	return { values: distinct(values), unknown: values.includes(undefined) };
}

/** The one value that there is. */
export function onlyValue({ values, unknown }: FailureValues): string | undefined {
	return values.length === 1 && !unknown ? values[0] : undefined;
}

/** The value that a variable always has at the use, as written; undefined when it has none or that cannot be told. */
export function valueBefore(borrowing: Borrowing, name: string): string | undefined {
	const value = assignedBefore(borrowing, name)?.value;
	return value && argumentAt(borrowing.body.text, borrowing.body.start + value.at);
}

/** The last assignment that is always made to a variable on the way to the use. */
export function assignedBefore({ body, use }: Borrowing, name: string): Assignment | undefined {
	const always = (at: number): boolean =>
		use.levels.some(({ list, index }) =>
			list.slice(0, index).some((stmt) => (stmt.s === "declare" && stmt.at === at) || (stmt.s === "expr" && stmt.expr.at === at)),
		);
	const last = assignmentsIn(body.stmts)
		.filter((assignment) => assignment.name === name && body.start + assignment.at < use.from)
		.at(-1);
	return last && always(last.at) ? last : undefined;
}

/** Whether a function's body speaks of any negative error. */
export function speaksOfErrors({ body }: Borrowing): boolean {
	return [...everyExpr(body.stmts)].some(isError);
}

function distinct(values: readonly (string | undefined)[]): readonly string[] {
	return [...new Set(values.filter((value) => value !== undefined))];
}
