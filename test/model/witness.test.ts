import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileProgram } from "../../server/src/model/compile.ts";
import { makeMachine } from "../../server/src/model/machine.ts";
import { OWNER, type State } from "../../server/src/model/moves.ts";
import type { MmProgram, Thread } from "../../server/src/model/program.ts";
import { replayTrace } from "../../server/src/model/replay.ts";
import { STEPS } from "../../server/src/model/steps.ts";
import type { ExploredStep } from "../../server/src/model/trace.ts";
import { findWitness, type WitnessOptions } from "../../server/src/model/witness.ts";
import { check, end, graphsOf, jump, label, program, recordTrace, shortTrace, step, thread, unless } from "./assemble.ts";
import { anyProgram } from "./random-programs.ts";
import { SEED } from "./random-runs.ts";

const OPTIONS: WitnessOptions = { maxStates: 5_000, barriers: { exitAio: true, release: true } };
const OPENER = { mm: "mm:A", "current->mm": "mm:A" } as const;

/** The kernel thread that uses what the opener has stored. */
function worker(lines: Parameters<typeof thread>[3]): Thread {
	return thread("work", "kthread", { "current->mm": "null" }, lines, { thread: "open", slot: "mm", as: ["mm"] });
}

function usesOf(of: MmProgram, name: string): { thread: string; nodes: ReadonlySet<number> } {
	const code = of.threads.find((candidate) => candidate.name === name)?.code ?? [];
	return { thread: name, nodes: new Set(code.flatMap((line, at) => (line.do === "step" && line.op === "use" ? [at] : []))) };
}

function witness(of: MmProgram, name = "work"): readonly ExploredStep[] | undefined {
	return findWitness(of, OPTIONS, usesOf(of, name));
}

const use = [step("use"), step("copy"), step("unuse")];
const open = thread("open", "owner", OPENER, [step("mmgrab")]);

describe("a witness", () => {
	test("goes on behind the use to the end of its thread", () => {
		const lines = [step("mmgetnz", "mm", { result: "ok" }), unless("ok", "out"), ...use, step("mmput"), label("out"), step("mmdrop")];
		expect(shortTrace(witness(program([open, worker(lines)])) ?? [])).toEqual([
			"open:mmgrab 1/2 live",
			"work:mmgetnz 2/2 live",
			"work:branch+ 2/2 live",
			"work:use 2/3 live",
			"work:copy 2/3 live",
			"work:unuse 2/2 live",
			"work:mmput 1/2 live",
			"work:mmdrop 1/1 live",
		]);
	});
	test("is there for what is exposed, since the owner lives on", () => {
		expect(shortTrace(witness(program([open, worker(use)])) ?? [])).toEqual([
			"open:mmgrab 1/2 live",
			"work:use 1/3 live",
			"work:copy 1/3 live",
			"work:unuse 1/2 live",
		]);
	});
	test("takes the shortest way to the use", () => {
		const lines = [jump("long", "short"), label("long"), step("obs"), step("obs"), label("short"), ...use];
		expect(witness(program([open, worker(lines)]))?.map((found) => found.op)).toEqual(["mmgrab", "use", "copy", "unuse"]);
	});
	test("ends at the use when nothing goes on without breaking something", () => {
		const lines = [step("use"), step("mmput"), step("mmput"), step("unuse")];
		expect(witness(program([open, worker(lines)]))?.map((found) => found.op)).toEqual(["mmgrab", "use"]);
	});
	test("stays out of threads that the use does not wait for", () => {
		const beside = thread("beside", "process", { mm: "mm:A" }, [step("mmdrop")], { thread: "open", slot: "mm", as: ["mm"] });
		expect(new Set(witness(program([open, beside, worker(use)]))?.map((found) => found.thread))).toEqual(new Set(["open", "work"]));
	});
	test("is not there when the use is never reached with an mm that lives", () => {
		expect(
			witness(program([open, worker([check({ test: "is", key: "mm", value: "null" }, "out"), ...use, label("out")])])),
		).toBeUndefined();
		expect(witness(program([thread("open", "owner", OPENER, [step("mmput")]), worker(use)]))).toBeUndefined();
		expect(witness(program([thread("open", "owner", OPENER, [end]), worker([step("mmget")])]))).toBeUndefined();
	});
	test("is not there for a thread that is not", () => {
		expect(findWitness(program([open, worker(use)]), OPTIONS, { thread: "other", nodes: new Set([0]) })).toBeUndefined();
	});
	test("is given up at the bound", () => {
		expect(
			findWitness(program([open, worker(use)]), { ...OPTIONS, maxStates: 1 }, { thread: "work", nodes: new Set([0]) }),
		).toBeUndefined();
	});
});

