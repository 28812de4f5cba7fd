import { describe, expect, it } from "vitest";
import { flowOf } from "../../server/src/fixes/flow.ts";
import { functionOf } from "../facts/parse.ts";

/** Calls that were made on some way to the end, each once, in the order of their names. */
function endsOf(text: string): readonly string[] {
	const { body } = functionOf(text);
	const { end } = flowOf<string>(body, "", (expr, state) =>
		expr.e === "call" && expr.callee.e === "name" ? [...new Set([...state, expr.callee.name])].sort().join("") : state,
	);
	return [...end].sort();
}

describe("states on the ways through a function", () => {
	it("pass a loop once, often, or not at all", () => {
		expect(endsOf("void f(void) { while (x) { if (y) a(); else b(); } c(); }")).toEqual(["abc", "ac", "bc", "c"]);
	});

	it("leave a loop by a jump", () => {
		expect(endsOf("void f(void) { for (;;) { a(); if (x) break; b(); } c(); }")).toEqual(["abc", "ac"]);
	});

	it("come to an inner loop from all passes of the outer one", () => {
		expect(endsOf("void f(void) { do { while (y) a(); b(); } while (x); }")).toEqual(["ab", "b"]);
	});

	it("are followed through loops in loops in time that does not double with each", () => {
		const depth = 60;
		const text = `void f(void) { ${"while (x) { ".repeat(depth)} a(); ${"}".repeat(depth)} }`;
		expect(endsOf(text)).toEqual(["", "a"]);
	});
});
