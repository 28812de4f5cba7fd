/** The witnesses of the examples: each use that was explored is seen to go well, from its capture to the end of its thread. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXAMPLES, listRoots, readExpectations } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";

const expectations = readExpectations();

describe.each(listRoots())("%s", (root) => {
	const uses = judgeTexts(readTexts(join(EXAMPLES, root)), expectations[root]?.kernel).uses.filter((use) => use.explored.states > 0);

	it("shows each use at its place, with its page tables, while the owner lives on", () => {
		expect(uses).not.toHaveLength(0);
		for (const use of uses) {
			const steps = use.witness ?? [];
			const here = steps.find((step) => step.op === "use" && step.file === use.file && step.line === use.line);
			expect(here?.after.pageTables, `${use.file}:${use.line}`).toBe("live");
			expect(steps.filter((step) => step.thread === "owner" || step.after.users < 1)).toEqual([]);
			expect(steps.filter((step) => step.op === "unuse")).toHaveLength(1);
		}
	});

	it("gives back over the whole thread what it took for the use", () => {
		for (const use of uses) {
			const steps = use.witness ?? [];
			const taken = steps.filter((step) => step.op === "mmgetnz").length;
			const given = steps.filter((step) => step.op === "mmput" || step.op === "mmputa").length;
			expect(given, `${use.file}:${use.line}`).toBeGreaterThanOrEqual(taken);
		}
	});

	it("names a capture for each field that carries the mm, in the order of the witness", () => {
		for (const use of uses) {
			expect(use.captures?.length).toBe(use.fields?.length);
			for (const [index, field] of (use.fields ?? []).entries()) expect(use.captures?.[index]?.text).toContain(`${field.field} = `);
		}
	});
});
