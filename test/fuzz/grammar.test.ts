/** C from a grammar: nothing throws, all calls are found, and line ends between words change no verdict. */

import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { readPieces } from "../facts/parse.ts";
import { judgeTexts } from "../judge.ts";
import { drivers, write } from "./grammar.ts";
import { SEED, share } from "./size.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

const ALL = 2_000;

let watchdog: Watchdog;
beforeAll(() => {
	watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

function judge(text: string): Report {
	return judgeTexts({ "odd.c": text }, "6.1", (_, one) => readPieces(one));
}

/** What is said, without places. */
function said({ uses, findings }: Report) {
	return {
		uses: uses.map(({ verdict, function: fn, mm }) => `${fn} ${mm} ${verdict}`),
		findings: findings.map(({ rule, function: fn }) => `${fn} ${rule}`).sort(),
	};
}

describe("a driver from the grammar", () => {
	it(
		"is judged, and as before with a line end for every blank",
		async () => {
			await fc.assert(
				fc.asyncProperty(drivers, async (driver) => {
					watchdog.beat();
					/* what a WeakRef points to stays until its job ends: all cases in one job would fill the memory */
					await setImmediate();
					const flat = judge(write(driver, " "));
					expect(JSON.parse(JSON.stringify(flat))).toEqual(flat);
					watchdog.beat();
					expect(said(judge(write(driver, "\n")))).toEqual(said(flat));
				}),
				{ seed: SEED, numRuns: share(ALL) },
			);
		},
		share(ALL) * 1000,
	);
});
