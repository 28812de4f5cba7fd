/** What code does when the mm can no longer be taken, in the style of the function. */

import type { Expr, Stmt, TypeRef } from "../facts/types.ts";
import { FAILURE, RETURNS_UNCOPIED, SIGNED, TRUTH } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import { assignmentsIn, isError, onlyTested, readBy, readIn } from "./names.ts";
import { calleeOf, levelOf } from "./spot.ts";

/** `leave`: statements that end the function; `stay`: statements instead of the use, none where nothing is missing. */
export type FailureArm = { readonly arm: "leave" | "stay"; readonly lines: readonly string[] };

/** Whether a label can be gone to from here: what it stands before is all that comes after the use. */
function labelAfter(after: readonly Stmt[]): string | undefined {
	const [first] = after;
	return first?.s === "label" ? first.name : undefined;
}

/** The way out of the function at the use; undefined where leaving there would leave out work that must be done. */
export function findWayOut(program: Program, fn: FunctionDef, borrowing: Borrowing): FailureArm | undefined {
	const { body, use, after } = borrowing;
	if (body.macro || use.levels.some(({ owner }) => owner?.s === "loop" || owner?.s === "switch" || owner?.s === "arms")) return undefined;
	const work = after.filter((stmt) => stmt.s !== "label");
	const last = work.at(-1);
	const result = last?.s === "return" ? last.value : undefined;
	if (work.length === 0 || (work.length === 1 && last?.s === "return")) {
		if (result && [...everyExpr([{ s: "expr", expr: result, at: result.at }])].some((expr) => expr.e === "call")) return undefined;
		const value = failureValue(program, fn, borrowing, result);
		return value === undefined ? undefined : { arm: "leave", lines: [value === "" ? "return;" : `return ${value};`] };
	}
	const label = labelAfter(after);
	const known = [...everyStmt(body.stmts)].some((stmt) => stmt.s === "goto" && stmt.label === label && body.start + stmt.at < use.from);
	if (label === undefined || !known) return undefined;
	/* what the label's code reads must have a value already, or get one here */
	const read = readIn(work);
	const set = new Set(
		assignmentsIn(body.stmts)
			.filter(({ at }) => body.start + at < use.from)
			.map(({ name }) => name),
	);
	const inside = changedInside(borrowing).filter((name) => read.has(name));
	if (result?.e === "name" && SIGNED.has(typeNamed(fn, result.name)?.name ?? "") && holdsError(borrowing, result.name))
		return { arm: "leave", lines: [`${result.name} = ${FAILURE.number};`, `goto ${label};`] };
	return inside.every((name) => set.has(name)) ? { arm: "leave", lines: [`goto ${label};`] } : undefined;
}

/** Variables that are assigned between the use and its last end. */
function changedInside({ body, use, ends }: Borrowing): readonly string[] {
	const last = ends.at(-1) ?? use;
	const inside = assignmentsIn(body.stmts).filter(({ at }) => body.start + at >= use.to && body.start + at < last.from);
	return [...new Set(inside.map(({ name }) => name))];
}

function typeNamed(fn: FunctionDef, name: string): TypeRef | undefined {
	for (const stmt of everyStmt(fn.facts.body)) if (stmt.s === "declare" && stmt.name === name) return stmt.type;
	return fn.facts.params.find((param) => param.name === name)?.type;
}

/** Whether the function gives the variable a negative error somewhere. */
function holdsError({ body }: Borrowing, name: string): boolean {
	return assignmentsIn(body.stmts).some((assignment) => assignment.name === name && isError(assignment.value));
}

/** What the function returns when it fails; empty for none, undefined when that cannot be told. */
function failureValue(program: Program, fn: FunctionDef, borrowing: Borrowing, result: Expr | undefined): string | undefined {
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
	const changed = new Set(changedInside(borrowing));
	const reads = [...readBy(result)].filter((name) => changed.has(name));
	if (SIGNED.has(returns.name) && (result.e === "name" || result.e === "conditional" || reads.length === 0)) return FAILURE.number;
	return undefined;
}

/** What must be set instead of the use so that the code after it sees a failure; undefined when that cannot be told. */
export function findInstead(fn: FunctionDef, borrowing: Borrowing): FailureArm | undefined {
	const { body, use } = borrowing;
	const read = readIn(body.macro ? afterIn(borrowing) : borrowing.after);
	const lines: string[] = [];
	for (const name of changedInside(borrowing)) {
		if (!read.has(name)) continue;
		const value = valueInstead(fn, borrowing, name);
		if (value === undefined) return undefined;
		if (value !== "") lines.push(`${name} = ${value};`);
	}
	/* what the use itself declares cannot be read outside of the new block */
	const inside = levelOf(use).list.filter((stmt) => stmt.s === "declare" && body.start + stmt.at > use.from);
	return inside.some((stmt) => stmt.s === "declare" && read.has(stmt.name)) ? undefined : { arm: "stay", lines };
}

function afterIn({ body, ends }: Borrowing): readonly Stmt[] {
	const last = ends.at(-1);
	return last ? last.levels.flatMap(({ list, index }) => list.slice(index + 1)) : body.stmts;
}

/** The value for one variable; empty when the one that it has is right. */
function valueInstead(fn: FunctionDef, borrowing: Borrowing, name: string): string | undefined {
	const { body, use, ends } = borrowing;
	const declared = body.macro
		? [...everyStmt(body.stmts)].flatMap((stmt) => (stmt.s === "declare" && stmt.name === name ? [stmt.type] : []))[0]
		: typeNamed(fn, name);
	if (!declared) return undefined;
	const last = ends.at(-1) ?? use;
	const all = assignmentsIn(body.stmts).filter((assignment) => assignment.name === name);
	const inside = all.filter(({ at }) => body.start + at >= use.to && body.start + at < last.from);
	const before = all.filter(({ at }) => body.start + at < use.from && alwaysRuns(borrowing, at)).at(-1)?.value;
	if (declared.stars > 0) return before ? "" : FAILURE.null;
	if (TRUTH.has(declared.name)) return before?.e === "name" && before.name === FAILURE.false ? "" : FAILURE.false;
	if (before && isError(before)) return "";
	const uncopied = inside.flatMap(({ value }) => {
		const index = value.e === "call" ? RETURNS_UNCOPIED.get(calleeOf(value)) : undefined;
		const size = value.e === "call" && index !== undefined ? value.args[index] : undefined;
		return size ? [size] : [];
	});
	const [size] = uncopied;
	const signed = SIGNED.has(declared.name);
	if (size && !(signed && onlyTested(borrowing.after, name))) {
		if (before) return "";
		const text = textBetween(body.text, body.start + size.at);
		return uncopied.length === 1 ? text : undefined;
	}
	if (signed || holdsError(borrowing, name)) return FAILURE.number;
	return undefined;
}

/** Whether an assignment before the use is always made on the way to it. */
function alwaysRuns({ use }: Borrowing, at: number): boolean {
	return use.levels.some(({ list, index }) =>
		list.slice(0, index).some((stmt) => (stmt.s === "declare" && stmt.at === at) || (stmt.s === "expr" && stmt.expr.at === at)),
	);
}

/** An argument as it is written. */
function textBetween(text: string, from: number): string {
	let depth = 0;
	let at = from;
	for (; at < text.length; at += 1) {
		const char = text[at] ?? "";
		if (depth === 0 && (char === "," || char === ")")) break;
		if (char === "(" || char === "[") depth += 1;
		if (char === ")" || char === "]") depth -= 1;
	}
	return text.slice(from, at).trim();
}
