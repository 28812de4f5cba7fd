/** One function being lowered, and the canonical names of what its expressions denote. */

import type { Expr, Stmt } from "../facts/types.ts";
import { KERNEL_MM_FIELDS, NAMES } from "../kernel/identifiers.ts";
import type { Key, Site } from "../model/program.ts";
import { type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { placeOf } from "../program/places.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { isMm, localsOf, resolveTypedef, typeOf } from "../program/typing.ts";
import { assignmentsTo } from "../program/writers.ts";
import type { Node } from "./graph.ts";

export interface Frame {
	readonly fn: FunctionDef;
	readonly id: number;
	readonly caller?: Frame;
	/** Parameters that stand for an expression of the caller. */
	readonly params: ReadonlyMap<string, Key>;
	/** Where the function begins. */
	readonly start: Node;
	/** Where `return` goes, and where it leaves its value. */
	readonly end: Node;
	readonly result: Key;
	readonly labels: Map<string, Node>;
	readonly aliases: Map<string, Key | undefined>;
	readonly body: readonly Stmt[];
}

/** Keys of a lowered segment that mean more than their name. */
export interface Vocabulary {
	readonly program: Program;
	/** Fields that hold the tracked mm when the segment starts, or get it in the segment. */
	readonly slots: readonly Slot[];
	/** Flags of the driver's objects that do not change while the mm is used: one value for all threads. */
	readonly flags: readonly Slot[];
	/** Filled while lowering: keys that denote a slot, with the slot's index. */
	readonly slotKeys: Map<Key, number>;
}

/** The key of the shared flag that a field is. */
export function flagKey(slot: Slot): Key {
	return `@${slot.struct.facts.tag}.${slot.field}`;
}

export function localKey(frame: Frame, name: string): Key {
	return frame.id === 0 ? name : `${name}#${frame.id}`;
}

/** The source place of offset `at` of the frame's function. */
export function siteAt(frame: Frame, at: number, text: string): Site {
	const place = placeOf(frame.fn.facts, at);
	return { file: frame.fn.file, function: frame.fn.facts.name, line: place.line, column: place.column, text };
}

/** The place of a function itself, for what stands nowhere in it. */
export function siteOf(fn: FunctionDef): Site {
	return { file: fn.file, function: fn.facts.name, ...placeOf(fn.facts, fn.facts.nameAt), text: "" };
}

/**
 * The canonical name of what an expression denotes: the same for all ways to write it (parameters replaced by what the caller
 * passed, locals that are only another name for a path replaced by the path). Undefined for anything but a path.
 */
export function keyOf(words: Vocabulary, frame: Frame, expr: Expr): Key | undefined {
	switch (expr.e) {
		case "name":
			return keyOfName(words, frame, expr.name);
		case "field": {
			const asked = words.slots.some((known) => known.field === expr.field) || words.flags.some((flag) => flag.field === expr.field);
			const slot = asked ? slotOf(words.program, frame.fn, expr) : undefined;
			if (slot && words.flags.some((flag) => sameSlot(flag, slot))) return flagKey(slot);
			const index = slot ? words.slots.findIndex((known) => sameSlot(known, slot)) : -1;
			const base = keyOf(words, frame, expr.base);
			if (base === undefined) {
				if (!slot || index < 0) return undefined;
				/* the object is what a call returns: whichever it is, it is the tracked one */
				const any = `${slot.struct.facts.tag}.${slot.field}`;
				words.slotKeys.set(any, index);
				return any;
			}
			const path = expr.arrow
				? base.startsWith("&")
					? `${base.slice(1)}.${expr.field}`
					: `${base}->${expr.field}`
				: `${base}.${expr.field}`;
			/* of an array of objects one element is the tracked one, whatever the index is called */
			const key = index >= 0 ? path.replace(/\[(?!\d+\])[^\]]*\]/g, "[]") : path;
			if (index >= 0) words.slotKeys.set(key, index);
			return key;
		}
		case "index": {
			const base = keyOf(words, frame, expr.base);
			const index = expr.index.e === "literal" ? expr.index.text : keyOf(words, frame, expr.index);
			return base === undefined || index === undefined ? undefined : `${base}[${index}]`;
		}
		case "unary": {
			const inner = keyOf(words, frame, expr.arg);
			if (inner === undefined) return undefined;
			if (expr.op === "&") return inner.startsWith("*") ? inner.slice(1) : `&${inner}`;
			return expr.op === "*" ? (inner.startsWith("&") ? inner.slice(1) : `*${inner}`) : undefined;
		}
		case "cast":
			return keyOf(words, frame, expr.arg);
		case "call":
			return keyOfCall(words, frame, expr);
		case "block": {
			const last = expr.body.length === 1 ? expr.body[0] : undefined;
			return last?.s === "expr" ? keyOf(words, frame, last.expr) : undefined;
		}
		default:
			return undefined;
	}
}

