/** Damaged scenario files and traces: a line that is wrong is named, and nothing else happens. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { replayFile } from "../../server/src/cli/replay.ts";
import { runScenarios } from "../../server/src/model/simulate.ts";
import { InputError } from "../../server/src/workspace/input-error.ts";
import { USE } from "../cli/exposed-use.ts";
import { judgeTexts } from "../judge.ts";
import { readProbe } from "../model/recordings.ts";
import { mutate, mutations } from "./mutations.ts";
import { SEED, share } from "./size.ts";

const WORDS =
	"S a b spawn exit mmget mmput mmgrab mmdrop use unuse copy worker: a.mmget b.use 0 1 -1 99999999999 notify kill exec . : | #".split(" ");

const probes = ["scenarios.txt", "scenarios-2cpu.txt"].map((name) => Buffer.from(readProbe(name)));
const damaged = fc
	.record({ source: fc.constantFrom(...probes), damage: mutations })
	.map(({ source, damage }) => mutate(source, damage, source));
const soup = fc
	.array(fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }), { maxLength: 40 })
	.map((lines) => Buffer.from(`S first\n${lines.map((words) => words.join(" ")).join("\n")}`));

describe("a scenario file", () => {
	it("is run, or its wrong lines are named", () => {
		fc.assert(
			fc.property(fc.oneof(damaged, soup), (bytes) => {
				const text = bytes.toString("utf8");
				const { output, errors } = runScenarios(text);
				expect(output).toMatch(errors.length === 0 ? /(^|\n)END\|steps=\d+\n$/ : /^$/);
				const lines = text.split(/\r\n|\r|\n/).length;
				for (const error of errors) {
					const line = Number(/^line (\d+): ./.exec(error)?.[1]);
					expect(line).toBeGreaterThanOrEqual(1);
					expect(line).toBeLessThanOrEqual(lines);
				}
				expect(runScenarios(text)).toEqual({ output, errors });
			}),
			{ seed: SEED, numRuns: share(5_000) },
		);
	});
});

describe("a trace", () => {
	const report: Report = judgeTexts({ "a.c": USE }, "6.1");
	const source = Buffer.from(JSON.stringify(report));

	it("replays as it is", () => {
		expect(replayFile(source.toString(), "t.json", undefined)).toMatchObject({ ok: true });
	});

	it("that is damaged is replayed as far as it goes, or refused in one line", () => {
		const parts = fc.array(fc.tuple(fc.nat(), fc.constantFrom(null, 0, -1, 1e9, "", "use", [], {}, true)), { minLength: 1, maxLength: 3 });
		const texts = fc.oneof(
			mutations.map((damage) => mutate(source, damage, source).toString("utf8")),
			parts.map((changes) => changes.reduce((text, [nth, value]) => replaceValue(text, nth, value), source.toString())),
		);
		fc.assert(
			fc.property(texts, (text) => {
				try {
					expect(typeof replayFile(text, "t.json", undefined).output).toBe("string");
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
					expect(String(error)).not.toContain("\n");
				}
			}),
			{ seed: SEED, numRuns: share(5_000) },
		);
	});
});

/** Puts another value in place of the nth one in a JSON text. */
function replaceValue(text: string, nth: number, value: unknown): string {
	const values: number[] = [];
	JSON.parse(text, (_, old: unknown) => {
		values.push(0);
		return old;
	});
	let at = 0;
	return JSON.stringify(JSON.parse(text, (_, old: unknown) => (at++ === nth % values.length ? value : old)) ?? null);
}
