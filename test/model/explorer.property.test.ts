import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileProgram } from "../../server/src/model/compile.ts";
import { explore } from "../../server/src/model/explorer.ts";
import { makeMachine } from "../../server/src/model/machine.ts";
import type { State } from "../../server/src/model/moves.ts";
import type { MmProgram } from "../../server/src/model/program.ts";
import { replayTrace } from "../../server/src/model/replay.ts";
import { STEPS } from "../../server/src/model/steps.ts";
import { graphsOf, recordTrace } from "./assemble.ts";
import { anyProgram } from "./random-programs.ts";
import { SEED } from "./random-runs.ts";

const BARRIERS = { exitAio: true, release: true };
const LIMIT = 2_000;

/** The plainest search there is: depth of the first violation, `proved` or `bounded`. */
function searchPlainly(of: MmProgram): number | "proved" | "bounded" {
	const machine = makeMachine(compileProgram(of), { useCounts: of.useCounts, barriers: BARRIERS }, STEPS, undefined);
	const seen = new Set<string>();
	let level: State[] = [];
	for (const state of machine.initial) if (!seen.has(state.join()) && seen.add(state.join())) level.push(state);
	for (let depth = 1; level.length > 0; depth++) {
		const next: State[] = [];
		let found = false;
		for (const state of level) {
			machine.moves(state, false, (to, _move, broken) => {
				if (broken !== undefined) found = true;
				else if (!seen.has(to.join()) && seen.add(to.join())) next.push(to);
				return true;
			});
		}
		if (found) return depth;
		if (seen.size > LIMIT) return "bounded";
		level = next;
	}
	return machine.leftOut() === undefined ? "proved" : "bounded";
}

describe("any program", () => {
	test("is judged as by a search that leaves nothing out, with a trace as short, which replays", () => {
		const results = new Map<string, number>();
		fc.assert(
			fc.property(anyProgram, (of) => {
				const plain = searchPlainly(of);
				if (plain === "bounded") return;
				const found = explore(of, { maxStates: 4 * LIMIT, barriers: BARRIERS });
				results.set(found.result, (results.get(found.result) ?? 0) + 1);
				expect(found.result).toBe(plain === "proved" ? "proved" : "violated");
				if (found.result !== "violated") return;
				// Assignments to what all threads see are moves, but are not shown.
				expect(found.trace.length).toBeLessThanOrEqual(plain as number);
				const told = { mms: of.mms, notifiers: of.notifiers, useCounts: of.useCounts, barriers: BARRIERS, property: found.property };
				const graphs = graphsOf(of).map(({ owner: _, ...graph }) => graph);
				const replayed = replayTrace(recordTrace(found.trace), graphs, told);
				expect(replayed.ok ? "ok" : replayed.why).toBe("ok");
			}),
			{ seed: SEED, numRuns: 600 },
		);
		expect(results.get("proved") ?? 0).toBeGreaterThan(20);
		expect(results.get("violated") ?? 0).toBeGreaterThan(100);
	});
	test("with less to wait for breaks no less", () => {
		fc.assert(
			fc.property(anyProgram, (of) => {
				const strict = explore(of, { maxStates: LIMIT, barriers: BARRIERS });
				const loose = explore(of, { maxStates: LIMIT, barriers: { exitAio: false, release: false } });
				if (strict.result === "violated") expect(loose.result).toBe("violated");
			}),
			{ seed: SEED, numRuns: 200 },
		);
	});
});
