/** Expressions and conditions to graph. */

import type { Expr } from "../facts/types.ts";
import { NAMES } from "../kernel/identifiers.ts";
import type { Key, Site } from "../model/program.ts";
import type { Slot } from "../program/callers.ts";
import { localsOf, structOf, typeOf } from "../program/typing.ts";
import { type Frame, holdsGivenMm, isMmExpr, keyOf, localKey, siteAt } from "./frame.ts";
import { label, type Node } from "./graph.ts";
import { CURRENT_MM, STORED, TRACKED } from "./keys.ts";
import { lowerCall } from "./lower-calls.ts";
import { noteCleanedUp, noteEscape, noteRead, noteStore } from "./lower-owning.ts";
import { lowerStatements } from "./lower-statements.ts";
import { type Lowering, type Operand, UNKNOWN } from "./lowering.ts";

const COMPARISONS: ReadonlySet<string> = new Set(["==", "!=", "<", ">", "<=", ">="]);

/** Whether an expression yields a truth value, so that it is lowered as a branch. */
export function isCondition(expr: Expr): boolean {
	if (expr.e === "unary") return expr.op === "!";
	return expr.e === "binary" && (COMPARISONS.has(expr.op) || expr.op === "&&" || expr.op === "||");
}

/** A fresh key for a value that has no name in the source. */
export function temporary(low: Lowering, frame: Frame): Key {
	return `$${frame.id}.${low.builder.size}`;
}

/** Sets `target` to whether `expr` is true; `is`: what it is then. */
export function setFromCondition(low: Lowering, frame: Frame, expr: Expr, target: Key, site: Site, is: "true" | "error" = "true"): void {
	const yes = label();
	const no = label();
	const after = label();
	lowerCondition(low, frame, expr, yes, no);
	low.builder.place(yes);
	low.builder.set(target, { is }, site);
	low.builder.jump(after);
	low.builder.place(no);
	low.builder.set(target, { is: "false" }, site);
	low.builder.place(after);
}

/** Lowers `left = right`. */
export function assign(low: Lowering, frame: Frame, left: Expr, right: Expr, at: number): Operand {
	const { builder } = low;
	const target = left.e === "name" ? localOrParam(low, frame, left.name) : keyOf(low, frame, left);
	noteRequest(low, frame, right);
	if (left.e === "field") noteRequest(low, frame, left.base);
	if (isCondition(right) && target !== undefined) {
		setFromCondition(low, frame, right, target, siteAt(frame, at, target));
		return { key: target };
	}
	const copied = low.slots.find((slot) => isStructValue(low, frame, right, slot));
	if (copied) {
		/* a struct copied as a whole: what its slot holds is copied with it */
		assign(low, frame, memberOf(left, copied.field, at), memberOf(right, copied.field, at), at);
		return UNKNOWN;
	}
	if (right.e === "initializer") return assignMembers(low, frame, left, right, at);
	const operand = lowerValue(low, frame, right);
	if (low.owning) noteStore(low, frame, { left, right }, target, operand, at);
	if (target === undefined) return operand;
	const value = "key" in operand ? (isLocalStructAddress(frame, right) ? ({ is: "stack" } as const) : { copy: operand.key }) : operand;
	if ("copy" in value && value.copy === target) return operand;
	builder.set(target, value, siteAt(frame, at, target));
	if (low.owning && left.e === "name") noteCleanedUp(low, frame, left.name, target, at);
	if (!low.uses && low.slotKeys.has(target)) builder.set(STORED, { is: "true" }, siteAt(frame, at, target));
	return { key: target };
}

/** `x.f`, or `p->f` for `*p`. */
function memberOf(object: Expr, field: string, at: number): Expr {
	const pointed = object.e === "unary" && object.op === "*";
	return { e: "field", base: pointed ? object.arg : object, field, arrow: pointed, at };
}

/** Whether an expression is a whole struct of the slot's type. */
function isStructValue(low: Lowering, frame: Frame, expr: Expr, slot: Slot): boolean {
	if (expr.e !== "name" && expr.e !== "field" && expr.e !== "index" && !(expr.e === "unary" && expr.op === "*")) return false;
	const typed = low.program.quietly(() => typeOf(low.program, frame.fn, expr));
	return typed?.type.stars === 0 && typed.type.kind === "struct" && structOf(low.program, typed) === slot.struct;
}

