/** Calls to graph: what the kernel's functions do, and the bodies of the functions that matter. */

import type { Expr } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { Act, KernelFunction } from "../kernel/types.ts";
import type { Operation } from "../model/operation.ts";
import type { Key, Site } from "../model/program.ts";
import { sameSlot, slotOf } from "../program/callers.ts";
import { counterOf } from "../program/counter.ts";
import { unexpandedIn } from "../program/expand.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef } from "../program/program.ts";
import { isMm, localsOf, typeOf } from "../program/typing.ts";
import { assignmentsTo } from "../program/writers.ts";
import { type Frame, isMmExpr, keyOf, localKey, siteAt } from "./frame.ts";
import { label, type Node } from "./graph.ts";
import { CANCELLED, COMPLETED, FRESH, REQUEUED, STORED, TAKEN, TRACKED } from "./keys.ts";
import { assign, effectsOf, lowerValue, setFromCondition, temporary, textOf } from "./lower-expressions.ts";
import { lowerAssertion, lowerOwning, noteEscape, noteFailure, notePasses, noteSameMm } from "./lower-owning.ts";
import { lowerStatements } from "./lower-statements.ts";
import { depthOf, isActive, type Lowering, MAX_NODES, type Operand, UNKNOWN } from "./lowering.ts";
import { matters } from "./relevance.ts";

/** The argument of a step that takes the running process's own mm: it cannot fail, and the mm outlives all that the process does here. */
export const OWN_MM = 1;

/** Calls are looked into this deep. */
export const MAX_DEPTH = 10;

/** Lowers a call. */
export function lowerCall(low: Lowering, frame: Frame, call: CallExpr): Operand {
	const site = siteAt(frame, call.at, textOf(call));
	low.owning?.calls.set(site, { fn: frame.fn, call });
	const forced = low.forced.get(call);
	if (forced) return inline(low, frame, call, [forced], site);
	const callee = call.callee.e === "unary" && call.callee.op === "*" ? call.callee.arg : call.callee;
	if (callee.e === "name") {
		const row = low.program.kernelFunction(callee.name, frame.fn.file);
		/* what the table only describes is looked into, where it can be */
		const isDescribed = low.owning !== undefined && row?.acts.length === 0 && row.users !== "0";
		if (row && !isDescribed) return lowerKernelCall(low, frame, call, row, site);
		const defs = low.owning?.mayEnter(callee.name) === false ? [] : low.program.functionsNamed(callee.name, frame.fn.file);
		if (defs.some((def) => (low.owning ? low.owning.enters(def) : matters(low.program, def, low.slots))))
			return inline(low, frame, call, defs, site);
		if (unexpandedIn(frame.body).has(callee.name)) low.skipped.add(callee.name);
		else askForDefinition(low, frame, call, callee.name, defs.length > 0);
	} else if (callee.e === "field" && low.program.kernel.hasField(callee.field)) {
		const base = low.program.quietly(() => typeOf(low.program, frame.fn, callee.base))?.type;
		const row = base?.kind === "struct" ? low.program.kernel.fieldFunction(base.name, callee.field) : undefined;
		if (row) return lowerKernelCall(low, frame, call, row, site);
	}
	effectsOf(low, frame, call.callee);
	lowerArguments(low, frame, call);
	if (low.owning) notePasses(low, frame, call, site);
	return UNKNOWN;
}

/** A function that gets an mm and is not in view could do anything to it: its definition is wanted. */
function askForDefinition(low: Lowering, frame: Frame, call: CallExpr, name: string, known: boolean): void {
	if (known || low.owning) return;
	if (call.args.some((arg) => low.program.quietly(() => isMm(low.program, typeOf(low.program, frame.fn, arg)))))
		low.program.need({ need: "name", name });
}