/** Whether a field holds an mm without the driver's doing: that of a task, or one that the kernel keeps for a callback. */
export function holdsGivenMm(program: Program, fn: FunctionDef, expr: Extract<Expr, { e: "field" }>): boolean {
	if (!NAMES.taskMm.has(expr.field) && !KERNEL_MM_FIELDS.some((row) => row.field === expr.field)) return false;
	const type = program.quietly(() => typeOf(program, fn, expr.base))?.type;
	if (type?.kind !== "struct") return false;
	return (
		(type.name === NAMES.task && NAMES.taskMm.has(expr.field)) ||
		KERNEL_MM_FIELDS.some((row) => row.struct === type.name && row.field === expr.field)
	);
}

function keyOfName(words: Vocabulary, frame: Frame, name: string): Key | undefined {
	if (name === NAMES.current) return name;
	const given = frame.params.get(name);
	if (given !== undefined) return given;
	if (frame.aliases.has(name)) return frame.aliases.get(name) ?? localKey(frame, name);
	const { program } = words;
	const local = localsOf(frame.body).get(name);
	if (local === undefined) return frame.fn.facts.params.some((param) => param.name === name) ? localKey(frame, name) : name;
	frame.aliases.set(name, undefined);
	/* Only pointers to structs other than an mm: an mm variable has a value of its own on each path. */
	const typed = { type: local, file: frame.fn.file };
	const type = resolveTypedef(program, typed).type;
	if (type.stars === 0 || type.kind !== "struct" || isMm(program, typed)) return localKey(frame, name);
	const { values, escapes } = assignmentsTo(program, frame.fn, name);
	const only = values.length === 1 && !escapes ? values[0] : undefined;
	const path = only && isStable(program, frame, only) ? keyOf(words, frame, only) : undefined;
	if (path === undefined || (only?.e === "name" && NAMES.null.has(only.name))) return localKey(frame, name);
	frame.aliases.set(name, path);
	return path;
}

function keyOfCall(words: Vocabulary, frame: Frame, call: Extract<Expr, { e: "call" }>): Key | undefined {
	if (call.callee.e !== "name") return undefined;
	for (const act of words.program.kernelFunction(call.callee.name, frame.fn.file)?.acts ?? []) {
		if (act.act === "value" && !act.truth) {
			const value = call.args[act.value];
			const key = value && keyOf(words, frame, value);
			return act.through && key !== undefined ? (key.startsWith("&") ? key.slice(1) : `*${key}`) : key;
		}
		if (act.act === "container") {
			/* container_of(&x.member, …) is &x; of a pointer that came from elsewhere it is that thread's object */
			const pointer = call.args[act.pointer];
			const member = call.args[act.member];
			const key = pointer && keyOf(words, frame, pointer);
			const name = member && pathText(member);
			if (key === undefined || name === undefined || !key.startsWith("&")) return undefined;
			if (key.endsWith(`->${name}`)) return key.slice(1, -name.length - 2);
			return key.endsWith(`.${name}`) ? key.slice(0, -name.length - 1) : undefined;
		}
	}
	return undefined;
}

/** A member as container_of names it: `work`, `op.bio`. */
function pathText(expr: Expr): string | undefined {
	if (expr.e === "name") return expr.name;
	const base = expr.e === "field" && !expr.arrow ? pathText(expr.base) : undefined;
	return expr.e === "field" && base !== undefined ? `${base}.${expr.field}` : undefined;
}

/** Whether the variable at the root of a path is given a value at most once, so that the path keeps its meaning. */
function isStable(program: Program, frame: Frame, expr: Expr): boolean {
	let root = expr;
	for (;;) {
		if (root.e === "field" || root.e === "index") root = root.base;
		else if (root.e === "unary" || root.e === "cast") root = root.arg;
		else break;
	}
	if (root.e !== "name") return root.e === "call";
	const assigned = assignmentsTo(program, frame.fn, root.name).values.length;
	return assigned === 0 || (assigned === 1 && !frame.fn.facts.params.some((param) => param.name === root.name));
}

/** Whether the type of an expression is a pointer to an mm. */
export function isMmExpr(words: Vocabulary, frame: Frame, expr: Expr): boolean {
	return words.program.quietly(() => isMm(words.program, typeOf(words.program, frame.fn, expr)));
}

/** Whether a key is, or lies inside, what `target` names. */
export function dependsOn(key: Key, target: Key): boolean {
	let from = key.indexOf(target);
	while (from >= 0) {
		const before = key[from - 1];
		const after = key[from + target.length];
		if ((before === undefined || !/[\w#>.]/.test(before)) && (after === undefined || !/[\w#]/.test(after))) return true;
		from = key.indexOf(target, from + 1);
	}
	return false;
}