/** Lowers `x = { .a = y }` and `*p = (struct T){ .a = y }`: one assignment a member. */
function assignMembers(low: Lowering, frame: Frame, left: Expr, right: Extract<Expr, { e: "initializer" }>, at: number): Operand {
	for (const entry of right.entries) {
		if (entry.path === undefined || !/^\w+$/.test(entry.path)) {
			effectsOf(low, frame, entry.value);
			noteEscape(low, frame, entry.value, at);
			continue;
		}
		assign(low, frame, memberOf(left, entry.path, at), entry.value, at);
	}
	return UNKNOWN;
}

/** The key of a variable that is written to; an alias is no variable of its own and needs no write. */
function localOrParam(low: Lowering, frame: Frame, name: string): Key | undefined {
	if (localsOf(frame.body).has(name)) {
		const key = keyOf(low, frame, { e: "name", name, at: 0 });
		return key === localKey(frame, name) ? key : undefined;
	}
	return frame.fn.facts.params.some((param) => param.name === name) && !frame.params.has(name) ? localKey(frame, name) : name;
}

/** `&x` of a struct that lives on this function's stack. */
function isLocalStructAddress(frame: Frame, expr: Expr): boolean {
	if (expr.e === "cast") return isLocalStructAddress(frame, expr.arg);
	if (expr.e !== "unary" || expr.op !== "&" || expr.arg.e !== "name") return false;
	return localsOf(frame.body).get(expr.arg.name)?.stars === 0;
}

/** Notes that the segment keeps an asynchronous request (a kiocb) somewhere. */
function noteRequest(low: Lowering, frame: Frame, expr: Expr): void {
	if (expr.e !== "field" && expr.e !== "name") return;
	const at = expr.e === "field" ? [expr, expr.base] : [expr];
	for (const part of at) {
		const type = low.program.quietly(() => typeOf(low.program, frame.fn, part))?.type;
		if (type?.kind === "struct" && type.name === NAMES.kiocb && type.stars === 1) low.holdsRequest = true;
	}
}

/** Lowers an expression for its value and what it does. */
export function lowerValue(low: Lowering, frame: Frame, expr: Expr): Operand {
	switch (expr.e) {
		case "literal":
			return literal(expr.text);
		case "name":
			return nameValue(low, frame, expr.name);
		case "field":
		case "index": {
			effectsOf(low, frame, expr.base);
			const key = keyOf(low, frame, expr);
			if (low.owning && expr.e === "field") noteRead(low, frame, expr, key);
			else if (expr.e === "field" && key !== CURRENT_MM && holdsGivenMm(low.program, frame.fn, expr)) return { key: TRACKED };
			return key === undefined ? UNKNOWN : { key };
		}
		case "call":
			return lowerCall(low, frame, expr);
		case "assign":
			return expr.op === "=" ? assign(low, frame, expr.left, expr.right, expr.at) : compound(low, frame, expr);
		case "cast":
			return lowerValue(low, frame, expr.arg);
		case "unary":
			return unary(low, frame, expr);
		case "binary":
			if (expr.op === ",") {
				lowerValue(low, frame, expr.left);
				return lowerValue(low, frame, expr.right);
			}
			if (isCondition(expr)) return conditionValue(low, frame, expr);
			lowerValue(low, frame, expr.left);
			lowerValue(low, frame, expr.right);
			return UNKNOWN;
		case "conditional":
			return conditional(low, frame, expr);
		case "block": {
			const last = expr.body.at(-1);
			if (last?.s !== "expr") {
				lowerStatements(low, frame, expr.body, {});
				return UNKNOWN;
			}
			lowerStatements(low, frame, expr.body.slice(0, -1), {});
			return lowerValue(low, frame, last.expr);
		}
		case "initializer":
			for (const entry of expr.entries) {
				effectsOf(low, frame, entry.value);
				noteEscape(low, frame, entry.value, expr.at);
			}
			return UNKNOWN;
		default:
			return UNKNOWN;
	}
}

/** Lowers an expression for what it does; paths and constants do nothing. */
export function effectsOf(low: Lowering, frame: Frame, expr: Expr): void {
	if (expr.e === "name" || expr.e === "literal" || expr.e === "type" || expr.e === "opaque") return;
	lowerValue(low, frame, expr);
}

