/** What is noted in a graph beyond its steps where it is asked who owns references. */

import type { Expr, Stmt } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { Act, LockKind } from "../kernel/types.ts";
import type { Key, Site } from "../model/program.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import { isMm, localsOf, typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import { type Frame, isMmExpr, keyOf, siteAt } from "./frame.ts";
import { label } from "./graph.ts";
import { lowerValue, temporary, textOf } from "./lower-expressions.ts";
import { type Lowering, type Operand, UNKNOWN } from "./lowering.ts";

/** Locks that decide something: under which the mm of a task stays, and those that forbid the last put. */
const LOCKS: ReadonlySet<LockKind> = new Set<LockKind>(["mmap-read", "mmap-write", "task", "spin", "rcu", "irq"]);

/** Operators that put bits into a pointer. */
const TAGGING: ReadonlySet<string> = new Set(["|", "+"]);

/** Lowers an access to the VMAs of an mm, and locks. */
export function lowerOwning(
	low: Lowering,
	frame: Frame,
	call: CallExpr,
	act: Extract<Act, { act: "access" | "lock" | "unlock" }>,
	site: Site,
	special: Set<number>,
): Operand | undefined {
	if (act.act === "access") {
		const mm = act.mm === undefined ? undefined : call.args[act.mm];
		if (!mm) return undefined;
		special.add(act.mm as number);
		const operand = lowerValue(low, frame, mm);
		if ("key" in operand) low.builder.note("access", operand.key, site);
		for (const [index, arg] of call.args.entries()) if (index !== act.mm) lowerValue(low, frame, arg);
		return UNKNOWN;
	}
	if (!LOCKS.has(act.kind)) return undefined;
	const object = act.object === undefined ? undefined : call.args[act.object];
	const operand = object && lowerValue(low, frame, object);
	if (act.object !== undefined) special.add(act.object);
	const key = operand && "key" in operand ? operand.key : (object && keyOf(low, frame, object)) || "";
	const kind = act.kind === "spin" && key.endsWith(`->${NAMES.taskLock}`) ? "task" : act.kind;
	if (act.act === "unlock" || act.taken === "always") {
		low.builder.note(act.act, key, site, kind);
		return UNKNOWN;
	}
	const result = temporary(low, frame);
	const { builder } = low;
	const after = label();
	const ways = [label(), label()] as const;
	builder.any(ways, site);
	builder.place(ways[0]);
	builder.note("lock", key, site, kind);
	if (!act.returned) builder.set(result, { is: act.taken === "zero" ? "false" : "true" }, site);
	builder.jump(after);
	builder.place(ways[1]);
	builder.set(result, { is: act.taken === "zero" ? "error" : act.returned ? "null" : "false" }, site);
	builder.place(after);
	return { key: result };
}

/** A call that does not return when its argument is true: whatever that names, the code goes on only where it has not failed. */
export function lowerAssertion(low: Lowering, frame: Frame, call: CallExpr, index: number, site: Site, special: Set<number>): Operand {
	const condition = call.args[index];
	if (!condition) return UNKNOWN;
	special.add(index);
	const tested = condition.e === "unary" && condition.op === "!" ? condition.arg : condition;
	const operand = lowerValue(low, frame, tested);
	/* what a comparison comes to tells nothing by itself */
	const keys = new Set("key" in operand && tested.e === "call" ? [operand.key] : []);
	for (const part of everyExpr([{ s: "expr", expr: tested, at: call.at }])) {
		const key = part.e === "name" || part.e === "field" ? keyOf(low, frame, part) : undefined;
		if (key !== undefined) keys.add(key);
	}
	for (const key of keys) low.builder.note("assert", key, site);
	return UNKNOWN;
}

/** A call whose result is NULL where it has failed. */
export function noteFailure(low: Lowering, result: Key, site: Site): void {
	const { builder } = low;
	const failed = label();
	const after = label();
	builder.branch({ test: "truth", key: result }, { ...site, text: "" }, after, failed);
	builder.place(failed);
	builder.note("no-mm", result, site);
	builder.place(after);
}

