/** What code does when the mm can no longer be taken, in the style of the function. */

import type { Expr, Stmt } from "../facts/types.ts";
import { ASKS_TO_STOP, FAILURE, SIGNED } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import type { Borrowing } from "./borrowing.ts";
import { valueBefore } from "./copy-failure.ts";
import { changedInside, failuresTold, failureValue, holdsError, returnsNothing, typeNamed, valueInstead } from "./failure-value.ts";
import { readBy, readIn } from "./names.ts";
import { givesAway, ownedAtUse, readsCopied } from "./objects-held.ts";
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
	const told = failuresTold(program, fn, borrowing) ?? (returnsNothing(fn) ? undefined : []);
	const owned = ownedAtUse(borrowing);
	if (!told) return undefined;
	const through = wayThroughLabel(fn, borrowing, work, result);
	if (through && owned.every((object) => givesAway(work, object))) return { arm: "leave", lines: [...told, ...through] };
	if (owned.length > 0 || !(work.length === 0 || (work.length === 1 && last?.s === "return"))) return undefined;
	if (result && [...everyExpr([{ s: "expr", expr: result, at: result.at }])].some((expr) => expr.e === "call")) return undefined;
	const value = failureValue(program, fn, borrowing, result);
	return value === undefined ? undefined : { arm: "leave", lines: [...told, value === "" ? "return;" : `return ${value};`] };
}

/** `ret = …; goto out;` where the function does so before the use already, and its label is all that comes after it. */
function wayThroughLabel(
	fn: FunctionDef,
	borrowing: Borrowing,
	work: readonly Stmt[],
	result: Expr | undefined,
): readonly string[] | undefined {
	const { body, use, after } = borrowing;
	const label = labelAfter(after);
	const known = [...everyStmt(body.stmts)].some((stmt) => stmt.s === "goto" && stmt.label === label && body.start + stmt.at < use.from);
	if (label === undefined || !known) return undefined;
	const isError = result?.e === "name" && SIGNED.has(typeNamed(fn, result.name)?.name ?? "") && holdsError(borrowing, result.name);
	if (isError) return [`${result.name} = ${FAILURE.number};`, `goto ${label};`];
	/* what the label's code reads must say already that all is left to do, or get a value here that says so */
	const read = readIn(work);
	const lines: string[] = [];
	for (const name of changedInside(borrowing).filter((each) => read.has(each))) {
		if (isAllThatIsLeft(borrowing, result, name)) continue;
		const value = valueInstead(fn, borrowing, name, work);
		if (value === undefined) return undefined;
		if (value !== "") lines.push(`${name} = ${value};`);
	}
	return returnsNothing(fn) || changedInside(borrowing).some((name) => read.has(name)) ? [...lines, `goto ${label};`] : undefined;
}

/** Whether a result `all - left` is zero as it stands, since `left` is `all` until a copy makes it less. */
function isAllThatIsLeft(borrowing: Borrowing, result: Expr | undefined, name: string): boolean {
	if (result?.e !== "binary" || result.op !== "-" || result.right.e !== "name" || result.right.name !== name) return false;
	return result.left.e === "name" && valueBefore(borrowing, name) === result.left.name;
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
	const changed = changedInside(borrowing).filter((name) => read.has(name));
	for (const name of changed) {
		const value = valueInstead(fn, borrowing, name, after);
		if (value === undefined) return undefined;
		if (value !== "") lines.push(`${name} = ${value};`);
	}
	const nobodyAsks = (body.macro || returnsNothing(fn)) && !readsCopied(program, fn, borrowing, after);
	if (told.length === 0 && changed.length === 0 && !nobodyAsks) return undefined;
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