/** Arguments for their effects; a variable whose address is passed is not known afterwards. */
function lowerArguments(low: Lowering, frame: Frame, call: CallExpr): void {
	for (const arg of call.args) {
		effectsOf(low, frame, arg);
		if (arg.e !== "unary" || arg.op !== "&" || arg.arg.e !== "name" || !isScalarLocal(frame, arg.arg.name)) continue;
		noteEscape(low, frame, arg.arg, call.at);
		low.builder.set(localKey(frame, arg.arg.name), { unknown: true }, siteAt(frame, call.at, arg.arg.name));
	}
}

function isScalarLocal(frame: Frame, name: string): boolean {
	const type = localsOf(frame.body).get(name);
	return type !== undefined && !(type.kind === "struct" && type.stars === 0);
}

function operandKey(low: Lowering, frame: Frame, expr: Expr | undefined, site: Site): Key | undefined {
	if (!expr) return undefined;
	const operand = lowerValue(low, frame, expr);
	if ("key" in operand) return operand.key;
	const target = temporary(low, frame);
	low.builder.set(target, operand, site);
	return target;
}

function lowerKernelCall(low: Lowering, frame: Frame, call: CallExpr, row: KernelFunction, site: Site): Operand {
	let result: Operand | undefined;
	const special = new Set<number>();
	for (const act of row.acts) {
		const done = lowerAct(low, frame, call, act, site, special);
		result ??= done;
	}
	if (special.size === 0) lowerArguments(low, frame, call);
	if (low.owning && row.acts.some((act) => act.act === "start" && !isArmedLater(act))) notePasses(low, frame, call, site);
	return result ?? UNKNOWN;
}

/** Whether what is to run is only said: it gets its object when that is queued. */
function isArmedLater(act: Extract<Act, { act: "start" }>): boolean {
	return act.object !== undefined && act.data === undefined && act.runs === undefined;
}

/** Whoever runs what is queued, or has run what is waited for, gets the object in which it stands, and what that holds. */
function noteQueued(low: Lowering, frame: Frame, object: Expr | undefined, site: Site): void {
	const key = low.owning && object ? keyOf(low, frame, object) : undefined;
	if (key !== undefined) low.builder.note("share", key.replace(/^&/, ""), site);
}

