/**
 * Flags that are known whenever a function runs. A thread that is only made under `if (dev->flag)` sees the flag set, as long as
 * nothing changes it: such a flag has one value in all threads of an mm program.
 */

import type { Expr, Stmt } from "../facts/types.ts";
import type { Key, Value } from "../model/program.ts";
import { activationsOf, type Slot, sameSlot, slotOf } from "../program/callers.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr, partsOf } from "../program/walk.ts";
import { writersOf } from "../program/writers.ts";
import { flagKey } from "./frame.ts";

/** What is known about flags at one place: the flag's key and its truth. */
type Known = ReadonlyMap<Key, boolean>;
const NOTHING: Known = new Map();
/** Callers are asked this far up, and only of functions that have no more of them than that. */
const MAX_ABOVE = 6;
const MAX_CALLERS = 40;

/** Fields that are tested on their own somewhere in these functions and may be flags set once, as far as anybody looked. */
export function flagsTestedIn(program: Program, fns: readonly FunctionDef[]): readonly Slot[] {
	const flags: Slot[] = [];
	const mayBeFlag = (slot: Slot): boolean =>
		!flags.some((known) => sameSlot(known, slot)) && (isSetOnce(program, slot) || isTooCommon(program, slot));
	for (const fn of fns)
		for (const expr of everyExpr(program.bodyOf(fn)))
			for (const part of testsOf(expr)) {
				const slot = slotOf(program, fn, part);
				if (slot && mayBeFlag(slot)) flags.push(slot);
			}
	for (const fn of fns)
		for (const test of conditionsOf(program.bodyOf(fn))) {
			const slot = slotOf(program, fn, test);
			if (slot && mayBeFlag(slot)) flags.push(slot);
		}
	return flags;
}

const TESTING: ReadonlySet<string> = new Set(["&&", "||", "&", "==", "!=", "<", ">", "<=", ">="]);

function testsOf(expr: Expr): readonly Expr[] {
	if (expr.e === "unary" && expr.op === "!") return [expr.arg];
	if (expr.e === "binary" && TESTING.has(expr.op)) return [expr.left, expr.right];
	return [];
}

function* conditionsOf(body: readonly Stmt[]): Iterable<Expr> {
	for (const stmt of body) {
		if (stmt.s === "if") {
			yield stmt.test;
			yield* conditionsOf(stmt.then);
			yield* conditionsOf(stmt.else);
		} else if (stmt.s === "loop" || stmt.s === "block" || stmt.s === "switch") yield* conditionsOf(stmt.body);
	}
}

/** Files that store to a field of one name are not all read where they are more than this. */
const MOST_WRITING = 300;

/** Whether nobody looked who stores to a field of that name, since too many do. */
export function isTooCommon(program: Program, { field }: Slot): boolean {
	return program.isCommon(field, MOST_WRITING);
}

/** A plain value field that one function at most stores to. */
export function isSetOnce(program: Program, slot: Slot): boolean {
	const field = slot.struct.facts.fields.find((candidate) => candidate.name === slot.field);
	if (!field || field.type.stars > 0 || field.type.kind === "struct" || field.type.kind === "union") return false;
	const count = (): number => new Set(writersOf(program, slot, MOST_WRITING).map((writer) => writer.fn)).size;
	/* others need not be looked for where two are in view already */
	return program.quietly(count) <= 1 && count() <= 1 && !isTooCommon(program, slot);
}

/** Values that the flags have whenever `fn` runs, over everything in view that can make it run. */
export function flagValuesIn(program: Program, fn: FunctionDef, flags: readonly Slot[]): Readonly<Record<Key, Value>> {
	const known = knownIn(program, fn, flags, []);
	return Object.fromEntries([...known].map(([key, truth]) => [key, truth ? ("true" as const) : ("false" as const)]));
}

function knownIn(program: Program, fn: FunctionDef, flags: readonly Slot[], above: readonly FunctionDef[]): Known {
	if (above.includes(fn) || above.length > MAX_ABOVE) return NOTHING;
	const { callers, starts, handedTo } = activationsOf(program, fn);
	if (handedTo.length > 0 || callers.length > MAX_CALLERS) return NOTHING;
	let common: Known | undefined;
	for (const site of [...callers, ...starts]) {
		if (above.includes(site.fn)) continue;
		const here = new Map([...knownIn(program, site.fn, flags, [...above, fn]), ...knownAt(program, site.fn, site.call, flags)]);
		common = common ? new Map([...common].filter(([key, truth]) => here.get(key) === truth)) : here;
	}
	return common ?? NOTHING;
}

/** What tests around and before a call say about the flags, on every path to it. */
function knownAt(program: Program, fn: FunctionDef, call: CallExpr, flags: readonly Slot[]): Known {
	let found: Known | undefined;
	const truthOf = (test: Expr, truth: boolean): Known => {
		if (test.e === "unary" && test.op === "!") return truthOf(test.arg, !truth);
		if (test.e === "binary" && ((test.op === "&&" && truth) || (test.op === "||" && !truth)))
			return new Map([...truthOf(test.left, truth), ...truthOf(test.right, truth)]);
		if (test.e === "call" && test.callee.e === "name") {
			const act = program.kernelFunction(test.callee.name, fn.file)?.acts.find((candidate) => candidate.act === "value");
			const value = act?.act === "value" ? test.args[act.value] : undefined;
			return value ? truthOf(value, truth) : NOTHING;
		}
		const slot = slotOf(program, fn, test);
		const flag = slot && flags.find((known) => sameSlot(known, slot));
		return flag ? new Map([[flagKey(flag), truth]]) : NOTHING;
	};
	const holds = (expr: Expr): boolean => {
		if (expr === call) return true;
		const parts = partsOf(expr);
		return parts.exprs.some(holds) || (parts.stmts.length > 0 && [...everyExpr(parts.stmts)].includes(call));
	};
	const visit = (body: readonly Stmt[], known: Known): Known => {
		let now = known;
		for (const stmt of body) {
			if (stmt.s === "if") {
				if (holds(stmt.test)) found ??= now;
				const then = visit(stmt.then, new Map([...now, ...truthOf(stmt.test, true)]));
				const otherwise = visit(stmt.else, new Map([...now, ...truthOf(stmt.test, false)]));
				if (leaves(stmt.then)) now = otherwise;
				else if (stmt.else.length > 0 && leaves(stmt.else)) now = then;
			} else if (stmt.s === "loop" || stmt.s === "switch") {
				if (stmt.s === "loop" && stmt.test && holds(stmt.test)) found ??= now;
				visit(stmt.body, now);
			} else if (stmt.s === "block") now = visit(stmt.body, now);
			else if (stmt.s === "arms") for (const arm of stmt.arms) visit(arm, now);
			else if (stmt.s === "label") now = NOTHING;
			else {
				const expr = stmt.s === "expr" ? stmt.expr : stmt.s === "declare" ? stmt.init : stmt.s === "return" ? stmt.value : undefined;
				if (expr && holds(expr)) found ??= now;
			}
		}
		return now;
	};
	visit(program.bodyOf(fn), NOTHING);
	return found ?? NOTHING;
}

/** Whether statements always leave what encloses them. */
function leaves(body: readonly Stmt[]): boolean {
	const last = body.at(-1);
	if (!last) return false;
	if (last.s === "block") return leaves(last.body);
	return last.s === "return" || last.s === "goto" || last.s === "break" || last.s === "continue";
}
