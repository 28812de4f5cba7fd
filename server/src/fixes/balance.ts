/** Whether a count that calls raise and lower comes back to where it was on every way through a body. */

import type { Expr, Stmt } from "../facts/types.ts";
import type { CallExpr } from "../program/occurrences.ts";
import { everyStmt } from "../program/walk.ts";
import { flowOf } from "./flow.ts";
import { isError, readBy } from "./names.ts";

/** What a call does to the count; `ifTrue`: only when its value is not zero. */
export interface Effect {
	readonly by: 1 | -1;
	readonly ifTrue?: true;
}

/** The count, and what the tests on the way came out as: by their text, with the names and fields that they read. */
interface State {
	readonly count: number;
	readonly known: readonly (readonly [text: string, outcome: boolean, reads: readonly string[]])[];
}

const START: State = { count: 0, known: [] };
/** The count of a way on which it was wrong: nothing sets it right again. */
const WRONG = -1;
/** Tests that are looked at before the answer is given up. */
const MOST_TESTS = 20_000;

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
	["true", true],
	["false", false],
	["NULL", false],
]);

const write = (state: State): string => JSON.stringify(state);
const read = (text: string): State => JSON.parse(text) as State;

function shape(expr: Expr): string {
	return JSON.stringify(expr, (key, value: unknown) => (key === "at" || key === "end" ? undefined : value));
}

function holdsCall(expr: Expr): boolean {
	return shape(expr).includes('"e":"call"');
}

/** The tests that `!`, `&&` and `||` put together, by their text: how often each stands in a body. */
function testsIn(body: readonly Stmt[]): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	const add = (test: Expr): void => {
		if (test.e === "unary" && test.op === "!") add(test.arg);
		else if (test.e === "binary" && (test.op === "&&" || test.op === "||")) [test.left, test.right].forEach(add);
		else counts.set(shape(test), (counts.get(shape(test)) ?? 0) + 1);
	};
	for (const stmt of everyStmt(body)) if ((stmt.s === "if" || stmt.s === "loop") && stmt.test) add(stmt.test);
	return counts;
}

/** Names and fields that the value of an expression depends on. */
function readsOf(expr: Expr): readonly string[] {
	const fields = [...shape(expr).matchAll(/"field":"(\w+)"/g)].map((match) => `.${match[1]}`);
	return [...readBy(expr), ...fields];
}

function changed(state: State, by: number): State {
	const count = state.count === WRONG ? WRONG : state.count + by;
	return { ...state, count: count === 0 || count === 1 ? count : WRONG };
}

/** Whether a constant counts as true; undefined for what is none. */
function truthOf(expr: Expr): boolean | undefined {
	if (expr.e === "literal") return !/^0[xX]?0*[uUlL]*$/.test(expr.text);
	if (expr.e === "name" && TRUTHS.has(expr.name)) return TRUTHS.get(expr.name);
	return isError(expr) ? true : undefined;
}

/**
 * Whether the count, 0 at the start, is 0 at every end and never anything but 0 or 1 on the way. A test of variables and fields comes out
 * as it did before until one of them is assigned to; any other test may come out either way.
 */
export function isBalanced(body: readonly Stmt[], effectOf: (call: CallExpr) => Effect | undefined): boolean {
	let tests = 0;
	/* what is tested once need not be remembered */
	const counts = testsIn(body);
	const change = (expr: Expr, text: string): string => {
		if (expr.e !== "call" && expr.e !== "assign") return text;
		const state = read(text);
		/* a call can change what it gets the address of */
		const targets = expr.e === "assign" ? [expr.left] : expr.args.flatMap((arg) => (arg.e === "unary" && arg.op === "&" ? [arg.arg] : []));
		const names = targets.map((target) => (target.e === "field" ? `.${target.field}` : target.e === "name" ? target.name : ""));
		const known = state.known.filter(([, , reads]) => !names.some((name) => reads.includes(name)));
		const effect = expr.e === "call" ? effectOf(expr) : undefined;
		const truth = expr.e === "assign" && expr.op === "=" ? truthOf(expr.right) : undefined;
		const target = expr.e === "assign" ? shape(expr.left) : "";
		const after: State = { ...state, known: truth === undefined || !counts.has(target) ? known : [...known, [target, truth, names]] };
		return write(effect && !effect.ifTrue ? changed(after, effect.by) : after);
	};
	const assume = (test: Expr, state: State, outcome: boolean): readonly State[] => {
		tests += 1;
		const truth = truthOf(test);
		if (truth !== undefined) return truth === outcome ? [state] : [];
		if (test.e === "unary" && test.op === "!") return assume(test.arg, state, !outcome);
		if (test.e === "binary" && (test.op === "&&" || test.op === "||")) {
			const goesOn = test.op === "&&";
			const both = assume(test.left, state, goesOn).flatMap((after) => assume(test.right, after, outcome));
			return outcome === goesOn ? both : [...assume(test.left, state, !goesOn), ...both];
		}
		const effect = test.e === "call" ? effectOf(test) : undefined;
		if (effect?.ifTrue) return [outcome ? changed(state, effect.by) : state];
		if (holdsCall(test) || test.e === "assign") return [state];
		const text = shape(test);
		const before = state.known.find(([known]) => known === text);
		if (before) return before[1] === outcome ? [state] : [];
		return [(counts.get(text) ?? 0) < 2 ? state : { ...state, known: [...state.known, [text, outcome, readsOf(test)]] }];
	};
	const { end } = flowOf<string>(body, write(START), change, (test, state, outcome) =>
		tests > MOST_TESTS ? [write({ ...START, count: WRONG })] : assume(test, read(state), outcome).map(write),
	);
	return [...end].every((state) => read(state).count === 0);
}
