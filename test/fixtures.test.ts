/** Every fixture is judged as its first line says. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERDICTS, type Verdict } from "../server/src/analysis/types.ts";
import { listFixtures, readExpectation } from "./fixtures.ts";
import { judgeTexts } from "./judge.ts";

const fixtures = listFixtures();

/** Fixtures that are not judged right yet: the verdict they get, and what is missing. One that comes out right must leave the list. */
const open = JSON.parse(readFileSync(new URL("fixtures/open.json", import.meta.url), "utf8")) as Record<
	string,
	{ readonly verdict: Verdict }
>;

describe("test/fixtures", () => {
	it("holds some", () => {
		expect(fixtures).not.toHaveLength(0);
	});

	/* A function with a use that the first line does not name, and one it names that has none, are differences as well. */
	it.each(fixtures)("$name", ({ name, texts, expectation }) => {
		const report = judgeTexts(texts, expectation.kernel);
		const judged: Record<string, Verdict> = {};
		for (const use of report.uses) {
			const known = judged[use.function];
			if (known === undefined || VERDICTS.indexOf(use.verdict) > VERDICTS.indexOf(known)) judged[use.function] = use.verdict;
		}
		const missed = open[name];
		if (missed) {
			expect(judged).not.toEqual(expectation.verdicts);
			expect(Object.values(judged)).toContain(missed.verdict);
			return;
		}
		expect(judged, report.uses.map((use) => `${use.function}: ${use.verdict}: ${use.why}`).join("\n")).toEqual(expectation.verdicts);
	});
});

it("names only fixtures that exist in the list of open ones", () => {
	const names = new Set(fixtures.map((fixture) => fixture.name));
	expect(Object.keys(open).filter((name) => !names.has(name))).toEqual([]);
});

describe("the first line of a fixture", () => {
	it("says the kernel and the verdict of each function with a use", () => {
		expect(readExpectation("/* kernel: 6.1, expect: work=exposed copy_bad=unknown */\nint x;\n")).toEqual({
			kernel: "6.1",
			verdicts: { work: "exposed", copy_bad: "unknown" },
		});
	});

	it.each([
		"",
		"int x;",
		"// kernel: 6.1, expect: work=exposed",
		"/* expect: work=exposed */",
		"/* kernel: new, expect: work=exposed */",
		"/* kernel: 6.1, expect: */",
		"/* kernel: 6.1, expect: work */",
		"/* kernel: 6.1, expect: work=fine */",
		"/* kernel: 6.1, expect: work=held work=exposed */",
		"/* kernel: 6.1, expect: work=held",
	])("%j is refused", (line) => {
		expect(() => readExpectation(`${line}\n`)).toThrow();
	});
});
