/** What the release callback of an mmu notifier does for a use: whether it stops the threads that use the mm, and waits for them. */

import type { Expr, Stmt } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { Act } from "../kernel/types.ts";
import { activationsOf, type Slot, type Start, sameSlot, slotOf } from "../program/callers.ts";
import { bare, type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program, VariableDef } from "../program/program.ts";
import { structOf, typeOf } from "../program/typing.ts";
import { partsOf } from "../program/walk.ts";
import type { Registration } from "./lowering.ts";

/** The release callbacks that a registered notifier can have; `undefined` stands for an op table without one. */
export function releasesOf(program: Program, registration: Registration): readonly (FunctionDef | undefined)[] {
	return opsTablesOf(program, registration).map((table) => {
		const { init } = table.facts;
		const entry = init?.e === "initializer" ? init.entries.find((candidate) => candidate.path === NAMES.release) : undefined;
		const value = entry && bare(entry.value);
		return value?.e === "name" ? program.functionsNamed(value.name, table.file)[0] : undefined;
	});
}

/** The op tables that a notifier is given: by its registration, or by stores to its `ops` anywhere. */
function opsTablesOf(program: Program, registration: Registration): readonly VariableDef[] {
	const arg = registration.call.args[registration.ops ?? registration.notifier];
	if (!arg) return [];
	const tableNamed = (value: Expr, file: string): readonly VariableDef[] => {
		const inner = bare(value);
		const table = inner.e === "name" ? program.variable(inner.name, file) : undefined;
		return table?.facts.type.name === NAMES.notifierOps ? [table] : [];
	};
	if (registration.ops !== undefined) return tableNamed(arg, registration.fn.file);
	const notifier = slotOf(program, registration.fn, bare(arg));
	/* files that register notifiers are in view from the start */
	return program
		.quietly(() => program.storesTo(NAMES.notifierOpsField))
		.filter(({ writer, store }) => {
			if (!notifier) return writer.file === registration.fn.file;
			const slot = slotOf(program, writer, store.left.base);
			return slot !== undefined && sameSlot(slot, notifier);
		})
		.flatMap(({ writer, store }) => tableNamed(store.right, writer.file));
}

/** Something that runs by itself: named by the field of its work item, timer or task_struct. */
interface Runner {
	readonly start: Start;
	readonly slot: Slot;
}

/** A function that this many others can run is not followed further. */
const MAX_RUNNING = 100;

/** Everything that can make `fn` run as, or on, a thread of its own. Undefined when a thread has no name to wait for it by. */
export function runnersOf(program: Program, fn: FunctionDef): readonly Runner[] | undefined {
	const runners: Runner[] = [];
	const seen = new Set<FunctionDef>();
	let named = true;
	const visit = (def: FunctionDef): void => {
		if (seen.has(def) || !named) return;
		seen.add(def);
		if (seen.size > MAX_RUNNING) named = false;
		const { callers, starts } = activationsOf(program, def);
		for (const start of starts) {
			const slot = slotOfStart(program, start);
			if (slot) runners.push({ start, slot });
			else named = false;
		}
		for (const caller of callers) visit(caller.fn);
	};
	visit(fn);
	return named ? runners : undefined;
}

function slotOfStart(program: Program, start: Start): Slot | undefined {
	if (start.object) return slotOf(program, start.fn, bare(start.object));
	/* x->task = kthread_create(…), directly or by way of a local variable */
	const found = occurrencesIn(program.bodyOf(start.fn));
	for (const stores of found.stores.values())
		for (const store of stores) if (store.right === start.call) return slotOf(program, start.fn, store.left);
	const local = localAssigned(program, start);
	for (const stores of found.stores.values())
		for (const store of stores)
			if (local !== undefined && store.right.e === "name" && store.right.name === local) return slotOf(program, start.fn, store.left);
	return undefined;
}

