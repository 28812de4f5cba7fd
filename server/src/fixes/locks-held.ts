/** Which locks may be held at a call, as far as the code in view shows it. */

import type { Expr } from "../facts/types.ts";
import type { Act, LockKind } from "../kernel/types.ts";
import { activationsOf, keyOfSlot, slotOf } from "../program/callers.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { flowOf } from "./flow.ts";
import { calleeOf } from "./spot.ts";

export interface HeldLock {
	readonly kind: LockKind;
	/** What tells it from other locks: the field or the variable that it is; empty where that is not known. */
	readonly name: string;
}

const LEVELS = 3;

/** The lock that a call takes or gives back. */
export function lockOf(program: Program, fn: FunctionDef, call: CallExpr, act: Act): HeldLock | undefined {
	if (act.act !== "lock" && act.act !== "unlock") return undefined;
	const object = act.object === undefined ? undefined : call.args[act.object];
	const named = object && bare(object);
	const slot = named && program.quietly(() => slotOf(program, fn, named));
	return { kind: act.kind, name: slot ? keyOfSlot(slot) : named?.e === "name" ? named.name : "" };
}

/** Locks that may be held when control comes to a call, those of callers included. */
export function locksHeldAt(program: Program, fn: FunctionDef, call: CallExpr, levels = LEVELS): readonly HeldLock[] {
	const change = (expr: Expr, state: string): string => {
		if (expr.e !== "call") return state;
		const held = JSON.parse(state) as readonly HeldLock[];
		const acts = program.kernelFunction(calleeOf(expr), fn.file)?.acts ?? [];
		const after = acts.reduce<readonly HeldLock[]>((now, act) => {
			const lock = lockOf(program, fn, expr, act);
			if (!lock) return now;
			const others = now.filter((known) => known.kind !== lock.kind || known.name !== lock.name);
			return act.act === "lock" ? [...others, lock] : others;
		}, held);
		return JSON.stringify(after);
	};
	const held: HeldLock[] = [];
	for (const [expr, states] of flowOf<string>(program.bodyOf(fn), "[]", change).at)
		if (expr.e === "call" && expr.at === call.at && calleeOf(expr) === calleeOf(call))
			for (const state of states) held.push(...(JSON.parse(state) as readonly HeldLock[]));
	if (levels === 0) return held;
	const { callers } = program.quietly(() => activationsOf(program, fn));
	return [...held, ...callers.flatMap((caller) => locksHeldAt(program, caller.fn, caller.call, levels - 1))];
}
