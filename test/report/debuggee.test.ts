import { describe, expect, it } from "vitest";
import { go, listFrames, listScopes, listThreads, listTrace, type Move, noteAt, type StopId } from "../../server/src/report/debuggee.ts";
import { makeTimeline } from "../../server/src/report/timeline.ts";
import { BROKEN, GRAPHS, RIGHT, step } from "./steps.ts";

const broken = makeTimeline(BROKEN, GRAPHS, true);
const NONE: ReadonlySet<StopId> = new Set();
const ALL: ReadonlySet<StopId> = new Set(["use", "tables"]);
const nowhere = (): boolean => false;

/** Numbers of the steps at which one move after the other ends. */
function walk(move: Move, from: number, stops = NONE): readonly number[] {
	const seen: number[] = [];
	for (let at = from - 1; ; ) {
		const stop = go(broken, at, move, stops, nowhere);
		if (stop.isOver || stop.at === at) return seen;
		at = stop.at;
		seen.push(at + 1);
	}
}

describe("going through an interleaving", () => {
	it("takes every step in global order, forwards and back", () => {
		expect(walk("stepIn", 1)).toEqual([2, 3, 4, 5, 6, 7]);
		expect(walk("stepBack", 7)).toEqual([6, 5, 4, 3, 2, 1]);
	});

	it("leaves branches out, or goes on until another thread acts", () => {
		expect(walk("next", 1)).toEqual([2, 3, 4, 6, 7]);
		expect(walk("stepOut", 1)).toEqual([4, 5, 6, 7]);
	});

	it("stops where it is told to, and always where the rule breaks", () => {
		expect(walk("continue", 1)).toEqual([7]);
		expect(walk("continue", 1, ALL)).toEqual([6, 7]);
		expect(go(broken, 0, "continue", NONE, nowhere)).toMatchObject({ why: "exception", text: "in use while the page tables go" });
		expect(go(broken, 0, "continue", ALL, nowhere)).toMatchObject({ at: 5, why: "breakpoint", text: "page tables going or gone" });
		const atGrab = ({ number }: { readonly number: number }): boolean => number === 2;
		expect(go(broken, 0, "continue", NONE, atGrab)).toMatchObject({ at: 1, why: "breakpoint" });
		expect(go(broken, 6, "reverseContinue", NONE, atGrab)).toMatchObject({ at: 1 });
		expect(go(broken, 6, "reverseContinue", NONE, nowhere)).toMatchObject({ at: 0, why: "step", isOver: false });
	});

	it("is over behind the last step", () => {
		expect(go(broken, 6, "stepIn", NONE, nowhere).isOver).toBe(true);
		expect(go(broken, 0, "stepBack", NONE, nowhere)).toMatchObject({ at: 0, isOver: false });
		const right = makeTimeline(RIGHT, [], false);
		expect(go(right, 0, "continue", NONE, nowhere)).toMatchObject({ at: 3, why: "step", isOver: false });
		expect(noteAt(right, 3)).toBeUndefined();
	});
});

describe("what a debugger shows", () => {
	it("is a thread for each lane", () => {
		expect(listThreads(broken)).toEqual([
			{ id: 1, name: "owner: open()" },
			{ id: 2, name: "kernel thread: work()" },
			{ id: 3, name: "teardown" },
		]);
	});

	it("is the source line at which each thread stands, and a line of the listing where there is no source", () => {
		expect(listFrames(broken, 1, 1)).toEqual([{ name: "open", place: { file: "drivers/x/x.c", line: 11, column: 2, function: "open" } }]);
		expect(listFrames(broken, 1, 2)).toEqual([{ name: "not started yet" }]);
		expect(listFrames(broken, 2, 1)).toEqual([{ name: "the owner exits", listed: 3 }]);
		expect(listTrace(broken).split("\n")[2]).toContain("the owner exits");
		const inner = makeTimeline([step("work()", "mmgrab", {}, { function: "get" })], [], false);
		expect(listFrames(inner, 0, 1).map(({ name }) => name)).toEqual(["get", "work()"]);
	});

	it("is the state of the mm, who holds it and who uses it", () => {
		const [mm, own] = listScopes(broken, 6);
		expect(mm?.children?.map(({ name, value }) => `${name} ${value}`)).toEqual([
			"mm_users 0",
			"mm_count 3",
			"page_tables going: unmapping",
			"mm_struct live",
			"held_by 2 references",
			"used_by 1 thread",
		]);
		expect(mm?.children?.[4]?.children?.[0]).toEqual({ name: "mm_count", value: "mmgrab(current->mm) in open (drivers/x/x.c:11)" });
		expect(mm?.children?.[5]?.children).toEqual([{ name: "kernel thread", value: "work()" }]);
		expect(own?.children?.[0]?.value).toBe("7 of 7");
		expect(listScopes(broken, 0)[0]?.children?.[2]?.value).toBe("whole");
	});

	it("keeps several mms apart", () => {
		const two = makeTimeline([step("a()", "mmgrab"), step("a()", "mm_alloc", {}, { mm: "F" })], [], false);
		expect(listScopes(two, 0).map(({ name }) => name)).toEqual(["mm A", "Step"]);
		expect(listScopes(two, 1).map(({ name }) => name)).toEqual(["mm A", "mm F", "Step"]);
	});
});
