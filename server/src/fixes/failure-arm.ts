/** What code does when the mm can no longer be taken, in the style of the function. */

import type { Expr, Stmt } from "../facts/types.ts";
import { ASKS_TO_STOP, FAILURE, SIGNED } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import { changedInside, failuresTold, failureValue, holdsError, typeNamed, valueInstead } from "./failure-value.ts";
import { assignmentsIn, readBy, readIn } from "./names.ts";
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
		const told = value === "" ? failuresTold(program, fn, borrowing) : [];
		return value === undefined || !told ? undefined : { arm: "leave", lines: [...told, value === "" ? "return;" : `return ${value};`] };
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

/** What must be set instead of the use so that the code after it sees a failure; undefined when that cannot be told. */
export function findInstead(program: Program, fn: FunctionDef, borrowing: Borrowing): FailureArm | undefined {
	const { body, use } = borrowing;
	const loops = use.levels.flatMap(({ owner }) => (owner?.s === "loop" ? [owner] : []));
	const after = [...(body.macro ? afterIn(borrowing) : borrowing.after), ...loops];
	const read = readIn(after);
	const told = failuresTold(program, fn, borrowing);
	if (!told || !loops.every((loop) => goesOn(loop, borrowing))) return undefined;
	const lines: string[] = [...told];
	for (const name of changedInside(borrowing)) {
		if (!read.has(name)) continue;
		const value = valueInstead(fn, borrowing, name, after);
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

/**
 * Whether a loop comes to its end when the use is left out: it counts or takes the next element by itself, or is told to stop, and does not
 * test what the use changes.
 */
function goesOn(loop: Extract<Stmt, { s: "loop" }>, borrowing: Borrowing): boolean {
	if (loop.kind === "each" || loop.step) return true;
	const test = loop.test ? readBy(loop.test) : new Set<string>();
	if (changedInside(borrowing).some((name) => test.has(name))) return false;
	const { test: asked } = loop;
	if (asked?.e === "literal" && loop.kind === "do") return true;
	const tests: readonly Stmt[] = asked ? [{ s: "expr", expr: asked, at: asked.at }] : [];
	const stops = (expr: Expr): boolean => expr.e === "call" && ASKS_TO_STOP.has(calleeOf(expr));
	return [...everyExpr(tests)].some((expr) => expr.e === "assign") || [...everyExpr([loop])].some(stops);
}