function localAssigned(program: Program, start: Start): string | undefined {
	let name: string | undefined;
	const visit = (expr: Expr): void => {
		if (expr.e === "assign" && expr.right === start.call && expr.left.e === "name") name = expr.left.name;
		const parts = partsOf(expr);
		parts.exprs.forEach(visit);
		visitStmts(parts.stmts, visit);
	};
	visitStmts(program.bodyOf(start.fn), visit);
	return name;
}

function visitStmts(body: readonly Stmt[], visit: (expr: Expr) => void): void {
	for (const stmt of body) {
		if (stmt.s === "expr") visit(stmt.expr);
		else if (stmt.s === "if") {
			visit(stmt.test);
			visitStmts(stmt.then, visit);
			visitStmts(stmt.else, visit);
		} else if (stmt.s === "loop" || stmt.s === "block" || stmt.s === "switch") visitStmts(stmt.body, visit);
	}
}

interface Wait {
	readonly slot: Slot;
	readonly stops: boolean;
	readonly for: Extract<Act, { act: "wait" }>["for"];
}

/** Waits that `fn` always does, in order, calls included. */
function waitsIn(program: Program, fn: FunctionDef, depth: number, seen: readonly FunctionDef[]): readonly Wait[] {
	const waits: Wait[] = [];
	const stopped = stoppedIn(program, fn);
	const fromCall = (call: CallExpr): void => {
		if (call.callee.e !== "name") return;
		const row = program.kernelFunction(call.callee.name, fn.file);
		for (const act of row?.acts ?? []) {
			if (act.act !== "wait" || act.object === undefined) continue;
			const object = call.args[act.object];
			const slot = object && slotOf(program, fn, bare(object));
			if (slot && !hopsToAnother(program, fn, bare(object))) waits.push({ slot, stops: act.stops, for: act.for });
		}
		if (row || depth === 0) return;
		for (const def of program.functionsNamed(call.callee.name, fn.file))
			if (!seen.includes(def)) waits.push(...waitsIn(program, def, depth - 1, [...seen, def]));
	};
	const visit = (expr: Expr): void => {
		const parts = partsOf(expr);
		parts.exprs.forEach(visit);
		if (parts.stmts.length > 0) walk(parts.stmts);
		if (expr.e === "call") fromCall(expr);
	};
	/** Returns false when what follows may not be reached. */
	const walk = (body: readonly Stmt[]): boolean => {
		for (const stmt of body) {
			if (stmt.s === "expr") visit(stmt.expr);
			else if (stmt.s === "declare" && stmt.init) visit(stmt.init);
			else if (stmt.s === "block") {
				if (!walk(stmt.body)) return false;
			} else if (stmt.s === "loop") {
				/* of a list every element is stopped; another loop may not run at all */
				if (mayLeave(stmt.body)) return false;
				if (stmt.kind === "each" || stmt.kind === "do") walk(stmt.body);
			} else if (stmt.s === "if") {
				visit(stmt.test);
				if (isExistence(program, fn, stmt.test, stopped)) {
					walk(stmt.then);
					walk(stmt.else);
				} else if (mayLeave(stmt.then) || mayLeave(stmt.else)) return false;
			} else if (stmt.s === "return" || stmt.s === "goto") return false;
		}
		return true;
	};
	walk(program.bodyOf(fn));
	return waits;
}

function mayLeave(body: readonly Stmt[]): boolean {
	return body.some(
		(stmt) =>
			stmt.s === "return" ||
			stmt.s === "goto" ||
			(stmt.s === "if" && (mayLeave(stmt.then) || mayLeave(stmt.else))) ||
			((stmt.s === "block" || stmt.s === "loop" || stmt.s === "switch") && mayLeave(stmt.body)),
	);
}

/** Fields that the function waits for, whatever the way to it. */
function stoppedIn(program: Program, fn: FunctionDef): readonly Slot[] {
	const found: Slot[] = [];
	for (const [name, calls] of occurrencesIn(program.bodyOf(fn)).calls)
		for (const act of program.kernelFunction(name, fn.file)?.acts ?? [])
			if (act.act === "wait" && act.object !== undefined)
				for (const call of calls) {
					const object = call.args[act.object];
					const slot = object && slotOf(program, fn, bare(object));
					if (slot) found.push(slot);
				}
	return found;
}

