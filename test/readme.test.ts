/** README.md says what is so: its options, commands, settings and scenario are those of the program. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { VERDICTS } from "../server/src/analysis/types.ts";
import { CHECK } from "../server/src/cli/check.ts";
import { EXPLAIN } from "../server/src/cli/explain.ts";
import { FACTS } from "../server/src/cli/facts.ts";
import { FIX } from "../server/src/cli/fix.ts";
import { LINK } from "../server/src/cli/link.ts";
import { LSP } from "../server/src/cli/lsp.ts";
import { SIMULATE } from "../server/src/cli/simulate.ts";
import { runScenarios } from "../server/src/model/simulate.ts";
import { parseSettings } from "../server/src/workspace/settings-file.ts";

const text = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The options that a text speaks of, sorted. */
function readOptions(from: string): readonly string[] {
	return [...new Set(from.match(/(?<![\w-])--[a-z][a-z-]*/g))].sort();
}

describe("README.md", () => {
	it("lists the options of check, all of them", () => {
		const table = text.slice(text.search(/^\| option /m), text.search(/^\| exit status /m));
		expect([...readOptions(table), "--help"].sort()).toEqual(readOptions(CHECK.help));
	});

	it("names commands that there are, all of them", () => {
		const named = [...text.matchAll(/node dist\/cli\.js ([a-z]+)/g)].map((match) => match[1]);
		expect([...new Set(named)].sort()).toEqual([CHECK, EXPLAIN, FACTS, FIX, LINK, LSP, SIMULATE].map((command) => command.name).sort());
	});

	it("lists the verdicts", () => {
		const rows = [...text.matchAll(/^\| `([a-z]+)` +\|/gm)].map((match) => match[1]);
		expect(rows).toEqual(VERDICTS);
	});

	it("shows settings and a scenario that are understood", () => {
		const settings = /```json\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
		expect(Object.keys(parseSettings(settings, "README.md"))).toEqual(["kernel", "functions", "severity", "exclude"]);
		const scenario = /```\n(S [\s\S]*?)```/.exec(text)?.[1] ?? "";
		expect(runScenarios(scenario).errors).toEqual([]);
	});
});
