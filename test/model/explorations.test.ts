import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Explorations, type ExploreOptions, explore } from "../../server/src/model/explorer.ts";
import type { Property } from "../../server/src/model/properties.ts";
import { anyProgram } from "./random-programs.ts";
import { SEED } from "./random-runs.ts";

const PROPERTIES: readonly (readonly Property[])[] = [["page-tables"], ["struct-freed", "from-zero"], ["negative"]];

/** The questions that are asked one after the other. */
const QUESTIONS: readonly ExploreOptions[] = [true, false].flatMap((exitAio) =>
	[true, false].flatMap((release) => PROPERTIES.map((properties) => ({ maxStates: 2_000, barriers: { exitAio, release }, properties }))),
);

/** What an exploration says, apart from what it met by the way. */
function said(found: ReturnType<typeof explore>): unknown {
	if (found.result !== "proved") return found;
	return { result: found.result, states: found.states, uses: [...found.uses].sort() };
}

describe("explorations of one question after the other", () => {
	test("are those of each alone", () => {
		fc.assert(
			fc.property(anyProgram, (of) => {
				const explorations = new Explorations();
				for (const question of QUESTIONS)
					expect(said(explorations.explore(structuredClone(of), question))).toEqual(said(explore(of, question)));
			}),
			{ seed: SEED, numRuns: 40 },
		);
	});
	test("do not answer for another program", () => {
		fc.assert(
			fc.property(anyProgram, anyProgram, (one, other) => {
				const explorations = new Explorations();
				const question = QUESTIONS[0] as ExploreOptions;
				explorations.explore(one, question);
				expect(said(explorations.explore(other, question))).toEqual(said(explore(other, question)));
			}),
			{ seed: SEED, numRuns: 50 },
		);
	});
});
