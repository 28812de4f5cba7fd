/** The piece of code between a use and its ends, as the fix must know it: where they stand, what lies between, what comes after. */

import type { Expr, Stmt } from "../facts/types.ts";
import { UNDOING, UNDOING_ACTS } from "../kernel/fix-words.ts";
import type { Operation } from "../model/operation.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { Program } from "../program/program.ts";
import { everyExpr } from "../program/walk.ts";
import type { FixContext } from "./draft.ts";
import { assignmentsIn } from "./names.ts";
import { type Body, bodyOfFunction, bodyOfMacro, calleeOf, callOf, type Level, levelOf, type Spot, spotsIn } from "./spot.ts";

export interface Borrowing {
	readonly body: Body;
	readonly use: Spot;
	/** Every call that ends this use, in the order of the text. */
	readonly ends: readonly Spot[];
	/** The mm as it is written at the use. */
	readonly mm: string;
	/** Calls between the use and its last end, in the order of the text. */
	readonly inside: readonly CallExpr[];
	/** What runs after the last end, up to the way out. */
	readonly after: readonly Stmt[];
}

/** Whether a call is the operation on an mm, and which argument the mm is. */
export function argumentOf(program: Program, file: string, call: CallExpr, ops: ReadonlySet<Operation>): Expr | undefined {
	const act = program.kernelFunction(calleeOf(call), file)?.acts.find((known) => known.act === "step" && ops.has(known.op));
	return act?.act === "step" ? call.args[act.mm] : undefined;
}

export const USE: ReadonlySet<Operation> = new Set<Operation>(["use"]);
export const UNUSE: ReadonlySet<Operation> = new Set<Operation>(["unuse"]);
const REFERENCES: ReadonlySet<Operation> = new Set<Operation>(["mmget", "mmgetnz", "mmput", "mmputa"]);
const MACRO_DEPTH = 4;

/** The text between the parentheses of a call that is a statement. */
export function argumentText(spot: Spot): string {
	const written = spot.body.text.slice(spot.from, spot.to);
	return written.slice(written.indexOf("(") + 1, written.lastIndexOf(")")).trim();
}

/** The body in which the use is written: the function, or the macro that its expansion comes from. */
function bodyOf(context: FixContext): Body | undefined {
	const { program, judged } = context;
	const { use } = judged;
	const inMacro = (name: string, from: string, depth: number): Body | undefined => {
		const macro = program.macro(name, from);
		const text = macro && context.text(macro.file);
		const body = macro && text !== undefined ? bodyOfMacro(program, macro, text) : undefined;
		if (!body || depth > MACRO_DEPTH) return undefined;
		const calls = [...everyExpr(body.stmts)].filter((expr): expr is CallExpr => expr.e === "call" && calleeOf(expr) !== "");
		if (calls.some((call) => argumentOf(program, from, call, USE))) return body;
		return calls.map((call) => inMacro(calleeOf(call), from, depth + 1)).find((found) => found !== undefined);
	};
	if (use.macro) return inMacro(use.macro.name, use.fn.file, 0);
	const text = context.text(use.fn.file);
	return text === undefined ? undefined : bodyOfFunction(program, use.fn, text);
}

/** What runs after a statement, block by block outwards, up to a `return`. */
function afterOf(levels: readonly Level[]): readonly Stmt[] {
	const after: Stmt[] = [];
	for (const { list, index } of [...levels].reverse())
		for (const stmt of list.slice(index + 1)) {
			after.push(stmt);
			if (stmt.s === "return") return after;
		}
	return after;
}

/**
 * The use of a finding with its ends; undefined where a fix around it would be a guess: the use is no statement of its own, ends in
 * another function, shares an end with another use, or its function handles mm_users already.
 */
export function findBorrowing(context: FixContext): Borrowing | undefined {
	const { program, judged } = context;
	const { file } = judged.use.fn;
	const body = bodyOf(context);
	if (!body) return undefined;
	const isUse = (stmt: Stmt): boolean => {
		const call = callOf(stmt);
		return call !== undefined && argumentOf(program, file, call, USE) !== undefined;
	};
	const uses = spotsIn(body, isUse);
	const use = body.macro ? (uses.length === 1 ? uses[0] : undefined) : uses.find((spot) => callOf(spot.stmt)?.at === judged.use.call.at);
	const first = use && callOf(use.stmt);
	const mm = first && argumentOf(program, file, first, USE);
	if (!use || !first || !mm || [...everyExpr([use.stmt])].filter((expr) => expr.e === "call").length > 1) return undefined;
	const calls = [...everyExpr(body.stmts)].filter((expr): expr is CallExpr => expr.e === "call");
	if (calls.some((call) => argumentOf(program, file, call, REFERENCES))) return undefined;
	const all = spotsIn(body, (stmt) => {
		const call = callOf(stmt);
		return call !== undefined && argumentOf(program, file, call, UNUSE) !== undefined;
	});
	const nextUse = uses.find((spot) => spot.from > use.from)?.from ?? Number.POSITIVE_INFINITY;
	const ends = all.filter((spot) => spot.from > use.from && spot.from < nextUse);
	const last = ends.at(-1);
	if (!last || all.some((spot) => spot.from < (uses[0]?.from ?? 0))) return undefined;
	const inside = calls.filter((call) => body.start + call.at >= use.to && body.start + call.at < last.from).sort((a, b) => a.at - b.at);
	return { body, use, ends, mm: argumentText(use), inside, after: afterOf(last.levels) };
}

/** What a call takes, locks or frees, as text to compare with. */
function objectOf(call: CallExpr): string {
	const [object] = call.args;
	return object ? JSON.stringify(bare(object), (key, value: unknown) => (key === "at" || key === "end" ? undefined : value)) : "";
}

/**
 * Whether the code between use and end undoes something that was done before the use: to leave it out would lose that.
 * @param borrowing its `inside` is looked through; what is also done inside may be undone there.
 */
export function undoesEarlier(program: Program, borrowing: Borrowing): boolean {
	const { body, inside, use, ends } = borrowing;
	const ending = new Set(ends.map((spot) => callOf(spot.stmt)?.at));
	const last = ends.at(-1) ?? use;
	const assigned = assignmentsIn(body.stmts).filter(({ at }) => body.start + at >= use.to && body.start + at < last.from);
	return inside.some((call, index) => {
		if (ending.has(call.at) || !undoes(program, body.file, call)) return false;
		const object = objectOf(call);
		if (inside.slice(0, index).some((earlier) => objectOf(earlier) === object && !undoes(program, body.file, earlier))) return false;
		const [argument] = call.args;
		return !(argument?.e === "name" && assigned.some(({ name, at }) => name === argument.name && at < call.at));
	});
}

/** Whether a call gives something back, frees it or says that it is over: by the kernel's table, else by its name. */
export function undoes(program: Program, file: string, call: CallExpr): boolean {
	if (call.callee.e === "field") return UNDOING.test(call.callee.field);
	const name = calleeOf(call);
	const row = program.kernelFunction(name, file);
	return row ? row.acts.some((act) => UNDOING_ACTS.has(act.act)) : UNDOING.test(name);
}

/** Whether the use and its last end stand in one block. */
export function inOneBlock({ use, ends }: Borrowing): boolean {
	const last = ends.at(-1);
	return last !== undefined && levelOf(use).list === levelOf(last).list;
}
