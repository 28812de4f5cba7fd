/** Fixes of findings about references and ignore comments: on the wrong fixture of each rule, and beside it. */

import { describe, expect, it } from "vitest";
import { readPieces } from "../facts/parse.ts";
import { listRuleFixtures } from "../rules/rule-fixtures.ts";
import { applyFix, fixTexts, proveAll, viewTexts } from "./prove.ts";

const PATH = "drivers/misc/example.c";
const wrong = listRuleFixtures().filter(({ shows, rule }) => shows !== undefined && !rule.startsWith("use-without"));

/** The fixes of each wrong fixture that nothing is left to write in, by rule and name; of several findings the fixes of the first. */
const FIXED: Readonly<Record<string, string>> = {};

describe("the wrong fixtures", () => {
	it.each(wrong)("$rule/$name", ({ rule, name, text, kernel }) => {
		console.log(`=== ${rule}/${name}`, FIXED, readPieces, proveAll, viewTexts, expect);
		for (const [finding, fixes] of fixTexts({ [PATH]: text }, kernel)) {
			for (const fix of fixes) console.log(`${finding.line}: ${fix.id} ${fix.applicability} ${fix.title}\n${applyFix({ [PATH]: text }, fix)[PATH]}`);
			if (fixes.length === 0) console.log("NONE");
		}
	});
});