function lowerAct(low: Lowering, frame: Frame, call: CallExpr, act: Act, site: Site, special: Set<number>): Operand | undefined {
	const { builder } = low;
	switch (act.act) {
		case "step": {
			special.add(act.mm);
			const mm = operandKey(low, frame, call.args[act.mm], site);
			if (mm === undefined) return UNKNOWN;
			const result = act.op === "mmgetnz" ? temporary(low, frame) : undefined;
			if (low.fillsArray && TAKES.has(act.op)) return takeOnce(low, act.op, mm, result, site);
			const node: Node = { kind: "step", op: act.op, mm, ...(result === undefined ? {} : { result }), site, next: [] };
			builder.append(node);
			if (act.op === "use") low.useNodes.push({ call, fn: frame.fn, node });
			return result === undefined ? UNKNOWN : { key: result };
		}
		case "produce":
			for (const arg of call.args) effectsOf(low, frame, arg);
			special.add(0);
			return produce(low, frame, call, act, site);
		case "counter": {
			const result = lowerCounter(low, frame, call, act, site);
			/* the step is all that is done to the mm there */
			if (result) special.add(act.counter);
			return result;
		}
		case "notifier-register":
		case "notifier-get":
			special.add(act.mm);
			return register(low, frame, call, act, site);
		case "notifier-unregister": {
			if (act.mm === undefined) return UNKNOWN;
			special.add(act.mm);
			const mm = operandKey(low, frame, call.args[act.mm], site);
			const known = low.registrations[0];
			if (mm !== undefined && known) builder.step("unnotify", mm, site, { arg: known.index });
			return UNKNOWN;
		}
		case "free": {
			special.add(act.pointer);
			const pointer = call.args[act.pointer];
			if (pointer) {
				effectsOf(low, frame, pointer);
				const key = keyOf(low, frame, pointer);
				/* what it holds is known only until it is gone */
				if (key !== undefined && low.owning) builder.note("free", key, site);
				if (key !== undefined) builder.set(key, { is: "freed" }, site);
			}
			return UNKNOWN;
		}
		case "allocate": {
			const target = temporary(low, frame);
			choose(low, site, [() => builder.set(target, { is: "heap" }, site), () => builder.set(target, { is: "null" }, site)]);
			return { key: target };
		}
		case "test": {
			special.add(act.value);
			const target = temporary(low, frame);
			setFromCondition(low, frame, call, target, { ...site, text: "" }, act.test === "error" ? "error" : "true");
			return { key: target };
		}
		case "value": {
			special.add(act.value);
			const value = call.args[act.value];
			if (!value) return UNKNOWN;
			const key = act.through ? keyOf(low, frame, call) : undefined;
			if (act.through) return key === undefined ? UNKNOWN : { key };
			return lowerValue(low, frame, value);
		}
		case "store": {
			special.add(act.target);
			const target = call.args[act.target];
			const value = call.args[act.value];
			if (!target || !value) return UNKNOWN;
			const left: Expr = act.through
				? target.e === "unary" && target.op === "&"
					? target.arg
					: { e: "unary", op: "*", arg: target, at: call.at }
				: target;
			let old: Operand = UNKNOWN;
			const key = act.returnsOld ? keyOf(low, frame, left) : undefined;
			if (key !== undefined) {
				const kept = temporary(low, frame);
				builder.set(kept, { copy: key }, site);
				old = { key: kept };
			}
			const stored = assign(low, frame, left, value, call.at);
			return act.returnsOld ? old : stored;
		}
		case "config": {
			const option = low.owning && call.args[act.option];
			return option?.e === "name" ? { key: `@#if ${option.name}` } : undefined;
		}
		case "error-pointer":
			return { is: "error" };
		case "kiocb-cancellable":
			low.holdsRequest = true;
			return undefined;
		case "kiocb-complete":
			low.completes = true;
			if (low.uses) builder.step("aiodone", TRACKED, site);
			else builder.set(COMPLETED, { is: "true" }, site);
			return undefined;
		case "queue": {
			const object = call.args[act.object];
			noteQueued(low, frame, object, site);
			const slot = low.uses && low.ownWork.length > 0 && object ? slotOf(low.program, frame.fn, bare(object)) : undefined;
			if (slot && low.ownWork.some((own) => sameSlot(own, slot))) builder.set(REQUEUED, { is: "true" }, site);
			return undefined;
		}
		case "wait": {
			if (act.object !== undefined) noteQueued(low, frame, call.args[act.object], site);
			if (act.for !== "work" || low.uses) return undefined;
			/* cancelled before it ran: nothing uses the mm; else it has run, or is not to be queued again */
			special.add(act.object ?? 0);
			const result = temporary(low, frame);
			choose(low, site, [
				() => {
					builder.set(CANCELLED, { is: "true" }, site);
					builder.set(result, { is: "true" }, site);
				},
				() => builder.set(result, { is: "false" }, site),
			]);
			return { key: result };
		}
		case "kiocb-is-sync": {
			const kiocb = call.args[act.kiocb];
			const key = kiocb && keyOf(low, frame, kiocb);
			return key === undefined ? UNKNOWN : { key: `sync(${key})` };
		}
		case "access":
		case "lock":
		case "unlock":
			return low.owning ? lowerOwning(low, frame, call, act, site, special) : undefined;
		case "no-return":
			if (act.when !== undefined) return low.owning ? lowerAssertion(low, frame, call, act.when, site, special) : undefined;
			builder.any([], site);
			return UNKNOWN;
		default:
			return undefined;
	}
}

/** A bare atomic operation on mm_users or mm_count does what the function of that name does. */
function lowerCounter(low: Lowering, frame: Frame, call: CallExpr, act: Extract<Act, { act: "counter" }>, site: Site): Operand | undefined {
	const counter = counterOf(call.args[act.counter]);
	if (!counter || act.change === "read") return undefined;
	const mm = keyOf(low, frame, counter.mm);
	if (mm === undefined || !isMmExpr(low, frame, counter.mm)) return undefined;
	const op = COUNTER_STEPS[counter.reference][act.change];
	if (op === undefined) return undefined;
	const result = op === "mmgetnz" ? temporary(low, frame) : undefined;
	low.builder.step(op, mm, site, result === undefined ? {} : { result });
	return result === undefined ? UNKNOWN : { key: result };
}

