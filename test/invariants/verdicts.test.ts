/** There is one engine: a verdict about page tables is what the explorer found, and nothing else makes one. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Use } from "../../server/src/analysis/types.ts";
import { replayTrace } from "../../server/src/model/replay.ts";
import { EXAMPLES, listRoots, readExpectations } from "../examples/roots.ts";
import { listFixtures } from "../fixtures.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { driver, REQUEST_DRIVER } from "./driver.ts";

const CASES: readonly { readonly name: string; readonly kernel?: string; readonly texts: Readonly<Record<string, string>> }[] = [
	...listRoots().map((root) => ({
		name: `examples/${root}`,
		kernel: readExpectations()[root]?.kernel ?? "",
		texts: readTexts(join(EXAMPLES, root)),
	})),
	...listFixtures().map(({ name, texts, expectation }) => ({ name: `fixtures/${name}`, kernel: expectation.kernel, texts })),
	{ name: "a reference to mm_users", texts: { "a.c": driver({ take: "mmget" }) } },
	{ name: "a request", kernel: "6.1", texts: { "a.c": REQUEST_DRIVER } },
	{ name: "a claim", texts: { "a.c": driver({ use: "/* mm lifetime: firmware stops first */\n\tkthread_use_mm(w->mm);" }) } },
];

/** What the explorer must have said for each verdict. */
const EXPLORED: Readonly<Record<Use["verdict"], readonly string[]>> = {
	held: ["proved"],
	guarded: ["proved"],
	uncommented: ["proved"],
	claimed: ["violated"],
	exposed: ["violated"],
	unknown: ["proved", "bounded"],
};

describe.each(CASES)("$name", ({ texts, kernel }) => {
	const { uses, findings } = judgeTexts(texts, kernel);

	it("has verdicts that agree with what was explored", () => {
		for (const use of uses) expect(EXPLORED[use.verdict], `${use.function}: ${use.verdict}`).toContain(use.explored.result);
	});

	it("has a trace exactly where something was violated, and it replays", () => {
		for (const use of uses) {
			expect(use.trace !== undefined).toBe(use.explored.result === "violated");
			if (use.trace) expect(replayTrace(use.trace, use.graphs ?? [])).toMatchObject({ ok: true });
		}
		const ofUses = findings.filter(({ useId }) => useId !== undefined);
		for (const finding of ofUses) if (finding.trace) expect(finding.trace).toBe(uses.find((use) => use.id === finding.useId)?.trace);
	});
});
