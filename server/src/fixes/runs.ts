/** What can make a function run, and what it runs itself, as far as the code in view shows it. */

import type { Act } from "../kernel/types.ts";
import { activationsOf, type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { bare, type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { calleeOf } from "./spot.ts";

/** Functions that one question looks at. */
const MOST = 200;

/** Functions that queue a work item or arm a timer. */
function queuersOf(program: Program, slot: Slot): readonly FunctionDef[] {
	const found: FunctionDef[] = [];
	for (const name of program.kernel.named((act) => act.act === "queue"))
		for (const { caller, call } of program.callsAbout(name, slot.field)) {
			const act = program.kernelFunction(name, caller.file)?.acts.find((known) => known.act === "queue");
			const object = act?.act === "queue" ? call.args[act.object] : undefined;
			const queued = object && slotOf(program, caller, bare(object));
			if (queued && sameSlot(queued, slot)) found.push(caller);
		}
	return found;
}

/** Whether one of `wanted` can make a function run: it calls it, hands it on, or queues the work that runs it, itself or through others. */
export function isRunBy(program: Program, fn: FunctionDef, wanted: ReadonlySet<FunctionDef>): boolean {
	const seen = new Set<FunctionDef>([fn]);
	for (const def of seen) {
		if (wanted.has(def) || seen.size > MOST) return true;
		const { callers, starts, handedTo } = program.quietly(() => activationsOf(program, def));
		for (const start of starts) {
			const slot = start.object && slotOf(program, start.fn, bare(start.object));
			for (const queuer of slot ? program.quietly(() => queuersOf(program, slot)) : []) seen.add(queuer);
		}
		for (const other of [...callers, ...starts, ...handedTo]) seen.add(other.fn);
	}
	return false;
}

/** A call with what the kernel's function does that it names. */
export interface ActingCall {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	readonly act: Act;
}

/** What a function does by the kernel's functions, itself or through what it calls. */
export function actsFrom(program: Program, fn: FunctionDef): readonly ActingCall[] {
	const found: ActingCall[] = [];
	const seen = new Set<FunctionDef>([fn]);
	for (const def of seen)
		for (const call of [...occurrencesIn(program.bodyOf(def)).calls.values()].flat()) {
			const name = calleeOf(call);
			const row = program.kernelFunction(name, def.file);
			for (const act of row?.acts ?? []) found.push({ fn: def, call, act });
			if (!row && seen.size < MOST) for (const callee of program.quietly(() => program.functionsNamed(name, def.file))) seen.add(callee);
		}
	return found;
}