/** The mms that a function gets which is not looked into. With a callback, or through a pointer, nobody knows who has them then, nor what an object holds. */
export function notePasses(low: Lowering, frame: Frame, call: CallExpr, site: Site): void {
	const { callee, args } = call;
	const isVariable = (name: string): boolean =>
		frame.fn.facts.params.some((param) => param.name === name) || localsOf(frame.body).has(name);
	const isFunction = (expr: Expr): boolean =>
		expr.e === "name" && !isVariable(expr.name) && low.program.functionsNamed(expr.name, frame.fn.file).length > 0;
	const isLost = callee.e !== "name" || isVariable(callee.name) || args.some((arg) => isFunction(bare(arg)));
	for (const arg of args) {
		const isOne = isMmExpr(low, frame, arg);
		const key = isOne || isLost ? keyOf(low, frame, arg) : undefined;
		if (key !== undefined && isOne) low.builder.note(isLost ? "escape" : isFunction(callee) ? "pass" : "hand", key, site);
		else if (key !== undefined) low.builder.note("share", key.replace(/^&/, ""), site);
	}
}

/** A variable that is known to be the same as a result, where that is an mm. */
export function noteSameMm(low: Lowering, key: Key, result: Key, site: Site): void {
	const { builder } = low;
	const is = label();
	const after = label();
	builder.branch({ test: "error-or-null", key: result }, { ...site, text: "" }, after, is);
	builder.place(is);
	builder.set(key, { copy: result }, { ...site, text: "" });
	builder.place(after);
}

/** A field that is read: where it stands, and that the mm is looked into if it is one of an mm. */
export function noteRead(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "field" }>, key: Key | undefined): void {
	if (key !== undefined) low.owning?.fields.set(key, { fn: frame.fn, expr });
	noteInside(low, frame, expr);
}

function noteInside(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "field" }>): void {
	const base = expr.arrow ? keyOf(low, frame, expr.base) : undefined;
	const type = base === undefined ? undefined : low.program.quietly(() => typeOf(low.program, frame.fn, expr.base));
	if (base === undefined || (type !== undefined && !isMm(low.program, type))) return;
	low.builder.note(type === undefined ? "peek" : "deref", base, siteAt(frame, expr.at, textOf(expr)));
}

/** A value that is stored: in a field that is followed, or where nothing is. */
export function noteStore(
	low: Lowering,
	frame: Frame,
	{ left, right }: { readonly left: Expr; readonly right: Expr },
	target: Key | undefined,
	value: Operand,
	at: number,
): void {
	if (left.e === "field") {
		if (target !== undefined && (isMmExpr(low, frame, left) || isMmExpr(low, frame, right))) low.owning?.mmFields.add(target);
		if (target !== undefined) low.owning?.fields.set(target, { fn: frame.fn, expr: left });
		noteInside(low, frame, left);
	}
	const copied = right.e === "unary" && right.op === "*" ? keyOf(low, frame, right.arg) : undefined;
	/* the copy of an object holds what the object holds */
	if (copied !== undefined) low.builder.note("share", copied, siteAt(frame, at, textOf(left)));
	/* with bits added the pointer is still there, for whoever takes them away */
	if (left.e !== "name" && right.e === "binary" && TAGGING.has(right.op))
		for (const part of [right.left, right.right].map(bare)) if (isMmExpr(low, frame, part)) noteEscape(low, frame, part, at);
	if (target === undefined && "key" in value && left.e !== "name") low.builder.note("escape", value.key, siteAt(frame, at, textOf(left)));
}

const cleaned = new WeakMap<readonly Stmt[], ReadonlySet<string>>();

/** A variable that an attribute cleans up at the end of its scope: what it holds is given back there. */
export function noteCleanedUp(low: Lowering, frame: Frame, name: string, target: Key, at: number): void {
	let names = cleaned.get(frame.body);
	if (!names) {
		names = new Set([...everyStmt(frame.body)].flatMap((stmt) => (stmt.s === "declare" && stmt.cleanup !== undefined ? [stmt.name] : [])));
		cleaned.set(frame.body, names);
	}
	if (names.has(name)) low.builder.note("escape", target, siteAt(frame, at, name));
}

/** An expression whose value goes where it is not followed. */
export function noteEscape(low: Lowering, frame: Frame, expr: Expr, at: number): void {
	const key = low.owning && keyOf(low, frame, expr);
	if (key !== undefined) low.builder.note("escape", key, siteAt(frame, at, textOf(expr)));
}