/** A random program may count without an end. */
const LIMIT = 2_000;

/** Moves up to the first use with live page tables when only these threads run, by the plainest search. */
function plainDepth(of: MmProgram, name: string): number | "none" | "bounded" {
	const compiled = compileProgram(of);
	const machine = makeMachine(compiled, { useCounts: of.useCounts, barriers: OPTIONS.barriers }, STEPS, undefined);
	const own = compiled.threads.findIndex((candidate) => candidate.name === name);
	const allowed = new Set([own, compiled.threads[own]?.after ?? -1]);
	const seen = new Set(machine.initial.map(String));
	let level: readonly State[] = machine.initial;
	for (let depth = 1; level.length > 0; depth++) {
		const next: State[] = [];
		let found = false;
		for (const state of level)
			machine.moves(state, false, (to, move, broken) => {
				if (broken !== undefined || move.thread === OWNER || (move.thread >= 0 && !allowed.has(move.thread))) return false;
				const mm = machine.mmIn(to, move.mm);
				if (move.thread === own && move.op === "use" && move.mm >= 0 && mm.stage === "live" && mm.usedBy.includes(name)) found = true;
				if (!seen.has(String(to)) && seen.add(String(to))) next.push(to);
				return true;
			});
		if (found) return depth;
		if (seen.size > LIMIT) return "bounded";
		level = next;
	}
	return "none";
}

/** The program with a use of what its first variable holds somewhere in the named thread: few random ones have one that is reached. */
function withUse(of: MmProgram, name: string, at: number): MmProgram {
	const threads = of.threads.map((known) =>
		known.name === name
			? {
					...known,
					code: known.code.map((line, i) =>
						i === at ? { do: "step" as const, op: "use" as const, mm: "mm", site: line.site, next: at + 1 } : line,
					),
				}
			: known,
	);
	return { ...of, threads };
}

describe("any program", () => {
	test("has a witness exactly when its use can be reached alive; it replays, breaks nothing, and none is shorter", () => {
		let found = 0;
		let absent = 0;
		fc.assert(
			fc.property(anyProgram, fc.constantFrom("one", "two"), fc.nat({ max: 4 }), (plain, name, place) => {
				const of = withUse(plain, name, place);
				const depth = plainDepth(of, name);
				if (depth === "bounded") return;
				const steps = findWitness(of, { ...OPTIONS, maxStates: 4 * LIMIT }, usesOf(of, name));
				expect(steps !== undefined).toBe(depth !== "none");
				if (steps === undefined || depth === "none") {
					absent++;
					return;
				}
				found++;
				const at = steps.findIndex(
					(candidate) => candidate.thread === name && candidate.op === "use" && candidate.after.pageTables === "live",
				);
				expect(at).toBeGreaterThanOrEqual(0);
				expect(steps.some((candidate) => candidate.thread === "owner")).toBe(false);
				// Assignments to what all threads see are moves, but are not shown.
				expect(at + 1).toBeLessThanOrEqual(depth);
				const told = { mms: of.mms, notifiers: of.notifiers, useCounts: of.useCounts, barriers: OPTIONS.barriers };
				const graphs = graphsOf(of).map(({ owner: _, ...graph }) => graph);
				// Everything replays up to the end, and only that it breaks nothing keeps it from being a counterexample.
				expect(replayTrace(recordTrace(steps), graphs, told)).toEqual({
					ok: false,
					at: steps.length - 1,
					why: "the last step does not break anything",
				});
			}),
			{ seed: SEED, numRuns: 200 },
		);
		expect(found).toBeGreaterThan(50);
		expect(absent).toBeGreaterThan(50);
	});
});
