/** Expansion of the function-like macros that matter for an mm. */

import type { Expr, MacroFacts, Stmt } from "../facts/types.ts";
import type { MacroDef } from "./definitions.ts";
import type { KernelTable } from "./kernel-table.ts";
import { occurrencesIn } from "./occurrences.ts";
import { mapStmts, placeAt } from "./walk.ts";

/** Macros inside macros are expanded this deep; what lies deeper stays a call. */
const DEPTH = 8;

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

/** Expands the macros that `find` knows in `body`; the same object when there is nothing to expand. */
export function expandBody(body: readonly Stmt[], find: (name: string) => MacroDef | undefined, depth = 0): readonly Stmt[] {
	let used = false;
	for (const name of occurrencesIn(body).calls.keys()) if (find(name)) used = true;
	if (!used || depth >= DEPTH) return body;
	return mapStmts(body, (expr) => expandCall(expr, find, depth));
}

function expandCall(expr: Expr, find: (name: string) => MacroDef | undefined, depth: number): Expr {
	if (expr.e !== "call" || expr.callee.e !== "name") return expr;
	const macro = find(expr.callee.name);
	const params = macro?.facts.params;
	const body = macro && bodyOfMacro(macro.facts);
	if (!macro || !params || !body) return expr;
	const given = new Map<string, Expr>();
	params.forEach((param, i) => {
		const arg = expr.args[i];
		if (arg && param !== "...") given.set(param, arg);
	});
	const name = macro.facts.name;
	const deeper = expandBody(placeAt(body, expr.at), (inner) => (inner === name ? undefined : find(inner)), depth + 1);
	const filled = mapStmts(deeper, (part) => (part.e === "name" ? (given.get(part.name) ?? part) : part));
	const origin = { name, file: macro.file, line: macro.facts.line };
	const only = filled.length === 1 ? filled[0] : undefined;
	if (only?.s === "expr" && only.expr.e === "block" && !only.expr.macro) return { ...only.expr, at: expr.at, macro: origin };
	return { e: "block", body: filled, at: expr.at, macro: origin };
}
