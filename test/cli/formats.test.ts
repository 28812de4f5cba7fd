import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "sarif";
import { describe, expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { runProgram } from "./program.ts";

const makeRoot = (): string => makeTree({ Makefile: MAKEFILE, "drivers/a b.c": USE });

describe("formats for other programs and for reading", () => {
	it("SARIF goes to standard output, with the exit status of the findings", () => {
		const run = runProgram(["check", "--format", "sarif", makeRoot()]);
		expect(run.error).toBe("");
		expect(run.status).toBe(1);
		const results = (JSON.parse(run.out) as Log).runs[0]?.results ?? [];
		const result = results.find(({ ruleId }) => ruleId === "use-without-users-ref");
		expect(result).toMatchObject({
			locations: [{ physicalLocation: { artifactLocation: { uri: "drivers/a%20b.c" }, region: { startLine: 8, startColumn: 2 } } }],
		});
		expect(result?.codeFlows?.[0]?.threadFlows.length).toBeGreaterThan(2);
	});

	it("a page goes to a file in one go, and standard output stays empty", () => {
		const root = makeRoot();
		const file = join(root, "report.html");
		const run = runProgram(["check", "--format", "html", "--output", file, root]);
		expect({ ...run, status: run.status }).toEqual({ status: 1, out: "", error: "" });
		const page = readFileSync(file, "utf8");
		expect(page).toMatch(/^<!doctype html>/);
		expect(page).toContain("vscode://file");
		expect(page).toContain("/drivers/a%20b.c:8");
		expect(page.trimEnd()).toMatch(/<\/html>$/);
	});

	it("all say what they are when a format is not known", () => {
		const run = runProgram(["check", "--format", "pdf", makeRoot()]);
		expect(run.error).toBe("mm-lifetime: option '--format' must be text or json or sarif or html, not \"pdf\"\n");
		expect(run.status).toBe(2);
	});

	it("are those of link too", () => {
		const root = makeRoot();
		const facts = runProgram(["facts", "drivers/a b.c"], { cwd: root });
		const run = runProgram(["link", "--format", "html", "-"], { cwd: root, input: facts.out });
		expect(run.error).toBe("");
		expect(run.out).toContain('href="drivers/a%20b.c#L8"');
	});
});
