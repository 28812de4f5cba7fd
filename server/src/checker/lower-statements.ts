/** Statements to graph. */

import type { Expr, Stmt } from "../facts/types.ts";
import { type Frame, localKey, siteAt } from "./frame.ts";
import { label, type Node } from "./graph.ts";
import { assign, isCondition, lowerCondition, lowerValue, setFromCondition } from "./lower-expressions.ts";
import { isTooMuch, type Jumps, type Lowering } from "./lowering.ts";

/** Lowers statements in order. */
export function lowerStatements(low: Lowering, frame: Frame, body: readonly Stmt[], jumps: Jumps): void {
	for (const stmt of body) {
		if (isTooMuch(low)) return;
		lowerStatement(low, frame, stmt, jumps);
	}
}

function labelNamed(frame: Frame, name: string): Node {
	let node = frame.labels.get(name);
	if (!node) {
		node = label();
		frame.labels.set(name, node);
	}
	return node;
}

function lowerStatement(low: Lowering, frame: Frame, stmt: Stmt, jumps: Jumps): void {
	const { builder } = low;
	switch (stmt.s) {
		case "expr":
			lowerValue(low, frame, stmt.expr);
			return;
		case "declare":
			if (stmt.init && !stmt.static) assign(low, frame, { e: "name", name: stmt.name, at: stmt.at }, stmt.init, stmt.at);
			else if (!stmt.static && stmt.type.stars === 0 && stmt.type.kind !== "struct")
				builder.set(localKey(frame, stmt.name), { unknown: true }, siteAt(frame, stmt.at, stmt.name));
			return;
		case "if": {
			const then = label();
			const otherwise = label();
			const after = label();
			lowerCondition(low, frame, stmt.test, then, otherwise);
			builder.place(then);
			lowerStatements(low, frame, stmt.then, jumps);
			builder.jump(after);
			builder.place(otherwise);
			lowerStatements(low, frame, stmt.else, jumps);
			builder.place(after);
			return;
		}
		case "loop":
			return lowerLoop(low, frame, stmt);
		case "switch":
			return lowerSwitch(low, frame, stmt, jumps);
		case "label":
			builder.place(labelNamed(frame, stmt.name));
			return;
		case "goto":
			builder.jump(labelNamed(frame, stmt.label));
			return;
		case "break":
			if (jumps.onBreak) builder.jump(jumps.onBreak);
			return;
		case "continue":
			if (jumps.onContinue) builder.jump(jumps.onContinue);
			return;
		case "return":
			if (stmt.value) lowerReturn(low, frame, stmt.value, stmt.at);
			builder.jump(frame.end);
			return;
		case "block":
			lowerStatements(low, frame, stmt.body, jumps);
			return;
		case "arms": {
			const after = label();
			const ways = stmt.arms.map(() => label());
			lowerArms(low, frame, stmt, ways);
			stmt.arms.forEach((arm, i) => {
				builder.place(ways[i] as Node);
				lowerStatements(low, frame, arm, jumps);
				builder.jump(after);
			});
			builder.place(after);
			return;
		}
		case "case": {
			const at = jumps.cases?.get(stmt);
			if (at) builder.place(at);
			return;
		}
		case "hole":
			return;
	}
}

/** Which arm is compiled: the same for every `#if` with the same condition, in all threads. */
function lowerArms(low: Lowering, frame: Frame, stmt: Extract<Stmt, { s: "arms" }>, ways: readonly Node[]): void {
	const { builder } = low;
	stmt.tests?.forEach((test, i) => {
		const way = ways[i];
		const negative = test.startsWith("!");
		const next = label();
		if (!way || i === ways.length - 1) return;
		const [then, otherwise] = negative ? [next, way] : [way, next];
		builder.branch(
			{ test: "truth", key: `@#if ${negative ? test.slice(1) : test}` },
			siteAt(frame, stmt.at, `#if ${test}`),
			then,
			otherwise,
		);
		builder.place(next);
	});
	const rest = stmt.tests ? ways.slice(Math.min(stmt.tests.length, ways.length - 1)) : ways;
	builder.any(rest, siteAt(frame, stmt.at, "#if"));
}

function lowerReturn(low: Lowering, frame: Frame, value: Expr, at: number): void {
	const site = siteAt(frame, at, "return");
	if (isCondition(value)) {
		setFromCondition(low, frame, value, frame.result, site);
		return;
	}
	const operand = lowerValue(low, frame, value);
	low.builder.set(frame.result, "key" in operand ? { copy: operand.key } : operand, site);
}

/** Whether a loop is `do { … } while (0)`. */
function runsOnce(test: Expr | undefined): boolean {
	return test?.e === "literal" && test.text === "0";
}

function lowerLoop(low: Lowering, frame: Frame, loop: Extract<Stmt, { s: "loop" }>): void {
	const { builder } = low;
	const again = label();
	const body = label();
	const next = label();
	const after = label();
	const inside: Jumps = { onBreak: after, onContinue: next };
	lowerStatements(low, frame, loop.init, {});
	if (loop.kind === "do") {
		builder.place(body);
		lowerStatements(low, frame, loop.body, inside);
		builder.place(next);
		if (!runsOnce(loop.test) && loop.test) lowerCondition(low, frame, loop.test, body, after);
		builder.place(after);
		return;
	}
	builder.place(again);
	if (loop.kind === "each") {
		/* the cursor of the loop means another element each time */
		if (loop.test?.e === "call")
			for (const arg of loop.test.args)
				if (arg.e === "name") builder.set(localKey(frame, arg.name), { unknown: true }, siteAt(frame, loop.at, arg.name));
		builder.any([body, after], siteAt(frame, loop.at, "loop"));
	} else if (loop.test) lowerCondition(low, frame, loop.test, body, after);
	else builder.jump(body);
	builder.place(body);
	lowerStatements(low, frame, loop.body, inside);
	builder.place(next);
	if (loop.step) lowerValue(low, frame, loop.step);
	builder.jump(again);
	builder.place(after);
}

function lowerSwitch(low: Lowering, frame: Frame, stmt: Extract<Stmt, { s: "switch" }>, jumps: Jumps): void {
	const { builder } = low;
	lowerValue(low, frame, stmt.value);
	const after = label();
	const cases = new Map<Stmt, Node>();
	let hasDefault = false;
	const find = (body: readonly Stmt[]): void => {
		for (const inner of body) {
			if (inner.s === "case") {
				cases.set(inner, label());
				if (!inner.value) hasDefault = true;
			} else if (inner.s === "block") find(inner.body);
			else if (inner.s === "arms") for (const arm of inner.arms) find(arm);
		}
	};
	find(stmt.body);
	builder.any(hasDefault ? [...cases.values()] : [...cases.values(), after], siteAt(frame, stmt.at, "switch"));
	const inside: Jumps = { onBreak: after, cases, ...(jumps.onContinue ? { onContinue: jumps.onContinue } : {}) };
	const lower = (body: readonly Stmt[]): void => {
		for (const inner of body) {
			if (isTooMuch(low)) return;
			const at = cases.get(inner);
			if (at) builder.place(at);
			else if (inner.s === "block") lower(inner.body);
			else lowerStatement(low, frame, inner, inside);
		}
	};
	lower(stmt.body);
	builder.place(after);
}
