/** Whole kernels, by the built program, against what was read off their sources by hand. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { findLinuxTree } from "../linux-trees.ts";
import { requirePart } from "../requires.ts";

const PROGRAM = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

function readJson<T>(name: string): T {
	return JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as T;
}

function check(tree: string): Report {
	const run = spawnSync(process.execPath, [PROGRAM, "check", "--uses", "--format", "json", tree], { encoding: "utf8", maxBuffer: 1 << 28 });
	expect(run.stderr).toBe("");
	expect(run.status).toBe(1);
	return JSON.parse(run.stdout) as Report;
}

/** Replays every trace of a report with the program itself; returns its exit status. */
function replay(report: Report): number | null {
	const folder = mkdtempSync(join(tmpdir(), "mm-lifetime-"));
	try {
		writeFileSync(join(folder, "report.json"), JSON.stringify(report));
		return spawnSync(process.execPath, [PROGRAM, "simulate", "--trace", join(folder, "report.json")]).status;
	} finally {
		rmSync(folder, { recursive: true });
	}
}

interface Expected {
	readonly uses: readonly { readonly file: string; readonly function: string; readonly verdict: string; readonly macro?: string }[];
	readonly macros?: readonly { readonly name: string; readonly file: string; readonly verdict: string; readonly expansions: number }[];
}

function keyed(uses: readonly { readonly file: string; readonly function: string; readonly verdict: string }[]): string[] {
	return uses.map((use) => `${use.file} ${use.function} ${use.verdict}`).sort();
}

/** What is found in a tree, each rule once a function. */
function found(report: Report | undefined): readonly string[] {
	const lines = (report?.findings ?? []).map(({ file, function: fn, rule, severity }) => `${file} ${fn} ${severity} ${rule}`);
	return [...new Set(lines)].sort();
}

const findings = readJson<Readonly<Record<string, readonly { readonly key: string; readonly true: string }[]>>>("linux-findings.json");

const linux61 = findLinuxTree("6.1");
describe.runIf(requirePart("Linux 6.1 source", linux61 !== undefined, "apt-get install linux-source-6.1, unpack it and set LINUX_6_1"))(
	"Linux 6.1",
	() => {
		const expected = readJson<Expected>("linux-6.1-uses.json");
		const report = linux61 === undefined ? undefined : check(linux61);
		const uses = report?.uses ?? [];

		it("gives each labelled use its verdict, and finds no other", () => {
			expect(keyed(uses.filter((use) => use.macro === undefined))).toEqual(keyed(expected.uses));
		});
		it("finds what a person has called true or false, and nothing else", () => {
			expect(found(report)).toEqual((findings["6.1"] ?? []).map(({ key }) => key));
		});
		it.each(expected.macros ?? [])("judges every expansion of $name", ({ name, file, verdict, expansions }) => {
			const found = uses.filter((use) => use.macro?.name === name && use.macro.file === file);
			expect(found.map((use) => use.verdict)).toEqual(Array(expansions).fill(verdict));
		});
		it("has a trace that replays for each exposed use", () => {
			for (const use of uses) expect(use.trace !== undefined, use.file).toBe(use.verdict === "exposed");
			expect(report && replay(report)).toBe(0);
		});
		it("understands every file that takes part in a verdict", () => {
			expect(uses.filter((use) => use.verdict === "unknown")).toEqual([]);
			expect((report?.stats.functionsWithHoles ?? 0) / (report?.stats.functions ?? 1)).toBeLessThan(0.002);
		});
	},
);

const linux612 = findLinuxTree("6.12");
describe.runIf(requirePart("Linux 6.12 source", linux612 !== undefined, "apt-get install linux-source-6.12, unpack it and set LINUX_6_12"))(
	"Linux 6.12",
	() => {
		it("gives each use the verdict that a person read off the source", () => {
			const expected = readJson<Expected>("linux-6.12-uses.json");
			const report = linux612 === undefined ? undefined : check(linux612);
			expect(keyed(report?.uses ?? [])).toEqual(keyed(expected.uses));
			expect(found(report)).toEqual((findings["6.12"] ?? []).map(({ key }) => key));
			expect(report && replay(report)).toBe(0);
		});
	},
);
