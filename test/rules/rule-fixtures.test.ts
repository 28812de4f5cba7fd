/** Every wrong fixture of a rule is found by that rule alone, and its right twin by none. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { IGNORE_RULES, OWNER_RULES, RULE_IDS } from "../../server/src/rules/index.ts";
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
		const shown = new Set(fixtures.map(({ rule }) => rule));
		expect(rules.filter((rule) => !shown.has(rule))).toEqual([]);
		expect([...shown].filter((rule) => !RULE_IDS.includes(rule))).toEqual([]);
		const names = new Set(fixtures.map(({ rule, name }) => `${rule}/${name}`));
		for (const { rule, name } of fixtures) {
			expect(names).toContain(`${rule}/${name.replace(/_(?:bad|ok)$/, "_ok")}`);
			expect(names).toContain(`${rule}/${name.replace(/_(?:bad|ok)$/, "_bad")}`);
		}
		for (const { rule, name, shows } of fixtures) expect(shows, `${rule}/${name}`).toBe(name.endsWith("_bad") ? rule : undefined);
	});

	it("has pairs after at least 24 bugs of the kernel's history, each named on the page of its rule", () => {
		const named = new Map(
			fixtures.flatMap(({ rule, name, fixedBy }) => (fixedBy === undefined ? [] : [[`${rule}/${name}`, { rule, fixedBy }]])),
		);
		const bad = [...named].filter(([name]) => name.endsWith("_bad"));
		for (const [name, { fixedBy }] of bad) expect(named.get(name.replace(/_bad$/, "_ok"))?.fixedBy, name).toBe(fixedBy);
		expect(named.size).toBe(2 * bad.length);
		const titles = new Set(bad.map(([, { fixedBy }]) => fixedBy));
		expect(titles.size).toBe(bad.length);
		expect(titles.size).toBeGreaterThanOrEqual(24);
		for (const [name, { rule, fixedBy }] of bad) {
			const page = readFileSync(new URL(`../../docs/rules/${rule}.md`, import.meta.url), "utf8");
			expect(page.replaceAll(/\s+/g, " ").includes(`"${fixedBy}"`), `${name}: the page of ${rule} names "${fixedBy}"`).toBe(true);
		}
	});
});