function literal(text: string): Operand {
	if (/^['"L]/.test(text)) return UNKNOWN;
	return /^0[uUlLxX0]*$/.test(text) ? { is: "false" } : /^\d/.test(text) ? { is: "true" } : UNKNOWN;
}

function nameValue(low: Lowering, frame: Frame, name: string): Operand {
	if (NAMES.null.has(name)) return { is: "null" };
	if (NAMES.true.has(name)) return { is: "true" };
	if (NAMES.false.has(name)) return { is: "false" };
	const key = keyOf(low, frame, { e: "name", name, at: 0 });
	return key === undefined ? UNKNOWN : { key };
}

function compound(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "assign" }>): Operand {
	effectsOf(low, frame, expr.right);
	/* it is read before it is written */
	effectsOf(low, frame, expr.left);
	const key = keyOf(low, frame, expr.left);
	if (key !== undefined) low.builder.set(key, { unknown: true }, siteAt(frame, expr.at, key));
	return key === undefined ? UNKNOWN : { key };
}

function unary(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "unary" }>): Operand {
	if (expr.op === "!") return conditionValue(low, frame, expr);
	if (expr.op === "-") {
		/* -ENOMEM and friends: what a function returns to say that it failed */
		if (expr.arg.e === "name" && /^E[A-Z0-9]+$/.test(expr.arg.name)) return { is: NAMES.notFailures.has(expr.arg.name) ? "true" : "error" };
		if (expr.arg.e === "literal") return { is: "error" };
	}
	effectsOf(low, frame, expr.arg);
	const key = expr.op === "&" || expr.op === "*" ? keyOf(low, frame, expr) : undefined;
	return key === undefined ? UNKNOWN : { key };
}

function conditionValue(low: Lowering, frame: Frame, expr: Expr): Operand {
	const target = temporary(low, frame);
	setFromCondition(low, frame, expr, target, siteAt(frame, "at" in expr ? expr.at : 0, ""));
	return { key: target };
}

function conditional(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "conditional" }>): Operand {
	const { builder } = low;
	const site = siteAt(frame, expr.at, "?:");
	const target = temporary(low, frame);
	const yes = label();
	const no = label();
	const after = label();
	const put = (part: Expr): void => {
		const operand = lowerValue(low, frame, part);
		builder.set(target, "key" in operand ? { copy: operand.key } : operand, site);
	};
	if (expr.then) lowerCondition(low, frame, expr.test, yes, no);
	else {
		put(expr.test);
		builder.branch({ test: "truth", key: target }, site, after, no);
	}
	if (expr.then) {
		builder.place(yes);
		put(expr.then);
		builder.jump(after);
	}
	builder.place(no);
	put(expr.else);
	builder.place(after);
	return { key: target };
}

/** Whether an expression is NULL, 0 or false as written. */
function isNothing(expr: Expr): boolean {
	if (expr.e === "cast") return isNothing(expr.arg);
	return (
		(expr.e === "name" && (NAMES.null.has(expr.name) || NAMES.false.has(expr.name))) ||
		(expr.e === "literal" && /^0[uUlL]*$/.test(expr.text))
	);
}

/** Lowers `if (expr) goto then; else goto otherwise;`. */
export function lowerCondition(low: Lowering, frame: Frame, expr: Expr, then: Node, otherwise: Node): void {
	const { builder } = low;
	const site = siteAt(frame, "at" in expr ? expr.at : 0, textOf(expr));
	if (expr.e === "cast") return lowerCondition(low, frame, expr.arg, then, otherwise);
	if (expr.e === "unary" && expr.op === "!") return lowerCondition(low, frame, expr.arg, otherwise, then);
	if (expr.e === "binary") {
		if (expr.op === "&&" || expr.op === "||") {
			const second = label();
			if (expr.op === "&&") lowerCondition(low, frame, expr.left, second, otherwise);
			else lowerCondition(low, frame, expr.left, then, second);
			builder.place(second);
			return lowerCondition(low, frame, expr.right, then, otherwise);
		}
		if (expr.op === ",") {
			lowerValue(low, frame, expr.left);
			return lowerCondition(low, frame, expr.right, then, otherwise);
		}
		return lowerComparison(low, frame, expr, then, otherwise, site);
	}
	if (expr.e === "call" && expr.callee.e === "name") {
		for (const act of low.program.kernelFunction(expr.callee.name, frame.fn.file)?.acts ?? []) {
			const value = act.act === "value" || act.act === "test" ? expr.args[act.value] : undefined;
			if (act.act === "value" && value && !act.through) return lowerCondition(low, frame, value, then, otherwise);
			if (act.act === "test" && value) {
				const operand = lowerValue(low, frame, value);
				if ("key" in operand) return builder.branch({ test: act.test, key: operand.key }, site, then, otherwise);
				return builder.any([then, otherwise], site);
			}
		}
	}
	const operand = lowerValue(low, frame, expr);
	if ("key" in operand) builder.branch({ test: "truth", key: operand.key }, site, then, otherwise);
	else if ("is" in operand) builder.jump(operand.is === "null" || operand.is === "false" ? otherwise : then);
	else {
		const text = canonical(low, frame, expr);
		if (text === undefined) builder.any([then, otherwise], site);
		else builder.branch({ test: "truth", key: text }, site, then, otherwise);
	}
}