const COUNTER_STEPS: Readonly<Record<"users" | "count", Readonly<Record<string, Operation>>>> = {
	users: { inc: "mmget", "inc-not-zero": "mmgetnz", dec: "mmput", "dec-and-test": "mmput" },
	count: { inc: "mmgrab", dec: "mmdrop", "dec-and-test": "mmdrop" },
};

/** Steps that take a reference. */
const TAKES: ReadonlySet<Operation> = new Set<Operation>(["mmget", "mmgetnz", "mmgrab"]);

/** Takes a reference to the tracked element; when that is stored already, it is one to another element's mm. */
function takeOnce(low: Lowering, op: Operation, mm: Key, result: Key | undefined, site: Site): Operand {
	const { builder } = low;
	const again = label();
	const first = label();
	const after = label();
	const stored = label();
	builder.branch({ test: "is", key: STORED, value: "true" }, { ...site, text: "" }, stored, first);
	builder.place(stored);
	builder.branch({ test: "is", key: TAKEN, value: "true" }, { ...site, text: "" }, again, first);
	builder.place(first);
	builder.step(op, mm, site, result === undefined ? {} : { result });
	builder.set(TAKEN, { is: "true" }, site);
	builder.jump(after);
	builder.place(again);
	if (result !== undefined) builder.set(result, { unknown: true }, site);
	builder.place(after);
	return result === undefined ? UNKNOWN : { key: result };
}

/** Goes one of several ways, which meet again. */
function choose(low: Lowering, site: Site, ways: readonly (() => void)[]): void {
	const after = label();
	const heads = ways.map(() => label());
	low.builder.any(heads, site);
	ways.forEach((way, i) => {
		low.builder.place(heads[i] as Node);
		way();
		low.builder.jump(after);
	});
	low.builder.place(after);
}

/** A call that returns an mm. What fails gives NULL or an error pointer, as the row says. */
function produce(low: Lowering, frame: Frame, call: CallExpr, act: Extract<Act, { act: "produce" }>, site: Site): Operand {
	const { builder } = low;
	const result = temporary(low, frame);
	if (act.fresh) {
		builder.step("mm_alloc", FRESH, site, { result });
		if (low.owning) noteFailure(low, result, site);
		return { key: result };
	}
	const task = act.task === undefined ? undefined : call.args[act.task];
	const ofOwner = low.context === "owner" && task !== undefined && keyOf(low, frame, task) === NAMES.current;
	if (!low.producesTracked && !ofOwner) {
		/* a task may have another mm by now than the one that was captured: exec gives it a new one */
		choose(low, site, [() => take(low, act, result, site), () => builder.set(result, { is: "other" }, site)]);
		return { key: result };
	}
	const key = low.owning && task && keyOf(low, frame, task);
	take(low, act, result, site, key === NAMES.current);
	/* with a reference, the mm of the task stays the one that was given */
	if (key !== undefined && key !== NAMES.current) noteSameMm(low, `${key}->${NAMES.mmOfTask}`, result, site);
	return { key: result };
}

/** Takes what the row says on the tracked mm; NULL or an error pointer when that fails, which it does not of the process's own mm. */
function take(low: Lowering, act: Extract<Act, { act: "produce" }>, result: Key, site: Site, isOwn = false): void {
	const { builder } = low;
	if (act.reference === "none") {
		builder.set(result, { copy: TRACKED }, site);
		return;
	}
	builder.step("mmgettask", TRACKED, site, { result, ...(isOwn ? { arg: OWN_MM } : {}) });
	if (isOwn) return;
	const taken = label();
	const failed = label();
	const after = label();
	builder.branch({ test: "truth", key: result }, { ...site, text: "" }, taken, failed);
	builder.place(taken);
	if (act.reference === "count") {
		/* looked up with mm_users held, which is given back for mm_count before it returns */
		builder.step("mmgrab", result, site);
		builder.step("mmput", result, site);
	}
	builder.jump(after);
	builder.place(failed);
	const fail = (value: "null" | "error") => (): void => {
		builder.set(result, { is: value }, site);
		if (low.owning) builder.note("no-mm", result, site);
	};
	if (act.failure === "error-or-null") choose(low, site, [fail("null"), fail("error")]);
	else fail(act.failure === "error" ? "error" : "null")();
	builder.place(after);
}

