/**
 * Teardown in the wrong order: code that gives the stored reference back first and stops the using thread afterwards. A driver is
 * trusted to stop its worker before it tears its object down, unless its code shows the opposite.
 */

import type { Expr, Stmt } from "../facts/types.ts";
import { activationsOf, keyOfSlot, type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { Memo } from "../program/memo.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { localsOf } from "../program/typing.ts";
import { partsOf } from "../program/walk.ts";
import { assignmentsTo } from "../program/writers.ts";
import { runnersOf } from "./release.ts";

/** Callers are asked this far up from a put, and callees looked into this far down. */
const LEVELS = 2;
const DEPTH = 4;

const PUTS: ReadonlySet<string> = new Set(["mmput", "mmputa"]);

const earlyPuts = new Memo<string, readonly FunctionDef[]>();

/** Functions that put what the slot holds before they wait for what can run `user`. */
export function findEarlyPuts(program: Program, slot: Slot, user: FunctionDef): readonly FunctionDef[] {
	const key = `${user.file}\0${user.facts.start}\0${keyOfSlot(slot)}`;
	return earlyPuts.answer(program, key, () => searchEarlyPuts(program, slot, user));
}

function searchEarlyPuts(program: Program, slot: Slot, user: FunctionDef): readonly FunctionDef[] {
	const runners = program.quietly(() => runnersOf(program, user)) ?? [];
	if (runners.length === 0) return [];
	const waited = runners.map((runner) => runner.slot);
	const candidates = new Set<FunctionDef>();
	const add = (fn: FunctionDef, levels: number): void => {
		if (candidates.has(fn)) return;
		candidates.add(fn);
		if (levels > 0) for (const caller of program.quietly(() => activationsOf(program, fn)).callers) add(caller.fn, levels - 1);
	};
	for (const name of program.kernel.named((act) => act.act === "step" && PUTS.has(act.op)))
		for (const { caller, call } of program.callsAbout(name, slot.field)) if (putsSlot(program, caller, call, slot)) add(caller, LEVELS);
	return [...candidates].filter((fn) => putsBeforeWait(program, fn, slot, waited));
}

/** Whether a call puts the mm that the slot holds. */
function putsSlot(program: Program, fn: FunctionDef, call: CallExpr, slot: Slot): boolean {
	const name = call.callee.e === "name" ? call.callee.name : "";
	const act = program.kernelFunction(name, fn.file)?.acts.find((candidate) => candidate.act === "step" && PUTS.has(candidate.op));
	const mm = act?.act === "step" ? call.args[act.mm] : undefined;
	return mm !== undefined && program.quietly(() => isSlot(program, fn, mm, slot));
}

function isSlot(program: Program, fn: FunctionDef, expr: Expr, slot: Slot): boolean {
	if (expr.e === "name" && localsOf(program.bodyOf(fn)).has(expr.name))
		return assignmentsTo(program, fn, expr.name).values.some((value) => value.e === "field" && isSlot(program, fn, value, slot));
	const found = expr.e === "field" && expr.field === slot.field ? slotOf(program, fn, expr) : undefined;
	return found !== undefined && sameSlot(found, slot);
}

function putsBeforeWait(program: Program, top: FunctionDef, slot: Slot, waited: readonly Slot[]): boolean {
	let early = false;
	const active: FunctionDef[] = [];
	/** Walks a function; `put`: whether the slot was put on the way to it. Returns the same for the way out. */
	const enter = (fn: FunctionDef, put: boolean): boolean => {
		if (active.includes(fn) || active.length >= DEPTH) return put;
		active.push(fn);
		const labels = new Map<string, boolean>();
		let out = false;
		const call = (expr: CallExpr, before: boolean): boolean => {
			if (expr.callee.e !== "name") return before;
			const row = program.kernelFunction(expr.callee.name, fn.file);
			for (const act of row?.acts ?? []) {
				if (act.act !== "wait" || act.object === undefined) continue;
				const object = expr.args[act.object];
				const waits = object && slotOf(program, fn, bare(object));
				if (before && waits && waited.some((known) => sameSlot(known, waits))) early = true;
			}
			if (row) return before || putsSlot(program, fn, expr, slot);
			const defs = program.functionsNamed(expr.callee.name, fn.file);
			return defs.length === 0 ? before : defs.map((def) => enter(def, before)).some(Boolean);
		};
		const visit = (expr: Expr, before: boolean): boolean => {
			const parts = partsOf(expr);
			let now = parts.exprs.reduce((seen, part) => visit(part, seen), before);
			if (parts.stmts.length > 0) now = walk(parts.stmts, now) ?? now;
			return expr.e === "call" ? call(expr, now) : now;
		};
		/** Undefined when control never comes out at the end. */
		const walk = (body: readonly Stmt[], before: boolean): boolean | undefined => {
			let now: boolean | undefined = before;
			for (const stmt of body) {
				if (stmt.s === "label") now = (now ?? false) || (labels.get(stmt.name) ?? false);
				if (now === undefined) continue;
				if (stmt.s === "expr") now = visit(stmt.expr, now);
				else if (stmt.s === "declare") now = stmt.init ? visit(stmt.init, now) : now;
				else if (stmt.s === "if") {
					const tested = visit(stmt.test, now);
					const ways = [walk(stmt.then, tested), walk(stmt.else, tested)].filter((way) => way !== undefined);
					now = ways.length === 0 ? undefined : ways.some(Boolean);
				} else if (stmt.s === "arms") now = stmt.arms.map((arm) => walk(arm, before)).some(Boolean);
				else if (stmt.s === "block") now = walk(stmt.body, now);
				else if (stmt.s === "loop" || stmt.s === "switch") now = now || (walk(stmt.body, now) ?? false);
				else if (stmt.s === "goto") {
					labels.set(stmt.label, now || (labels.get(stmt.label) ?? false));
					now = undefined;
				} else if (stmt.s === "return") {
					out ||= stmt.value ? visit(stmt.value, now) : now;
					now = undefined;
				}
			}
			return now;
		};
		const end = walk(program.bodyOf(fn), put);
		active.pop();
		return out || (end ?? false);
	};
	program.quietly(() => enter(top, false));
	return early;
}
