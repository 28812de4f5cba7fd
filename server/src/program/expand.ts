/** Expansion of the function-like macros that matter for an mm. */

import type { Expr, MacroFacts, Stmt } from "../facts/types.ts";
import type { MacroDef } from "./definitions.ts";
import type { KernelTable } from "./kernel-table.ts";
import { type CallExpr, occurrencesIn } from "./occurrences.ts";
import { mapStmts, partsOf, partsOfStmt, placeAt } from "./walk.ts";

/** All that is expanded in one body has at most so many expressions and statements. */
const MAX_SIZE = 20_000;
/** Expressions and statements in an expansion nest at most this deep. */
const MAX_NESTING = 800;

/** The body of a macro as statements: an expression is one statement. */
function statementsOf(macro: MacroFacts): readonly Stmt[] | undefined {
	if (macro.body) return macro.body;
	if (macro.expr) return [{ s: "expr", expr: macro.expr, at: 0 }];
	return undefined;
}

const statementsCache = new WeakMap<MacroFacts, readonly Stmt[] | undefined>();

/** The body of a macro as statements, its parameters open; always the same object for the same macro. */
export function bodyOfMacro(macro: MacroFacts): readonly Stmt[] | undefined {
	if (!statementsCache.has(macro)) statementsCache.set(macro, statementsOf(macro));
	return statementsCache.get(macro);
}

/**
 * Names of the function-like macros that call one of these functions, directly or through other macros.
 * @param macrosThatCall the function-like macros in whose body a name is called
 */
export function macrosCalling(
	callees: Iterable<string>,
	macrosThatCall: (callee: string) => readonly MacroDef[],
	kernel: KernelTable,
): ReadonlySet<string> {
	const calling = new Set<string>();
	const queue = [...callees];
	for (let callee = queue.pop(); callee !== undefined; callee = queue.pop())
		for (const { facts } of macrosThatCall(callee)) {
			if (calling.has(facts.name) || kernel.function(facts.name)) continue;
			calling.add(facts.name);
			queue.push(facts.name);
		}
	return calling;
}

/** What is left to expand in a body. */
interface Room {
	left: number;
}

const NONE: ReadonlyMap<string, number> = new Map();
const leftIn = new WeakMap<readonly Stmt[], ReadonlyMap<string, number>>();

/** The macros that were not expanded in a body that {@link expandBody} made, for want of room, and where the first call of each stands. */
export function unexpandedIn(body: readonly Stmt[]): ReadonlyMap<string, number> {
	return leftIn.get(body) ?? NONE;
}

/**
 * Expands the macros that `find` knows in `body`; the same object when there is nothing to expand. A call that stands for too much stays a
 * call as a whole ({@link unexpandedIn}).
 */
export function expandBody(body: readonly Stmt[], find: (name: string) => MacroDef | undefined): readonly Stmt[] {
	if (!callsAny(body, find)) return body;
	const room: Room = { left: MAX_SIZE };
	const left = new Map<string, number>();
	const whole = mapStmts(body, (expr) => {
		const macro = macroOf(expr, find);
		if (!macro) return expr;
		const expanded = expandCall(macro, find, room, 0);
		const { name } = macro.def.facts;
		if (!expanded && !left.has(name)) left.set(name, expr.at);
		return expanded ?? expr;
	});
	if (left.size > 0) leftIn.set(whole, left);
	return whole;
}

function callsAny(body: readonly Stmt[], find: (name: string) => MacroDef | undefined): boolean {
	for (const name of occurrencesIn(body).calls.keys()) if (find(name)) return true;
	return false;
}

/** A call of a macro that can be expanded. */
interface MacroCall {
	readonly call: CallExpr;
	readonly def: MacroDef;
	readonly params: readonly string[];
	readonly body: readonly Stmt[];
}

function macroOf(expr: Expr, find: (name: string) => MacroDef | undefined): MacroCall | undefined {
	if (expr.e !== "call" || expr.callee.e !== "name") return undefined;
	const def = find(expr.callee.name);
	const params = def?.facts.params;
	const body = def && bodyOfMacro(def.facts);
	return def && params && body ? { call: expr, def, params, body } : undefined;
}

/**
 * What a call stands for, macros in it expanded; undefined when there is no room for it.
 * @param around how deep the macros nest in which the call stands
 */
function expandCall(macro: MacroCall, find: (name: string) => MacroDef | undefined, room: Room, around: number): Expr | undefined {
	const { call, def, params, body } = macro;
	const { name } = def.facts;
	const own = measure(body);
	room.left -= own.size;
	const inside = around + own.nesting;
	if (room.left < 0 || inside > MAX_NESTING) return undefined;
	const given = new Map<string, Expr>();
	params.forEach((param, i) => {
		const arg = call.args[i];
		if (arg && param !== "...") given.set(param, arg);
	});
	const findInside = (inner: string): MacroDef | undefined => (inner === name ? undefined : find(inner));
	let fits = true;
	const expandInside = (expr: Expr): Expr => {
		const inner = fits ? macroOf(expr, findInside) : undefined;
		const expanded = inner && expandCall(inner, findInside, room, inside);
		if (inner && !expanded) fits = false;
		return expanded ?? expr;
	};
	const placed = placeAt(body, call.at);
	const deeper = callsAny(body, findInside) ? mapStmts(placed, expandInside) : placed;
	if (!fits) return undefined;
	const filled = mapStmts(deeper, (part) => (part.e === "name" ? (given.get(part.name) ?? part) : part));
	/* an argument can be written many times in what it is given to */
	const { size, nesting } = measure(filled);
	room.left -= size - measure(deeper).size;
	if (room.left < 0 || around + nesting > MAX_NESTING) return undefined;
	const origin = { name, file: def.file, line: def.facts.line };
	const only = filled.length === 1 ? filled[0] : undefined;
	if (only?.s === "expr" && only.expr.e === "block" && !only.expr.macro) return { ...only.expr, at: call.at, macro: origin };
	return { e: "block", body: filled, at: call.at, macro: origin };
}

interface Measure {
	/** Expressions and statements. */
	readonly size: number;
	readonly nesting: number;
}

const measures = new WeakMap<object, Measure>();

/** Measures statements; arguments that stand in several places count in each. */
function measure(body: readonly Stmt[]): Measure {
	return sum(body.map((stmt) => measureParts(stmt, partsOfStmt(stmt))));
}

function measureParts(node: Expr | Stmt, { exprs, stmts }: ReturnType<typeof partsOf>): Measure {
	let known = measures.get(node);
	if (known === undefined) {
		const inner = sum([
			...exprs.map((expr) => measureParts(expr, partsOf(expr))),
			...stmts.map((stmt) => measureParts(stmt, partsOfStmt(stmt))),
		]);
		known = { size: inner.size + 1, nesting: inner.nesting + 1 };
		measures.set(node, known);
	}
	return known;
}

function sum(parts: readonly Measure[]): Measure {
	let size = 0;
	let nesting = 0;
	for (const part of parts) {
		size += part.size;
		nesting = Math.max(nesting, part.nesting);
	}
	return { size, nesting };
}
