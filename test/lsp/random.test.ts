import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { runProgram } from "../cli/program.ts";
import { Desk, type Step, step } from "./desk.ts";
import { copyExample, Editor, isRecord, MODERN, PLAIN } from "./editor.ts";
import { EXPOSED } from "./example.ts";

/** The command line is asked about the tree, in which a file that nothing needs is not read. */
const NOT_TOLD = ["hole"];

it.each([
	["asked for", MODERN],
	["told", PLAIN],
])("diagnostics that are %s are those of the command line, whatever was done before", async (_way, capabilities) => {
	await fc.assert(
		fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), fc.boolean(), async (steps: readonly Step[], isFolder) => {
			const root = copyExample(EXPOSED.example);
			const editor = await Editor.start({ folders: isFolder ? [root] : [], capabilities });
			const desk = new Desk(root, editor);
			for (const one of steps) await desk.do(one);
			await desk.do({ kind: "settings", settings: {} });
			await desk.do({ kind: "open", file: EXPOSED.file });
			await desk.do({ kind: "wait", milliseconds: 250 });
			await editor.ready(8000);
			let found = await desk.readDiagnostics(NOT_TOLD);
			const expected = check(desk);
			await editor
				.until(async () => {
					found = await desk.readDiagnostics(NOT_TOLD);
					return JSON.stringify(found) === JSON.stringify(expected);
				}, 3000)
				.catch(() => undefined);
			expect(found).toEqual(expected);
			expect(desk.errors).toEqual([]);
			expect(editor.said.filter(({ params }) => isRecord(params) && params["type"] === 1)).toEqual([]);
			expect(await editor.stop()).toBe(0);
		}),
		{ numRuns: 2, endOnFailure: true },
	);
});

/** What the command line says of the same texts. */
function check({ open, root }: Desk): Readonly<Record<string, readonly string[]>> {
	for (const [path, content] of open) {
		mkdirSync(dirname(join(root, path)), { recursive: true });
		writeFileSync(join(root, path), content);
	}
	const report: Report = JSON.parse(runProgram(["check", "--format", "json", "--min-severity", "information", root]).out);
	const said = (path: string): readonly string[] =>
		report.findings.filter((one) => one.file === path).map(({ line, column, rule, message }) => `${line}:${column} ${rule} ${message}`);
	return Object.fromEntries([...open.keys()].map((path) => [path, said(path)]));
}