/** Whether an object is reached through a pointer from one object of its type to another: not the notifier's own. */
function hopsToAnother(program: Program, fn: FunctionDef, object: Expr): boolean {
	const slot = slotOf(program, fn, object);
	for (let at: Expr = object; at.e === "field"; at = at.base)
		if (at.base.e === "field" && structOf(program, typeOf(program, fn, at.base.base)) === slot?.struct) return true;
	return false;
}

/** Tests that only say whether there is anything to stop: of the pointer to it, or of something that cannot be (WARN_ON). */
function isExistence(program: Program, fn: FunctionDef, test: Expr, stopped: readonly Slot[]): boolean {
	if (test.e === "unary" && test.op === "!") return isExistence(program, fn, test.arg, stopped);
	if (test.e === "call" && test.callee.e === "name")
		return program.kernelFunction(test.callee.name, fn.file)?.acts.some((act) => act.act === "value" && act.truth === true) ?? false;
	if (test.e === "name") return (typeOf(program, fn, test)?.type.stars ?? 0) > 0;
	const slot = slotOf(program, fn, test);
	return slot !== undefined && stopped.some((known) => sameSlot(known, slot));
}

/** Runners whose code queues the work item again. */
function queuersOf(program: Program, slot: Slot): readonly { readonly fn: FunctionDef; readonly queue?: Slot }[] {
	const found: { fn: FunctionDef; queue?: Slot }[] = [];
	for (const name of program.kernel.named((act) => act.act === "queue"))
		for (const { caller, call } of program.callsAbout(name, slot.field))
			for (const act of program.kernelFunction(name, caller.file)?.acts ?? []) {
				if (act.act !== "queue") continue;
				const object = call.args[act.object];
				const target = object && slotOf(program, caller, bare(object));
				if (!target || !sameSlot(target, slot)) continue;
				const queue = act.queue === undefined ? undefined : call.args[act.queue];
				const on = queue && slotOf(program, caller, queue);
				found.push({ fn: caller, ...(on ? { queue: on } : {}) });
			}
	return found;
}

/**
 * Whether `release` stops everything that can run `user` and waits for it: each work item or thread is waited for after whatever
 * could queue it again was stopped. Code of other processes that could queue it again is trusted not to.
 */
export function releaseStops(program: Program, release: FunctionDef, user: FunctionDef): boolean {
	const waits = waitsIn(program, release, 6, [release]);
	if (waits.length === 0) return false;
	const runners = runnersOf(program, user);
	if (!runners || runners.length === 0) return false;
	const stoppedAt = (slot: Slot, asking: readonly Slot[]): number => {
		const queuers = queuersOf(program, slot);
		const threads = queuers.flatMap(({ fn }) => runnersOf(program, fn) ?? []);
		const itself = threads.some((runner) => sameSlot(runner.slot, slot));
		const others = threads.filter((runner) => !sameSlot(runner.slot, slot) && !asking.some((other) => sameSlot(other, runner.slot)));
		const queues = queuers.map(({ queue }) => queue);
		for (let i = 0; i < waits.length; i++) {
			const wait = waits[i] as Wait;
			const covers =
				wait.for === "workqueue"
					? queues.length > 0 && queues.every((queue) => queue !== undefined && sameSlot(queue, wait.slot))
					: sameSlot(wait.slot, slot);
			if (!covers || (itself && !wait.stops)) continue;
			const earlier = others.every((runner) => {
				const at = stoppedAt(runner.slot, [...asking, slot]);
				return at >= 0 && at < i;
			});
			if (earlier) return i;
		}
		return -1;
	};
	return runners.every((runner) => stoppedAt(runner.slot, []) >= 0);
}
