/** Whether the teardown of an mm may run at a call: mmput() sleeps, and runs release notifiers. */

import { MAPS_FILE, SLEEPLESS } from "../kernel/fix-words.ts";
import { activationsOf } from "../program/callers.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr } from "../program/walk.ts";
import { locksHeldAt } from "./locks-held.ts";
import { calleeOf } from "./spot.ts";

const SLEEPING: ReadonlySet<string> = new Set(["process", "last-close", "work", "kthread"]);
const LEVELS = 3;

/** Whether code at a call may sleep, as far as the code in view shows it. */
export function maySleepAt(program: Program, fn: FunctionDef, call: CallExpr): boolean {
	return !locksHeldAt(program, fn, call).some(({ kind }) => SLEEPLESS.has(kind)) && maySleep(program, fn, LEVELS);
}

/** Whether a function runs where sleeping is allowed: it does so itself, or whatever runs it may. */
function maySleep(program: Program, fn: FunctionDef, levels: number): boolean {
	for (const expr of everyExpr(fn.facts.body)) {
		const row = expr.e === "call" ? program.kernelFunction(calleeOf(expr), fn.file) : undefined;
		if (row?.context === "sleeps" || row?.acts.some((act) => act.act === "wait" || (act.act === "lock" && act.kind === "mutex")))
			return true;
	}
	const { callers, starts, contexts, handedTo } = program.quietly(() => activationsOf(program, fn));
	if (handedTo.length > 0 && callers.length === 0) return false;
	const ways = [
		...contexts.map((context) => SLEEPING.has(context)),
		...starts.map((start) => SLEEPING.has(start.context)),
		...callers.map((caller) => levels > 0 && maySleep(program, caller.fn, levels - 1)),
	];
	return ways.length > 0 && ways.every(Boolean);
}

/**
 * Whether a file of these can be mapped. A mapping keeps its file, and with it what the file holds, until the mm goes: a reference to
 * mm_users held there would never be given back.
 */
export function mapsFiles(program: Program, files: ReadonlySet<string>): boolean {
	for (const file of files) {
		const pieces = program.tree.files.get(file)?.pieces;
		for (const piece of pieces?.find("fieldSet", MAPS_FILE.field) ?? [])
			for (const { type, init } of pieces?.facts(piece).variables ?? [])
				if (type.name === MAPS_FILE.table && init?.e === "initializer" && init.entries.some((entry) => entry.path === MAPS_FILE.field))
					return true;
	}
	return false;
}
