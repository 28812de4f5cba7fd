/** `--write-baseline` and `--baseline`: of the findings only new ones. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { type Run, runProgram } from "./program.ts";

const TREE = { Makefile: MAKEFILE, "drivers/box.c": USE };

function check(root: string, ...args: readonly string[]): Run {
	return runProgram(["check", ...args], { cwd: root });
}

describe("a baseline", () => {
	it("is written with all findings; from then on only new ones are printed and counted", () => {
		const root = makeTree(TREE);
		const written = check(root, "--write-baseline", "known.json", ".");
		expect(written).toEqual({ status: 0, error: "", out: expect.stringMatching(/^0 findings; \d known; 1 use: 1 exposed; /) });
		const text = readFileSync(join(root, "known.json"), "utf8");
		const { version, findings } = JSON.parse(text);
		expect(version).toBe(1);
		const use = { file: "drivers/box.c", function: "box_work", rule: "use-without-users-ref" };
		expect(findings).toContainEqual({ ...use, fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) });
		writeFileSync(join(root, "drivers/box.c"), `\n\n${USE}`);
		expect(check(root, "--baseline=known.json", ".").status).toBe(0);
		writeFileSync(join(root, "drivers/crate.c"), USE.replaceAll("box", "crate"));
		const run = check(root, "--baseline", "known.json", "--format", "json", "--uses", ".");
		expect(run.status).toBe(1);
		const report = JSON.parse(run.out) as Report;
		expect(new Set(report.findings.map(({ file }) => file))).toEqual(new Set(["drivers/crate.c"]));
		expect(report.uses).toHaveLength(2);
		expect(check(root, "--write-baseline", "again.json", ".").status).toBe(0);
		const again = JSON.parse(readFileSync(join(root, "again.json"), "utf8"));
		expect(again.findings).toEqual(expect.arrayContaining(findings));
		expect(again.findings).toHaveLength(2 * findings.length);
	});

	it("holds findings of every severity, and counts those of one fingerprint", () => {
		const root = makeTree({ ...TREE, "drivers/box.c": USE.replace("current->mm", "find_somebody()") });
		expect(check(root, "--write-baseline", "known.json", ".").status).toBe(0);
		expect(check(root, "--baseline", "known.json", "--min-severity", "information", ".").status).toBe(0);
		expect(check(root, "--min-severity", "information", ".").status).toBe(1);
	});

	it("of nothing is one too", () => {
		const root = makeTree({ ...TREE, "drivers/box.c": "int box;\n" });
		expect(check(root, "--write-baseline", "known.json", ".").status).toBe(0);
		writeFileSync(join(root, "drivers/box.c"), USE);
		expect(check(root, "--baseline", "known.json", ".").status).toBe(1);
	});

	it("that cannot be used is said in one line", () => {
		const root = makeTree({
			...TREE,
			"text.json": "text",
			"other.json": '{ "version": 2 }',
			"odd.json": '{ "version": 1, "findings": [{}] }',
		});
		const tell = (...args: readonly string[]): string => {
			const { status, out, error } = check(root, ...args, ".");
			expect({ status, out }).toEqual({ status: 2, out: "" });
			return error;
		};
		expect(tell("--baseline", "none.json")).toBe("mm-lifetime: --baseline: none.json: no such file or folder\n");
		expect(tell("--baseline", "text.json")).toBe("mm-lifetime: --baseline: text.json: not JSON\n");
		expect(tell("--baseline", "other.json")).toBe("mm-lifetime: --baseline: other.json: not a baseline that this program wrote\n");
		expect(tell("--baseline", "odd.json")).toBe("mm-lifetime: --baseline: odd.json: a finding without a fingerprint\n");
		expect(tell("--write-baseline", "none/known.json")).toBe("mm-lifetime: none/known.json: no such file or folder\n");
		for (const other of ["--baseline=text.json", "--diff=HEAD", "--patch=text.json"])
			expect(tell("--write-baseline", "known.json", other)).toContain("exclude each other");
	});
});