/** Registration of a notifier: one mm_count when it succeeds. */
function register(
	low: Lowering,
	frame: Frame,
	call: CallExpr,
	act: Extract<Act, { act: "notifier-register" | "notifier-get" }>,
	site: Site,
): Operand {
	const { builder } = low;
	const mm = operandKey(low, frame, call.args[act.mm], site);
	const result = temporary(low, frame);
	const index = low.firstNotifier + low.registrations.length;
	low.registrations.push(
		act.act === "notifier-get"
			? { index, fn: frame.fn, call, notifier: act.ops, ops: act.ops }
			: { index, fn: frame.fn, call, notifier: act.notifier },
	);
	choose(low, site, [
		() => {
			if (mm !== undefined) builder.step("notify", mm, site, { arg: index });
			builder.set(result, { is: act.act === "notifier-get" ? "heap" : "false" }, site);
		},
		() => {
			builder.set(result, { is: "error" }, site);
			if (low.owning) builder.note(act.act === "notifier-get" ? "no-mm" : "failed", result, site);
		},
	]);
	return { key: result };
}

/** Lowers the bodies of the functions a call can reach in its place. */
function inline(low: Lowering, frame: Frame, call: CallExpr, defs: readonly FunctionDef[], site: Site): Operand {
	const open = defs.filter((def) => !isActive(frame, def));
	if (open.length === 0 || depthOf(frame) >= MAX_DEPTH || low.builder.size > MAX_NODES) {
		for (const def of defs) low.skipped.add(def.facts.name);
		lowerArguments(low, frame, call);
		return UNKNOWN;
	}
	const result = temporary(low, frame);
	const args = call.args.map((arg) => operandOf(low, frame, arg));
	const bodies = open.map((def) => (): void => {
		const inner = enter(low, frame, def, call, args, site);
		lowerStatements(low, inner, inner.body, {});
		low.builder.place(inner.end);
		low.builder.set(result, { copy: inner.result }, site);
	});
	if (bodies.length === 1) bodies[0]?.();
	else choose(low, site, bodies);
	return { key: result };
}

function operandOf(low: Lowering, frame: Frame, arg: Expr): Operand {
	const operand = lowerValue(low, frame, arg);
	if ("key" in operand) return operand;
	const key = keyOf(low, frame, arg);
	return key === undefined ? operand : { key };
}

function enter(low: Lowering, caller: Frame, fn: FunctionDef, call: CallExpr, args: readonly Operand[], site: Site): Frame {
	const id = ++low.frames;
	low.owning?.entered.add(fn);
	const params = new Map<string, Key>();
	const frame: Frame = {
		fn,
		id,
		caller,
		params,
		start: label(),
		end: label(),
		result: `return#${id}`,
		labels: new Map(),
		aliases: new Map(),
		body: low.program.bodyOf(fn),
	};
	fn.facts.params.forEach((param, i) => {
		const operand = args[i];
		const written = assignmentsTo(low.program, fn, param.name);
		const isPath = call.args[i] !== undefined && operand !== undefined && "key" in operand && !operand.key.startsWith("$");
		if (isPath && written.values.length === 0 && !written.escapes) params.set(param.name, operand.key);
		else
			low.builder.set(
				localKey(frame, param.name),
				operand === undefined ? { unknown: true } : "key" in operand ? { copy: operand.key } : operand,
				site,
			);
	});
	low.builder.set(frame.result, { unknown: true }, site);
	return frame;
}
