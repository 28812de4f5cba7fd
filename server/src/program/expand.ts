/** Expansion of the function-like macros that matter for an mm. */

import type { Expr, MacroFacts, Stmt } from "../facts/types.ts";
import type { KernelTable } from "./kernel-table.ts";
import { occurrencesIn } from "./occurrences.ts";
import type { MacroDef } from "./program.ts";
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

/** As {@link statementsOf}, always the same object for the same macro. */
function bodyOfMacro(macro: MacroFacts): readonly Stmt[] | undefined {
	if (!statementsCache.has(macro)) statementsCache.set(macro, statementsOf(macro));
	return statementsCache.get(macro);
}

interface Macros {
	keys(): Iterable<string>;
	get(name: string): readonly MacroDef[];
}

/** Names of the function-like macros whose expansion can do something to an mm, directly or through other macros. */
export function macrosThatMatter(macros: Macros, kernel: KernelTable): ReadonlySet<string> {
	return macrosCalling(macros, kernel, (callee) => kernel.actsOnMm(callee));
}

/** Names of the function-like macros that call a function for which `wanted` holds, directly or through other macros. */
export function macrosCalling(macros: Macros, kernel: KernelTable, wanted: (callee: string) => boolean): ReadonlySet<string> {
	const matter = new Set<string>();
	const callers = new Map<string, string[]>();
	const queue: string[] = [];
	for (const name of macros.keys()) {
		if (kernel.function(name)) continue;
		for (const { facts } of macros.get(name)) {
			if (!facts.params) continue;
			const body = bodyOfMacro(facts);
			if (!body) continue;
			for (const [callee, calls] of occurrencesIn(body).calls) {
				if (calls.length === 0) continue;
				if (wanted(callee)) queue.push(name);
				const list = callers.get(callee);
				if (list) list.push(name);
				else callers.set(callee, [name]);
			}
		}
	}
	for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
		if (matter.has(name)) continue;
		matter.add(name);
		queue.push(...(callers.get(name) ?? []));
	}
	return matter;
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
