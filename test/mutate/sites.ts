/** Where in a file what can be broken. */

import { textOf } from "../../server/src/checker/lower-expressions.ts";
import type { Expr, FunctionFacts, Stmt } from "../../server/src/facts/types.ts";
import type { CallExpr } from "../../server/src/program/occurrences.ts";
import { everyExpr, everyStmt, partsOfStmt } from "../../server/src/program/walk.ts";
import { FLUSHES, GETS, type Kind, PRODUCERS, PUTS, REGISTERS, TRIES } from "./kinds.ts";
import { endOfStatement, guardAt } from "./statements.ts";

/** One place broken in one way. */
export interface Mutant {
	readonly kind: Kind;
	readonly function: string;
	readonly line: number;
	/** The mm of the reference that is touched, in the ways in which the function writes it. */
	readonly mms: readonly string[];
	/** The text that is replaced. */
	readonly was: string;
	readonly start: number;
	readonly end: number;
	readonly now: string;
}

/** Only where somebody borrows an mm does a release that no longer waits expose a use. */
const BORROWS = /\b(?:kthread_)?use_mm\(/;

/** All mutants of one function. */
export function mutantsOf(text: string, fn: FunctionFacts): readonly Mutant[] {
	const found: Mutant[] = [];
	const add = (kind: Kind, mm: string, start: number, end: number, now: string): void => {
		const line = text.slice(0, start).split("\n").length;
		found.push({ kind, function: fn.name, line, mms: [mm, ...othersFor(text, fn, mm)], was: text.slice(start, end), start, end, now });
	};
	const written = (expr: Expr | undefined): string => (expr === undefined ? "" : textOf(expr));
	for (const list of listsIn(fn.body))
		for (const [index, stmt] of list.entries()) {
			const start = fn.start + stmt.at;
			if (stmt.s === "expr") {
				const call = callIn(stmt.expr);
				const name = call && nameOf(call);
				const end = endOfStatement(text, start);
				const isCall = call !== undefined && name !== undefined && end !== undefined && text.startsWith(name, start);
				const mm = written(call?.args[0]);
				if (!isCall) {
					/* no call alone */
				} else if (name in PUTS) {
					add("delete-put", mm, start, end, ";");
					add("swap-put", mm, start, start + name.length, PUTS[name] ?? "");
					const before = lastUse(fn, list.slice(0, index), mm);
					if (before !== undefined) add("move-put-up", mm, before, end, `${text.slice(start, end)}\n${text.slice(before, start)}`);
				} else if (name in GETS) {
					add("delete-get", mm, start, end, ";");
					add("swap-get", mm, start, start + name.length, GETS[name] ?? "");
				} else if (FLUSHES.has(name) && /_release\b/.test(fn.name) && BORROWS.test(text)) add("drop-flush", mm, start, end, ";");
			}
			const assigned = assignmentIn(stmt);
			const name = assigned && nameOf(assigned.call);
			if (assigned && name !== undefined && (PRODUCERS.has(name) || REGISTERS.has(name) || TRIES.has(name))) {
				const { call } = assigned;
				const mm = PRODUCERS.has(name) ? assigned.mm : written(call.args[name.startsWith("mmu") ? 1 : 0]);
				const at = fn.start + call.at;
				if (PRODUCERS.has(name)) add("delete-get", mm, at, fn.start + call.end, `(${written(call.args[0])})->mm`);
				const check = checkOf(text, fn, list.slice(index + 1), assigned.target);
				if (check) add(PRODUCERS.has(name) ? "delete-check" : "ignore-result", mm, check.start, check.end, check.now);
			}
			if (stmt.s === "if") {
				const tried = everyCall(stmt.test).find((call) => TRIES.has(nameOf(call) ?? "") || REGISTERS.has(nameOf(call) ?? ""));
				const guard = tried && guardAt(text, start);
				if (tried && guard)
					add(
						"ignore-result",
						written(tried.args.at(TRIES.has(nameOf(tried) ?? "") ? 0 : 1)),
						guard.start,
						guard.end,
						`${written(tried)};`,
					);
			}
		}
	for (const expr of everyExpr(fn.body))
		if (expr.e === "call" && TRIES.has(nameOf(expr) ?? ""))
			add("delete-get", written(expr.args[0]), fn.start + expr.at, fn.start + expr.end, "true");
	return found;
}

/** What else a variable is called in a function: what it is given, and where it is stored. */
function othersFor(text: string, fn: FunctionFacts, name: string): readonly string[] {
	const body = text.slice(fn.start, fn.end);
	const own = name.replace(/[^\w]/g, "\\$&");
	const given = body.matchAll(new RegExp(`\\b${own}\\s*=\\s*([\\w>.-]+)\\s*;`, "g"));
	const stored = body.matchAll(new RegExp(`([\\w>.-]+)\\s*=\\s*${own}\\s*;`, "g"));
	return [...given, ...stored].map(([, other]) => other ?? "");
}

/** Lists of statements, as they stand in blocks. */
function* listsIn(body: readonly Stmt[]): Generator<readonly Stmt[]> {
	yield body;
	for (const stmt of everyStmt(body)) {
		if (stmt.s === "if") {
			yield stmt.then;
			yield stmt.else;
		} else if (stmt.s === "arms") yield* stmt.arms;
		else if (stmt.s === "loop" || stmt.s === "switch" || stmt.s === "block") yield stmt.body;
	}
}

function callIn(expr: Expr): CallExpr | undefined {
	return expr.e === "call" ? expr : undefined;
}

function nameOf(call: CallExpr): string | undefined {
	return call.callee.e === "name" ? call.callee.name : undefined;
}

function everyCall(expr: Expr): readonly CallExpr[] {
	return [...everyExpr([{ s: "expr", expr, at: 0 }])].flatMap((part) => (part.e === "call" ? [part] : []));
}

function assignmentIn(stmt: Stmt): { readonly target: string; readonly mm: string; readonly call: CallExpr } | undefined {
	if (stmt.s === "declare" && stmt.init?.e === "call") return { target: stmt.name, mm: stmt.name, call: stmt.init };
	if (stmt.s !== "expr" || stmt.expr.e !== "assign" || stmt.expr.right.e !== "call") return undefined;
	const { left, right } = stmt.expr;
	return { target: left.e === "name" ? left.name : left.e === "field" ? left.field : "", mm: textOf(left), call: right };
}

/** The test of a result that comes next, and what is left when it is gone. */
function checkOf(
	text: string,
	fn: FunctionFacts,
	rest: readonly Stmt[],
	target: string,
): { start: number; end: number; now: string } | undefined {
	const stmt = rest.find((candidate) => candidate.s === "if");
	if (stmt?.s !== "if" || target === "") return undefined;
	const guard = guardAt(text, fn.start + stmt.at);
	if (!guard) return undefined;
	const test = text.slice(guard.test.start, guard.test.end);
	if (!new RegExp(`\\b${target}\\b`).test(test)) return undefined;
	const isLeft = /^\s*(?:unlikely\s*\(\s*)?(?:!|IS_ERR)/.test(test) || /[<]\s*0/.test(test) || /^(?:ret|err|rc|r)$/.test(test.trim());
	if (isLeft) return { start: guard.start, end: guard.end, now: ";" };
	return test.trim() === target ? { start: guard.test.start, end: guard.test.end, now: "1" } : undefined;
}

/** Where the last statement begins that uses the mm before a put, unless that is a get. */
function lastUse(fn: FunctionFacts, before: readonly Stmt[], mm: string): number | undefined {
	const word = /(\w+)\W*$/.exec(mm)?.[1] ?? mm;
	for (const stmt of [...before].reverse()) {
		if (stmt.s === "label" || stmt.s === "case" || stmt.s === "declare") return undefined;
		const exprs = [...everyExpr([stmt])];
		const uses = exprs.some((expr) => (expr.e === "name" && expr.name === word) || (expr.e === "field" && expr.field === word));
		if (!uses) continue;
		if (stmt.s !== "expr" || stmt.expr.e !== "call") return undefined;
		return partsOfStmt(stmt).exprs.length > 0 ? fn.start + stmt.at : undefined;
	}
	return undefined;
}
