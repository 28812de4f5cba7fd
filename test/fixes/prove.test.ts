/** A fix is offered only if the edited text was judged, and is what the fix says. */

import { describe, expect, it } from "vitest";
import { VERDICTS } from "../../server/src/analysis/types.ts";
import { readPieces } from "../facts/parse.ts";
import { listFixtures } from "../fixtures.ts";
import { makeAio, makeExposed } from "./drivers.ts";
import { applyFix, fixTexts, judgeAgain, proveAll, viewTexts } from "./prove.ts";

/** Some of the fixtures, each of which is judged a dozen times. */
const fixtures = listFixtures().filter(
	({ name }, index) => /ok-uncommented|contract-bad|macro-(use|comment)/.test(name) || index % 16 === 0,
);

describe("the fixes of a fixture do what they say, and nothing else", () => {
	it.each(fixtures)("$name", ({ texts, expectation }) => {
		const before = judgeAgain(texts, expectation.kernel);
		const known = new Set(before.findings.map((finding) => finding.fingerprint));
		for (const [finding, fixes] of fixTexts(texts, expectation.kernel)) {
			expect(new Set(fixes.map((fix) => fix.id)).size).toBe(fixes.length);
			expect(fixes.filter((fix) => fix.preferred).length).toBeLessThan(2);
			for (const fix of fixes) {
				const after = judgeAgain(applyFix(texts, fix), expectation.kernel);
				const verdict = after.uses.find((use) => use.id === finding.useId)?.verdict;
				expect(verdict, fix.id).toBe(fix.verdictAfter);
				expect(after.findings.filter((found) => !known.has(found.fingerprint))).toEqual([]);
				if (fix.applicability === "placeholder") expect(after.findings).toHaveLength(before.findings.length);
				else if (verdict !== undefined) expect(VERDICTS.indexOf(verdict)).toBeLessThanOrEqual(VERDICTS.indexOf("guarded"));
			}
		}
	});
});

describe("the proof", () => {
	const view = viewTexts({ "a.c": makeAio() }, "4.18");
	const [finding] = view.judge([]).report.findings;
	if (!finding) throw new Error("nothing found");

	it("judges the edited text: where that is not what it gets, nothing is mended", () => {
		expect(proveAll(view, finding, readPieces).map((fix) => fix.id)).toEqual(["write-comment", "silence:use-needs-comment"]);
		expect(proveAll(view, finding, () => readPieces(makeAio())).map((fix) => fix.id)).toEqual(["silence:use-needs-comment"]);
		expect(proveAll(view, finding, () => readPieces(makeExposed()))).toEqual([]);
	});

	it("offers nothing where the edited text cannot be parsed, or the finding is none of the view", () => {
		expect(proveAll(view, finding, () => readPieces("}}} (((("))).toEqual([]);
		expect(proveAll(view, { ...finding, useId: "gone" }, readPieces)).toEqual([]);
	});

	it("asks for nothing, and changes nothing that was judged", () => {
		const texts = { "a.c": makeExposed() };
		const fresh = viewTexts(texts);
		const [first] = fresh.judge([]).report.findings;
		const other = viewTexts(texts);
		if (first) expect(proveAll(other, first)).not.toHaveLength(0);
		expect(other.judge([])).toEqual(fresh.judge([]));
	});
});
