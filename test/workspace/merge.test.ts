import { join } from "node:path";
import { expect, it } from "vitest";
import { mergeReports } from "../../server/src/workspace/merge.ts";
import { EXAMPLES } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";

/** Every `file` in a value, wherever it stands. */
function filesIn(value: unknown): readonly string[] {
	if (typeof value !== "object" || value === null) return [];
	return Object.entries(value).flatMap(([key, inner]) => (key === "file" ? [String(inner)] : filesIn(inner)));
}

it("puts the prefix of a tree before every path that a report names, and none before steps without a place", () => {
	const report = judgeTexts(readTexts(join(EXAMPLES, "kvmgt/4.18")), "4.18");
	const before = filesIn(report.uses);
	expect(before.length).toBeGreaterThan(20);
	expect(report.uses[0]).toMatchObject({ captures: [{}], fields: [{}], witness: expect.any(Array), trace: expect.any(Array) });
	const merged = mergeReports([{ report, prefix: "tree/" }]);
	expect(filesIn(merged.uses)).toEqual(before.map((file) => (file === "" ? "" : `tree/${file}`)));
});
