/** Code of any size is judged, or said to be too much: never an exception, never a run without an end. */

import { describe, expect, it } from "vitest";
import type { Use } from "../../server/src/analysis/types.ts";
import { judgeTexts } from "../judge.ts";
import { branches, callers, cases, chain, nested, remembered, tangle } from "./large.ts";

function judged(text: string): readonly Use[] {
	return judgeTexts({ "a.c": text }).uses;
}

/** What was given up, and how often. */
function boundsOf(uses: readonly Use[]): Readonly<Record<string, number>> {
	const bounds: Record<string, number> = {};
	for (const { verdict, explored } of uses) {
		const bound = explored.result === "bounded" ? explored.bound : explored.result;
		bounds[`${verdict}: ${bound}`] = (bounds[`${verdict}: ${bound}`] ?? 0) + 1;
	}
	return bounds;
}

describe("more than fits is unknown, with the bound", () => {
	it.each([
		["1500 branches", branches(1500), { "unknown: 160 steps of worker_run()": 750 }],
		["300 branches in each other", nested(300), { "unknown: 800 steps of worker_run()": 150 }],
		["a switch with 2000 cases", cases(2000), { "unknown: 240 steps of worker_run()": 500 }],
		["a use behind 1500 branches", remembered(1500), { "unknown: 2000000 values to remember in worker_run()": 1 }],
	])("%s", (_, text, bounds) => {
		expect(boundsOf(judged(text))).toEqual(bounds);
	});

	it("says so in words, and shows no way through it", () => {
		const [use] = judged(nested(300));
		expect(use?.why).toBe("The model gave up after 800 steps of worker_run() without finding a violation.");
		expect(use?.trace).toBeUndefined();
		expect(use?.witness).toBeUndefined();
	});
});

describe("what is large but fits is judged", () => {
	it.each([
		["branches", branches(10), 5],
		["branches in each other", nested(20), 10],
		["a switch", cases(20), 5],
		["a use behind branches", remembered(5), 1],
		["a chain of 200 functions", chain(200), 1],
		["300 callers", callers(300), 1],
	])("%s", (_, text, count) => {
		expect(boundsOf(judged(text))).toEqual({ "exposed: violated": count });
	});
});

describe("who owns references", () => {
	it("is not looked for without end where thousands of functions call each other", { timeout: 40_000 }, () => {
		expect(judgeTexts({ "a.c": tangle(3000) }).findings).toEqual([]);
	});
});
