/** Every wrong fixture of a rule is found by that rule alone, and its right twin by none. */

import { describe, expect, it } from "vitest";
import { IGNORE_RULES, OWNER_RULES } from "../../server/src/rules/index.ts";
import { judgeTexts } from "../judge.ts";
import { listRuleFixtures } from "./rule-fixtures.ts";

const fixtures = listRuleFixtures();

describe("test/rules/fixtures", () => {
	it.each(fixtures)("$rule/$name", ({ text, kernel, shows }) => {
		const { findings } = judgeTexts({ "drivers/misc/example.c": text }, kernel);
		expect([...new Set(findings.map(({ rule }) => rule))], findings.map(({ message }) => message).join("\n")).toEqual(shows ? [shows] : []);
	});

	it("has a wrong file for each rule about references and comments, and a right one beside each", () => {
		const rules = [...OWNER_RULES, ...Object.values(IGNORE_RULES)].map(({ id }) => id);
		expect([...new Set(fixtures.map(({ rule }) => rule))].sort()).toEqual(rules.sort());
		const names = new Set(fixtures.map(({ rule, name }) => `${rule}/${name}`));
		for (const { rule, name } of fixtures) {
			expect(names).toContain(`${rule}/${name.replace(/_(?:bad|ok)$/, "_ok")}`);
			expect(names).toContain(`${rule}/${name.replace(/_(?:bad|ok)$/, "_bad")}`);
		}
		for (const { rule, name, shows } of fixtures) expect(shows, `${rule}/${name}`).toBe(name.endsWith("_bad") ? rule : undefined);
	});
});
