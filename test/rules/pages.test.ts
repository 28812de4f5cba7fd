/** A rule is a file, a page and a fixture; and what the page shows is what the checker says. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { VERDICTS } from "../../server/src/analysis/types.ts";
import { RULE_IDS, RULES } from "../../server/src/rules/index.ts";
import { listFixtures } from "../fixtures.ts";
import { judgeTexts } from "../judge.ts";
import { readExamples } from "./examples.ts";
import { listRuleFixtures } from "./rule-fixtures.ts";

const TOP = fileURLToPath(new URL("../..", import.meta.url));
const PAGES = join(TOP, "docs/rules");

/** What every page says, in this order. */
const SECTIONS = ["Why", "Example", "What to do", "When it does not apply", "In the kernel"];

function readPage(rule: string): string {
	return readFileSync(join(PAGES, `${rule}.md`), "utf8");
}

describe("the rules", () => {
	it("have an id and a file of the same name each, and the table names them all", () => {
		const files = readdirSync(join(TOP, "server/src/rules"))
			.filter((name) => name !== "index.ts" && name !== "rule.ts")
			.map((name) => name.replace(/\.ts$/, ""));
		expect([...RULE_IDS].sort()).toEqual(files.sort());
	});

	it("have a page each, and no page is without a rule", () => {
		expect(readdirSync(PAGES).sort()).toEqual(RULE_IDS.map((rule) => `${rule}.md`).sort());
	});

	it("are all in the settings schema", () => {
		const schema = JSON.parse(readFileSync(join(TOP, "schema/mm-lifetime.schema.json"), "utf8"));
		expect(Object.keys(schema.properties.severity.properties)).toEqual(expect.arrayContaining([...RULE_IDS]));
	});

	it("each have a fixture in which they find something", () => {
		const missing = new Set(RULE_IDS);
		for (const { rule } of listRuleFixtures()) missing.delete(rule);
		for (const { texts, expectation } of listFixtures()) {
			if (missing.size === 0) break;
			for (const { rule } of judgeTexts(texts, expectation.kernel).findings) missing.delete(rule);
		}
		expect([...missing]).toEqual([]);
	});
});

describe.each(RULES.map(({ id, severity }) => [id, severity] as const))("docs/rules/%s.md", (id, severity) => {
	const page = readPage(id);
	const examples = readExamples(page);

	it("has its title, its severity and its sections", () => {
		expect(page).toMatch(new RegExp(`^# ${id}\n\n\\*\\*${severity[0]?.toUpperCase()}${severity.slice(1)}\\.\\*\\* `));
		expect([...page.matchAll(/^## (.+)$/gm)].map((match) => match[1])).toEqual(SECTIONS);
	});

	it("shows code that the rule is about, and code that it is content with", () => {
		expect(examples.some((example) => example.findings.includes(id))).toBe(true);
		expect(examples.some((example) => !example.findings.includes(id))).toBe(true);
	});

	it.each(examples)("the example at line $line has $findings", ({ code, kernel, verdict, findings }) => {
		const report = judgeTexts({ "drivers/misc/example.c": code }, kernel);
		const worst = report.uses.length > 0 ? VERDICTS[Math.max(...report.uses.map((use) => VERDICTS.indexOf(use.verdict)))] : undefined;
		expect({ verdict: worst, findings: [...new Set(report.findings.map(({ rule }) => rule))].sort() }, report.uses[0]?.why).toEqual({
			verdict,
			findings,
		});
	});

	it("links to pages that are there", () => {
		const links = [...page.matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? "");
		expect(links.filter((link) => !RULE_IDS.some((rule) => link === `${rule}.md`))).toEqual([]);
	});
});

describe("an example", () => {
	const page = (head: string) => `# x\n\n\`\`\`c\n${head}\nint x;\n\`\`\`\n`;

	it("says its verdict, and may say its kernel and its findings", () => {
		expect(readExamples(page("// verdict: held\n// kernel: 4.18\n// findings: b, a"))).toEqual([
			{ line: 4, verdict: "held", kernel: "4.18", findings: ["a", "b"], code: expect.stringContaining("int x;") },
		]);
		expect(readExamples(page("// verdict: exposed"))[0]?.findings).toEqual(["use-without-users-ref"]);
	});

	it.each(["int y;", "// verdict: fine", "// kernel: 4.18", "// verdict: held\n// compiles: yes", "// verdict: held\n// verdict: held"])(
		"that begins with %j is refused",
		(head) => {
			expect(() => readExamples(page(head))).toThrow(/^line 4: /);
		},
	);
});
