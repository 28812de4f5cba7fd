/** Steps to draw and to step through, as short as a test can say them. */

import type { StateAfter, TraceGraph, TraceStep } from "../../server/src/analysis/types.ts";

const LIVE: StateAfter = { users: 1, count: 1, pageTables: "live", struct: "live" };

/** A step of a thread: what it is, and what it leaves where that is not a live mm with one of each. */
export function step(thread: string, op: string, after: Partial<StateAfter> = {}, more: Partial<TraceStep> = {}): TraceStep {
	const isOfItself = thread === "owner" || thread === "teardown";
	return {
		thread,
		op,
		mm: "A",
		step: `${op}(mm)`,
		file: "drivers/x/x.c",
		line: 10,
		column: 2,
		function: isOfItself ? "" : thread.replace("()", ""),
		node: 0,
		...more,
		after: { ...LIVE, ...after },
	};
}

/** The graph of a thread that the owner of A runs, or of another. */
export function graph(thread: string, owner?: string): TraceGraph {
	return { thread, start: 0, nodes: [], ...(owner !== undefined && { owner }) };
}

/** A counterexample: open() grabs, the owner exits, teardown runs, work() uses. Each step stands at a line of its own. */
export const BROKEN: readonly TraceStep[] = [
	step("open()", "branch", {}, { step: "if (x)", branch: true, line: 10 }),
	step("open()", "mmgrab", { count: 2 }, { line: 11, step: "mmgrab(current->mm)" }),
	step("owner", "exit", { users: 0, count: 2, pageTables: "exit_aio" }, { step: "the owner exits", line: 20 }),
	step("teardown", "exit_aio", { users: 0, count: 2, pageTables: "release" }, { step: "exit_aio() waits", line: 20 }),
	step("work()", "branch", { users: 0, count: 2, pageTables: "release" }, { step: "if (y)", branch: false, line: 19 }),
	step("teardown", "unmap_vmas", { users: 0, count: 2, pageTables: "unmapping" }, { step: "unmap_vmas() takes the pages away", line: 20 }),
	step("work()", "use", { users: 0, count: 3, pageTables: "unmapping" }, { line: 20, step: "kthread_use_mm(x->mm)" }),
];

/** What goes well: a reference over the whole use, which ends. */
export const RIGHT: readonly TraceStep[] = [
	step("work()", "mmgetnz", { users: 2 }, { line: 19, step: "mmget_not_zero(x->mm)" }),
	step("work()", "use", { users: 2, count: 2 }, { line: 20, step: "kthread_use_mm(x->mm)" }),
	step("work()", "unuse", { users: 2 }, { line: 21, step: "kthread_unuse_mm(x->mm)" }),
	step("work()", "mmput", {}, { line: 22, step: "mmput(x->mm)" }),
];

export const GRAPHS: readonly TraceGraph[] = [graph("open()", "A"), graph("work()")];

/** Text that would do harm where it is not escaped, or would fool the eye. */
export const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(2)>'\`]]>--> \u202e\u0000\u2066 {file} $& \${x}`;
