/** Places are lines and UTF-16 columns of the file; names of uses and findings do not depend on them. */

import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { judgeTexts } from "../judge.ts";
import { driver } from "./driver.ts";

const CALL = "kthread_use_mm(w->mm)";

describe("the place of a use", () => {
	it.each([
		["plain", `${CALL};`, 2],
		["behind a character of two units and a tab", `/* 😀 */\t${CALL};`, 2 + "/* 😀 */\t".length],
		["behind a character of one unit and two bytes", `/* é */ ${CALL};`, 2 + "/* é */ ".length],
		["behind tabs", `\t\t${CALL};`, 4],
	])("%s is a line and a column in UTF-16 units, from 1", (_what, use, column) => {
		const text = `/* 😀😀 */\n${driver({ use })}`;
		const line = text.split("\n").findIndex((candidate) => candidate.includes(CALL)) + 1;
		const { uses, findings } = judgeTexts({ "a.c": text });
		const place = { line, column, endLine: line, endColumn: column + CALL.length };
		expect(uses).toEqual([expect.objectContaining(place)]);
		expect(findings).toEqual([expect.objectContaining(place)]);
		expect(
			text
				.split("\n")
				[line - 1]?.slice(column - 1)
				.startsWith(CALL),
		).toBe(true);
	});

	it("is the same in a file with carriage returns", () => {
		const place = (text: string) => judgeTexts({ "a.c": text }).uses.map(({ line, column, endColumn }) => ({ line, column, endColumn }));
		expect(place(driver().replaceAll("\n", "\r\n"))).toEqual(place(driver()));
	});

	it("in a trace is a place in the source that holds what the step says", () => {
		const lines = driver().split("\n");
		const steps = judgeTexts({ "a.c": driver() }).uses.flatMap((use) => use.trace ?? []);
		const own = steps.filter((step) => step.op === "mmgrab" || step.op === "use");
		expect(own).toHaveLength(2);
		for (const { line, column, step } of own) expect(lines[line - 1]?.slice(column - 1, column - 1 + step.length)).toBe(step);
	});
});

function names(report: Report): unknown {
	return {
		uses: report.uses.map(({ id, verdict }) => [id, verdict]),
		findings: report.findings.map(({ id, fingerprint, rule, useId }) => [id, fingerprint, rule, useId]),
	};
}

describe("ids and fingerprints", () => {
	const text = `${driver({ tag: "one", prefix: "one" })}${driver({ tag: "two", prefix: "two" })}`;
	const before = names(judgeTexts({ "a.c": text }));

	it.each([
		["above", `/* é😀 */\n#define X 1\n\nint x;\n${text}`],
		["between functions", text.replace("struct two {", "int between(void)\n{\n\treturn 0;\n}\n\nstruct two {")],
		["in the function itself", text.replaceAll("\tkthread_use_mm", "\n\n\t\tkthread_use_mm")],
		["as carriage returns", text.replaceAll("\n", "\r\n")],
	])("stay when lines are added %s", (_where, changed) => {
		expect(changed).not.toBe(text);
		expect(names(judgeTexts({ "a.c": changed }))).toEqual(before);
	});

	it("differ between files, functions, and several uses of one mm in one function", () => {
		const twice = driver({ use: `${CALL};\n\tkthread_unuse_mm(w->mm);\n\t${CALL};` });
		const { uses, findings } = judgeTexts({ "a.c": text, "b.c": text, "c.c": twice });
		expect(uses).toHaveLength(6);
		expect(new Set(uses.map((use) => use.id)).size).toBe(6);
		expect(new Set(findings.map((finding) => finding.fingerprint)).size).toBe(findings.length);
	});
});