function lowerComparison(low: Lowering, frame: Frame, expr: Extract<Expr, { e: "binary" }>, then: Node, otherwise: Node, site: Site): void {
	const { builder } = low;
	const { op, left, right } = expr;
	if (op === "==" || op === "!=") {
		const [same, different] = op === "==" ? [then, otherwise] : [otherwise, then];
		const equality = { ...site, text: textOf({ ...expr, op: "==" }) };
		if (isNothing(right)) return lowerCondition(low, frame, left, different, same);
		if (isNothing(left)) return lowerCondition(low, frame, right, different, same);
		const a = lowerValue(low, frame, left);
		const b = lowerValue(low, frame, right);
		if ("key" in a && "key" in b && (isMmExpr(low, frame, left) || isMmExpr(low, frame, right)))
			return builder.branch({ test: "equal", left: a.key, right: b.key }, equality, same, different);
		return lowerAtom(low, frame, { ...expr, op: "==" }, same, different, equality);
	}
	effectsOf(low, frame, left);
	effectsOf(low, frame, right);
	if (op === "&" && !low.owning && isFlagsOfCurrent(low, frame, left) && right.e === "name" && right.name === NAMES.kthreadFlag)
		return builder.jump(low.context === "kthread" ? then : otherwise);
	const key = keyOf(low, frame, left);
	if (key !== undefined && isNothing(right) && (op === "<" || op === ">=")) {
		const [negative, other] = op === "<" ? [then, otherwise] : [otherwise, then];
		return builder.branch({ test: "error", key }, { ...site, text: `${textOf(left)} < 0` }, negative, other);
	}
	lowerAtom(low, frame, expr, then, otherwise, site);
}

function isFlagsOfCurrent(low: Lowering, frame: Frame, expr: Expr): boolean {
	return expr.e === "field" && expr.field === NAMES.taskFlags && keyOf(low, frame, expr.base) === NAMES.current;
}

/** A condition that means nothing to the model but is the same each time it is met as long as its parts are. */
function lowerAtom(low: Lowering, frame: Frame, expr: Expr, then: Node, otherwise: Node, site: Site): void {
	const text = canonical(low, frame, expr);
	if (text === undefined) low.builder.any([then, otherwise], site);
	else low.builder.branch({ test: "truth", key: text }, site, then, otherwise);
}

/** The canonical text of an expression made of paths, constants and operators; undefined when it calls anything. */
export function canonical(low: Lowering, frame: Frame, expr: Expr): string | undefined {
	if (expr.e === "literal") return expr.text;
	if (expr.e === "cast") return canonical(low, frame, expr.arg);
	if (expr.e === "binary") {
		const left = canonical(low, frame, expr.left);
		const right = canonical(low, frame, expr.right);
		if (left === undefined || right === undefined) return undefined;
		/* a test of shared flags and constants alone has one answer in all threads */
		const shared =
			[left, right].some((part) => part.startsWith("@")) &&
			[left, right].every((part) => part.startsWith("@") || /^([A-Z][A-Z0-9_]*|\d\w*)$/.test(part));
		return `${shared ? "@" : ""}(${left} ${expr.op} ${right})`;
	}
	if (expr.e === "unary" && expr.op !== "&" && expr.op !== "*") {
		const arg = canonical(low, frame, expr.arg);
		return arg === undefined ? undefined : `${expr.op}${arg}`;
	}
	return keyOf(low, frame, expr);
}

/** A short text of an expression, for people. */
export function textOf(expr: Expr): string {
	switch (expr.e) {
		case "name":
			return expr.name;
		case "literal":
			return expr.text;
		case "field":
			return `${textOf(expr.base)}${expr.arrow ? "->" : "."}${expr.field}`;
		case "index":
			return `${textOf(expr.base)}[${textOf(expr.index)}]`;
		case "call":
			return `${textOf(expr.callee)}(${expr.args.map(textOf).join(", ")})`;
		case "unary":
			return `${expr.op}${textOf(expr.arg)}`;
		case "binary":
			return `${textOf(expr.left)} ${expr.op} ${textOf(expr.right)}`;
		case "assign":
			return `${textOf(expr.left)} ${expr.op} ${textOf(expr.right)}`;
		case "conditional":
			return `${textOf(expr.test)} ? ${expr.then ? textOf(expr.then) : ""} : ${textOf(expr.else)}`;
		case "cast":
			return textOf(expr.arg);
		case "block":
			return expr.macro ? `${expr.macro.name}(…)` : "({ … })";
		default:
			return "…";
	}
}
