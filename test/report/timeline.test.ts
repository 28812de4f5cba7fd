import { describe, expect, it } from "vitest";
import { isWithoutTables, makeTimeline, timelineOf, usesAt, withoutBranches } from "../../server/src/report/timeline.ts";
import { findNotes } from "../../server/src/report/timeline-notes.ts";
import { BROKEN, GRAPHS, graph, RIGHT, step } from "./steps.ts";

const broken = makeTimeline(BROKEN, GRAPHS, true);

describe("the lanes of a timeline", () => {
	it("are the owner with what it runs, the kernel thread, and the teardown", () => {
		expect(broken.lanes).toEqual([
			{ kind: "owner", title: "owner", threads: ["open()", "owner"] },
			{ kind: "kernel-thread", title: "kernel thread", threads: ["work()"] },
			{ kind: "teardown", title: "teardown", threads: ["teardown"] },
		]);
		expect(broken.steps.map(({ lane }) => lane)).toEqual([0, 0, 0, 2, 1, 2, 1]);
	});

	it("hold what nobody knows the owner to run as other code of the driver", () => {
		expect(makeTimeline(BROKEN, [], true).lanes.map(({ kind }) => kind)).toEqual(["owner", "kernel-thread", "teardown", "driver"]);
	});

	it("are one for each thread of a kind, told apart by numbers", () => {
		const trace = [step("a()", "use"), step("b()", "use"), step("c()", "mmgrab"), step("d()", "mmdrop")];
		const { lanes } = makeTimeline(trace, [graph("c()")], false);
		expect(lanes.map(({ title }) => title)).toEqual(["kernel thread 1", "kernel thread 2", "driver 1", "driver 2"]);
		expect(lanes.map(({ threads }) => threads)).toEqual([["a()"], ["b()"], ["c()"], ["d()"]]);
	});
});

describe("the steps of a timeline", () => {
	it("have a place where they stand in a function of the source", () => {
		expect(broken.steps[1]?.place).toEqual({ file: "drivers/x/x.c", line: 11, column: 2, function: "open" });
		expect(broken.steps[2]?.place).toBeUndefined();
		expect(makeTimeline([step("a()", "use", {}, { file: "" })], [], false).steps[0]?.place).toBeUndefined();
	});

	it("say what each has changed", () => {
		const changed = broken.steps.map(({ moments: [moment] }) =>
			(["users", "count", "tables"] as const).filter((what) => moment?.changed[what]).join(" "),
		);
		expect(changed).toEqual(["", "count", "users tables", "tables", "", "tables", "count"]);
	});

	it("have whole page tables until they are unmapped, and none once they are freed", () => {
		expect(broken.steps.map(({ moments }) => moments[0]?.tables)).toEqual([
			...["whole", "whole", "whole", "whole", "whole"],
			...["going", "going"],
		]);
		const freed = step("teardown", "free_pgtables", { users: 0, pageTables: "freed" });
		expect(makeTimeline([freed], [], false).steps[0]?.moments[0]?.tables).toBe("gone");
	});

	it("keep the state of each mm apart, and change nothing where there is none", () => {
		const trace = [
			step("a()", "mmgrab", { count: 2 }),
			step("a()", "mm_alloc", {}, { mm: "F" }),
			step("a()", "mmput", { count: 9 }, { mm: "" }),
			step("a()", "mmdrop", {}),
		];
		const { mms, steps } = makeTimeline(trace, [], false);
		expect(mms).toEqual(["A", "F"]);
		expect(steps.map(({ moments }) => moments.map((moment) => moment?.after.count))).toEqual([
			[2, undefined],
			[2, 1],
			[2, 1],
			[1, 1],
		]);
		expect(steps[3]?.moments.map((moment) => moment?.changed.count)).toEqual([true, false]);
		expect(steps[1]?.text).toContain("[F]");
	});

	it("keep their numbers when branches are left out", () => {
		const short = withoutBranches(broken);
		expect(short.steps.map(({ number }) => number)).toEqual([2, 3, 4, 6, 7]);
		expect(short.uses).toEqual([{ lane: 1, mm: 0, from: 4 }]);
	});
});

describe("the uses of a timeline", () => {
	it("go from use to unuse", () => {
		const right = makeTimeline(RIGHT, [], false);
		expect(right.uses).toEqual([{ lane: 0, mm: 0, from: 1, to: 2 }]);
		expect(right.steps.map((_, index) => usesAt(right, index).length)).toEqual([0, 1, 0, 0]);
	});

	it("are without page tables from when these go, and that is said there", () => {
		expect(broken.uses).toEqual([{ lane: 1, mm: 0, from: 6 }]);
		const late = [...RIGHT.slice(0, 2), step("teardown", "unmap_vmas", { users: 0, pageTables: "unmapping" })];
		const timeline = makeTimeline(late, [], true);
		const [use] = timeline.uses;
		expect(use && timeline.steps.map((_, index) => isWithoutTables(timeline, use, index))).toEqual([false, false, true]);
		expect([...findNotes(timeline).keys()]).toEqual([2]);
	});

	it("end their own thread's use only, the innermost first", () => {
		const trace = [step("a()", "use"), step("b()", "use"), step("a()", "use"), step("a()", "unuse"), step("b()", "unuse")];
		expect(makeTimeline(trace, [], false).uses.map(({ from, to }) => [from, to])).toEqual([
			[0, undefined],
			[1, 4],
			[2, 3],
		]);
	});
});

describe("what is said about the rule", () => {
	it("is nothing where it holds, and stands at the last step where something else breaks it", () => {
		expect(findNotes(makeTimeline(RIGHT, [], false)).size).toBe(0);
		expect([...findNotes(makeTimeline(RIGHT, [], true))]).toEqual([[3, "✗ this step breaks the rule"]]);
		expect([...findNotes(makeTimeline(BROKEN.slice(0, 1), [], true))]).toEqual([[0, "✗ what follows breaks the rule"]]);
	});
});

describe("the timeline of a use", () => {
	it("is of what breaks it, else of how it goes well, else there is none", () => {
		expect(timelineOf({ trace: BROKEN, witness: RIGHT })).toMatchObject({ isBroken: true });
		expect(timelineOf({ witness: RIGHT })).toMatchObject({ isBroken: false });
		expect(timelineOf({})).toBeUndefined();
	});
});
