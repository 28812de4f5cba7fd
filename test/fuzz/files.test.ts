/** Damaged C files: nothing throws, nothing hangs, an edit gives what a fresh look gives, and the file beside keeps its verdict. */

import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { decodeBytes } from "../../server/src/workspace/sources.ts";
import { USE } from "../cli/exposed-use.ts";
import { readPieces } from "../facts/parse.ts";
import { judgeTexts } from "../judge.ts";
import { type Mutation, mutate, mutations } from "./mutations.ts";
import { SEED, share } from "./size.ts";
import { listCFiles } from "./sources.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

const ALL = 20_000;
const sources = listCFiles();
/** A driver of its own, that shares no name with any other file. */
const BESIDE = USE.replaceAll("box", "beside_box");

let watchdog: Watchdog;
beforeAll(() => {
	watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

/** What is wrong with places in a report on a text. */
function misplaced({ uses, findings, holes }: Report, text: string): readonly string[] {
	const lines = text.split("\n");
	const isThere = ({ line, column = 1 }: { readonly line: number; readonly column?: number }): boolean =>
		line >= 1 && line <= lines.length && column >= 1 && column <= (lines[line - 1]?.length ?? 0) + 1;
	return [...uses, ...findings, ...holes].filter((one) => one.file === "a.c" && !isThere(one)).map((one) => JSON.stringify(one));
}

describe("a damaged C file", () => {
	const damaged = fc.record({ source: fc.constantFrom(...sources), other: fc.constantFrom(...sources), damage: mutations });
	it(
		"is judged, as it is and as an edit, and costs no other file anything",
		async () => {
			await fc.assert(
				fc.asyncProperty(damaged, async ({ source, other, damage }: { source: Source; other: Source; damage: readonly Mutation[] }) => {
					watchdog.beat();
					/* what a WeakRef points to stays until its job ends: all cases in one job would fill the memory */
					await setImmediate();
					const text = decodeBytes(mutate(source.bytes, damage, other.bytes));
					if (!text.ok) return;
					const whole = source.bytes.toString("utf8");
					const texts = { "a.c": text.text, "b.c": BESIDE };
					const fresh = judgeTexts(texts, "6.1", (_, one) => readPieces(one));
					const edited = judgeTexts(texts, "6.1", (path, one) => readPieces(one, path === "a.c" ? readPieces(whole) : undefined));
					expect(edited).toEqual(fresh);
					expect(JSON.parse(JSON.stringify(fresh))).toEqual(fresh);
					expect(misplaced(fresh, text.text)).toEqual([]);
					expect(fresh.uses.filter(({ file }) => file === "b.c").map(({ verdict }) => verdict)).toEqual(["exposed"]);
				}),
				{ seed: SEED, numRuns: share(ALL) },
			);
		},
		share(ALL) * 1000,
	);
});

type Source = (typeof sources)[number];
