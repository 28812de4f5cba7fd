/** After a fix the references balance: on every way through the functions that it edits, what is taken is given back once. */

import { describe, expect, it } from "vitest";
import type { Fix } from "../../server/src/analysis/types.ts";
import type { Expr, Stmt } from "../../server/src/facts/types.ts";
import { type Effect, isBalanced } from "../../server/src/fixes/balance.ts";
import { flowOf } from "../../server/src/fixes/flow.ts";
import { type CallExpr, occurrencesIn } from "../../server/src/program/occurrences.ts";
import { bodyOf, factsOf } from "../facts/parse.ts";
import { listFixtures } from "../fixtures.ts";
import { applyFix, mendTexts } from "./prove.ts";

const nameOf = (expr: Expr): string => (expr.e === "call" && expr.callee.e === "name" ? expr.callee.name : "");

/** What the calls that a fix writes around a use do to mm_users. */
function effectOnUsers(call: CallExpr): Effect | undefined {
	if (nameOf(call) === "mmget_not_zero") return { by: 1, ifTrue: true };
	return ["mmput", "mmput_async"].includes(nameOf(call)) ? { by: -1 } : undefined;
}

/** Functions and macros of texts, by name: their statements. */
function bodiesOf(texts: Readonly<Record<string, string>>): ReadonlyMap<string, readonly Stmt[]> {
	const found = new Map<string, readonly Stmt[]>();
	for (const [path, text] of Object.entries(texts)) {
		const { functions, macros } = factsOf(text);
		for (const { name, body } of functions) found.set(`${path} ${name}`, body);
		for (const { name, expr, body } of macros) {
			const stmts = expr?.e === "block" ? expr.body : body;
			if (stmts) found.set(`${path} ${name}`, stmts);
		}
	}
	return found;
}

const calls = (body: readonly Stmt[], name: string): number => occurrencesIn(body).calls.get(name)?.length ?? 0;

/** The bodies that have more calls of one of these functions than before. */
function bodiesWithMore(before: Fixed["before"], after: Fixed["after"], names: readonly string[]): readonly (readonly Stmt[])[] {
	const old = bodiesOf(before);
	return [...bodiesOf(after)]
		.filter(([key, body]) => names.some((name) => calls(body, name) > calls(old.get(key) ?? [], name)))
		.map(([, body]) => body);
}

/** How often a reference was taken or given on the ways to each kfree: `taken given`. A pointer that is tested to be NULL needs no giving. */
function countsAtFrees(body: readonly Stmt[], take: readonly string[], give: readonly string[]): readonly string[] {
	const add = (state: string, to: 0 | 1): string => {
		const counts = state.split(" ").map(Number);
		return counts.map((count, index) => Math.min(3, count + (index === to ? 1 : 0))).join(" ");
	};
	const frees = (expr: Expr): boolean => nameOf(expr) === "kfree" && holdsMm(expr, body);
	const change = (expr: Expr, state: string): string =>
		frees(expr) ? "0 0" : take.includes(nameOf(expr)) ? add(state, 0) : give.includes(nameOf(expr)) ? add(state, 1) : state;
	const isMm = (test: Expr): boolean => test.e === "field" && test.field === "mm";
	const { at } = flowOf<string>(body, "0 0", change, (test, state, outcome) => [isMm(test) && !outcome ? add(state, 1) : state]);
	return [...at].flatMap(([expr, states]) => (frees(expr) ? [...states] : []));
}

/** Whether what a call frees is the object whose mm the body takes or gives back. */
function holdsMm(free: Expr, body: readonly Stmt[]): boolean {
	const object = free.e === "call" ? JSON.stringify(free.args[0], plain) : "";
	const found = occurrencesIn(body);
	const given = ["mmput", "mmput_async", "mmdrop"].flatMap((name) => found.calls.get(name) ?? []);
	return given.some(({ args: [mm] }) => mm?.e === "field" && JSON.stringify(mm.base, plain) === object);
}

function plain(key: string, value: unknown): unknown {
	return key === "at" || key === "end" ? undefined : value;
}

interface Fixed {
	readonly name: string;
	readonly fix: Fix;
	readonly before: Readonly<Record<string, string>>;
	readonly after: Readonly<Record<string, string>>;
}

const fixed: readonly Fixed[] = listFixtures().flatMap(({ name, texts, expectation }) =>
	Object.values(expectation.verdicts).includes("exposed")
		? mendTexts(texts, expectation.kernel).map((fix) => ({ name: `${name} ${fix.id}`, fix, before: texts, after: applyFix(texts, fix) }))
		: [],
);

