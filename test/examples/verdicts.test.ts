import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { VERDICTS } from "../../server/src/analysis/types.ts";
import { replayTrace } from "../../server/src/model/replay.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { applyFlip, EXAMPLES, listRoots, readExpectations, readFlips } from "./roots.ts";

const expectations = readExpectations();
const flips = readFlips();

describe.each(listRoots())("%s", (root) => {
	const texts = readTexts(join(EXAMPLES, root));
	const expected = expectations[root];

	it("is judged as a person expects", () => {
		const report = judgeTexts(texts, expected?.kernel);
		const uses = report.uses.map((use) => ({
			file: use.file,
			function: use.function,
			verdict: use.verdict,
			...(use.guarantee ? { guarantee: use.guarantee } : {}),
			...(use.macro ? { macro: use.macro.name } : {}),
		}));
		expect(uses).toEqual(expected?.uses);
		const rules = [...new Set(report.findings.map((finding) => finding.rule))].filter((rule) => !expected?.alsoAllowed.includes(rule));
		expect(rules.sort()).toEqual([...(expected?.findings ?? [])].sort());
	});

	it("has a trace that replays for each use that is exposed, and none else", () => {
		for (const use of judgeTexts(texts, expected?.kernel).uses) {
			expect(use.trace !== undefined).toBe(use.verdict === "exposed");
			if (use.trace) expect(replayTrace(use.trace, use.graphs ?? [])).toMatchObject({ ok: true });
		}
	});

	it.each(flips[root] ?? [])("flips to $verdict: $why", (flip) => {
		const changed = applyFlip(texts[flip.file] ?? "", flip);
		expect(changed).toBeDefined();
		const { uses } = judgeTexts({ ...texts, [flip.file]: changed ?? "" }, expected?.kernel);
		const worst = VERDICTS[Math.max(...uses.map((use) => VERDICTS.indexOf(use.verdict)))];
		expect(worst, uses.map((use) => `${use.function}: ${use.why}`).join("\n")).toBe(flip.verdict);
	});
});
