import { describe, expect, test } from "vitest";
import { explore } from "../../server/src/model/explorer.ts";
import { type ReplayOptions, replayTrace } from "../../server/src/model/replay.ts";
import type { TraceGraph, TraceStep } from "../../server/src/model/trace.ts";
import { graphsOf, jump, label, program, recordTrace, step, thread, unless } from "./assemble.ts";

/** An opener that only grabs, a ring of requests, and a worker that takes one of two ways to its use. */
const opener = thread("open", "owner", { mm: "mm:A", "current->mm": "mm:A" }, [step("mmgrab"), step("obs")]);
const lines = [
	unless("dev->on", "out"),
	jump("", "again"),
	label("again"),
	step("mmgetkthr"),
	unless("fast", "slow"),
	step("use"),
	step("copy"),
	jump("done"),
	label("slow"),
	step("use"),
	label("done"),
	step("unuse"),
	label("out"),
	step("mmdrop"),
];
const subject = program([opener, thread("work", "kthread", {}, lines, { thread: "open", slot: "mm", as: ["mm"] })]);
const graphs = graphsOf(subject);
const options: ReplayOptions = { mms: subject.mms, property: "page-tables" };

/** Returns the trace that the explorer finds. */
function findTrace(): TraceStep[] {
	const found = explore(subject, { maxStates: 10_000, barriers: { exitAio: true, release: true }, properties: ["page-tables"] });
	return found.result === "violated" ? recordTrace(found.trace) : [];
}

const trace = findTrace();

/** Replaces one step. */
function withStep(at: number, change: Partial<TraceStep>): TraceStep[] {
	return trace.map((s, index) => (index === at ? { ...s, ...change } : s));
}

/** True when the steps replay, both with what the program says and as bare JSON. */
function replays(steps: readonly TraceStep[], of: readonly TraceGraph[] = graphs): boolean {
	const bare = replayTrace(steps, of);
	const told = replayTrace(steps, of, options);
	return bare.ok || told.ok;
}

describe("a found trace replays", () => {
	test("it has steps of every kind", () => {
		const threads = new Set(trace.map((s) => s.thread));
		expect([...threads].sort()).toEqual(["open", "owner", "teardown", "work"]);
		expect(trace.some((s) => s.op === "branch")).toBe(true);
	});
	test("with the program and without", () => {
		expect(replayTrace(trace, graphs, options)).toMatchObject({ ok: true, property: "page-tables" });
		expect(replayTrace(JSON.parse(JSON.stringify(trace)) as TraceStep[], graphs)).toMatchObject({ ok: true });
		const replayed = replayTrace(trace, graphs);
		expect(replayed.ok && replayed.steps.map((s) => s.after)).toEqual(trace.map((s) => s.after));
	});
	test("the owner's steps may be shown at a place of the source", () => {
		const shown = trace.map((s) => (s.node === -1 ? { ...s, file: "work.c", line: 3 } : s));
		expect(replays(shown)).toBe(true);
		expect(replays(shown.map((s) => (s.node === -1 ? { ...s, line: 300 } : s)))).toBe(false);
	});
});

describe("a trace that was tampered with does not", () => {
	test("a step dropped", () => {
		for (const at of trace.keys()) expect(replays(trace.filter((_, index) => index !== at)), `without step ${at}`).toBe(false);
	});
	test("a step repeated, and one added at the end", () => {
		for (const at of trace.keys()) expect(replays([...trace.slice(0, at + 1), ...trace.slice(at)]), `step ${at} twice`).toBe(false);
		const more: TraceStep = { ...(trace.at(-1) as TraceStep), op: "free_pgtables" };
		expect(replays([...trace, more])).toBe(false);
	});
	test("two steps swapped", () => {
		for (let a = 0; a < trace.length; a++) {
			for (let b = a + 1; b < trace.length; b++) {
				const swapped = [...trace];
				[swapped[a], swapped[b]] = [trace[b] as TraceStep, trace[a] as TraceStep];
				expect(replays(swapped), `${a} and ${b}`).toBe(false);
			}
		}
	});
	test.each([
		[
			"op",
			(s: TraceStep) =>
				["mmget", "obs", "branch", "exit", "unmap_vmas", "nonsense", "toString"].filter((op) => op !== s.op).map((op) => ({ op })),
		],
		// A step that changes nothing on an mm may as well be one on none.
		["mm", (s: TraceStep) => [{ mm: "B" }, ...(["branch", "obs", "mmgetkthr", "copy"].includes(s.op) ? [] : [{ mm: "" }])]],
		["file", () => [{ file: "other.c" }]],
		["line", (s: TraceStep) => [{ line: s.line + 1 }, { line: s.line + 100 }, { line: -1 }]],
		["node", (s: TraceStep) => [{ node: s.node + 1 }, { node: s.node - 1 }, { node: 1000 }]],
		["thread", (s: TraceStep) => ["open", "work", "owner", "teardown", "nobody"].filter((t) => t !== s.thread).map((t) => ({ thread: t }))],
		["branch", (s: TraceStep) => [{ branch: s.branch === undefined ? true : !s.branch }]],
		["users", (s: TraceStep) => [{ after: { ...s.after, users: s.after.users + 1 } }]],
		["count", (s: TraceStep) => [{ after: { ...s.after, count: s.after.count - 1 } }]],
		[
			"pageTables",
			(s: TraceStep) => [{ after: { ...s.after, pageTables: s.after.pageTables === "live" ? "freed" : "live" } as TraceStep["after"] }],
		],
		["struct", (s: TraceStep) => [{ after: { ...s.after, struct: "freed" } as TraceStep["after"] }]],
	])("%s changed", (_name, changes) => {
		for (const [at, s] of trace.entries()) {
			for (const change of changes(s)) expect(replays(withStep(at, change)), `step ${at}: ${JSON.stringify(change)}`).toBe(false);
		}
	});
	test("a branch that loses its way", () => {
		const at = trace.findIndex((s) => s.op === "branch");
		const { branch: _, ...without } = trace[at] as TraceStep;
		expect(replays(trace.map((s, index) => (index === at ? without : s)))).toBe(false);
	});
	test("one that ends before anything is broken, or that is empty", () => {
		expect(replays(trace.slice(0, -1))).toBe(false);
		expect(replayTrace([], graphs)).toEqual({ ok: false, at: -1, why: "the last step does not break anything" });
	});
	test("one that breaks something else than is said", () => {
		expect(replayTrace(trace, graphs, { ...options, property: "negative" }).ok).toBe(false);
	});
	test("one whose source is another", () => {
		const changed = graphs.map((g) => ({ ...g, nodes: g.nodes.map((n) => (n.op === "use" ? { ...n, op: "mmget" } : n)) }));
		expect(replays(trace, changed)).toBe(false);
		expect(replays(trace, [])).toBe(false);
	});
	test("an owner that exits inside its own call", () => {
		const open = trace.filter((s) => s.thread === "open");
		const exit = trace.find((s) => s.op === "exit") as TraceStep;
		const inside = [open[0] as TraceStep, { ...exit, after: { ...exit.after, count: 2 } }];
		const two: TraceStep = { ...(open[0] as TraceStep), op: "obs", node: 1, line: 2, after: { ...exit.after, count: 2 } };
		expect(replayTrace([...inside, two], graphs)).toMatchObject({ ok: false, at: 1, why: "the owner of A cannot exit inside open" });
	});
});