it("there are fixes of each kind", () => {
	expect(new Set(fixed.map(({ fix }) => fix.id))).toEqual(new Set(["hold-over-use", "hold-from-capture", "pin-struct-and-hold"]));
});

describe("mm_users around the use", () => {
	it.each(fixed.filter(({ fix }) => fix.id !== "hold-from-capture"))("$name", ({ before, after }) => {
		const bodies = bodiesWithMore(before, after, ["mmget_not_zero"]);
		expect(bodies).toHaveLength(1);
		for (const body of bodies) expect(isBalanced(body, effectOnUsers)).toBe(true);
	});
});

/** The functions that a fix takes and gives with, from the capture to the teardown. */
const PAIRS = {
	"hold-from-capture": { take: ["get_task_mm", "mmget"], give: ["mmput", "mmput_async"] },
	"pin-struct-and-hold": { take: ["mmgrab"], give: ["mmdrop"] },
};

function weaker(text: string): string {
	return text.replaceAll(/\bmmget\(/g, "mmgrab(").replaceAll(/\bmmput(?:_async)?\(/g, "mmdrop(");
}

describe("from capture to teardown", () => {
	it.each(fixed.filter(({ fix }) => fix.id in PAIRS))("$name", ({ fix, before, after }) => {
		const { take, give } = PAIRS[fix.id as keyof typeof PAIRS];
		if (fix.title.includes("mmget()")) {
			/* made stronger where they stand */
			expect(Object.values(after).map(weaker)).toEqual(Object.values(before).map(weaker));
			return;
		}
		const bodies = bodiesWithMore(before, after, [...take, ...give]);
		const counts = bodies.flatMap((body) => {
			const own = take.some((name) => calls(body, name) > 0);
			return countsAtFrees(body, take, give).map((count) => (own ? `own ${count}` : count));
		});
		expect(counts.filter((count) => !["own 0 0", "own 1 1", "0 1"].includes(count))).toEqual([]);
		expect(counts).toContain("0 1");
	});
});

describe("a body that does not balance", () => {
	it.each([
		["leaks on an early return", "if (!mmget_not_zero(mm)) return; if (x) return; mmput(mm);"],
		["puts twice", "if (mmget_not_zero(mm)) { mmput(mm); } mmput(mm);"],
		["does not look whether it got one", "mmget_not_zero(mm); mmput(mm);"],
		["takes again in a loop", "while (x()) { if (!mmget_not_zero(mm)) break; } mmput(mm);"],
		["forgets it under another test", "if (a) { if (!mmget_not_zero(mm)) return; } use(); if (b) mmput(mm);"],
		["changes what is tested", "if (a) { if (!mmget_not_zero(mm)) return; } a = f(); if (a) mmput(mm);"],
		["has a flag that says the opposite", "bool b = true; if (x()) { if (!mmget_not_zero(mm)) return; b = false; } if (b) mmput(mm);"],
		["goes to a label too far", "if (!mmget_not_zero(mm)) goto put; use(); put: mmput(mm);"],
	])("%s", (_why, text) => {
		expect(isBalanced(bodyOf(text), effectOnUsers)).toBe(false);
	});

	it("is not lost time on loops in loops and many tests", () => {
		const loops = `${"while (x()) { ".repeat(12)}f();${" }".repeat(12)}`;
		const tests = Array.from({ length: 40 }, (_, index) => `if (a${index}) f();`).join(" ");
		const start = performance.now();
		expect(isBalanced(bodyOf(`if (!mmget_not_zero(mm)) return; ${loops} mmput(mm);`), effectOnUsers)).toBe(true);
		expect(isBalanced(bodyOf(`if (!mmget_not_zero(mm)) return; ${tests} mmput(mm);`), effectOnUsers)).toBe(true);
		expect(performance.now() - start).toBeLessThan(3000);
	});

	it.each([
		["a test that stays", "if (a) { if (!mmget_not_zero(mm)) return; } use(); if (a) mmput(mm);"],
		[
			"a switch, a loop and a label",
			"for (;;) { if (!mmget_not_zero(mm)) continue; switch (x) { case 1: mmput(mm); goto out; default: break; } mmput(mm); } out: f();",
		],
		["a block in a macro's do while", "do { if (mmget_not_zero(mm)) { use(); mmput(mm); } } while (0);"],
	])("but does with %s", (_why, text) => {
		expect(isBalanced(bodyOf(text), effectOnUsers)).toBe(true);
	});
});
