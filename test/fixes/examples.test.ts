/** The fixes of the exposed examples: one at least for each, all as judged, and C that compiles without a warning. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { compileSyntax, EXAMPLES, hasCompiler, listSources, readExpectations } from "../examples/roots.ts";
import { readTexts } from "../judge.ts";
import { requirePart } from "../requires.ts";
import { applyFix, fixTexts } from "./prove.ts";

const OURS = new Set(["hold-over-use", "hold-from-capture", "pin-struct-and-hold"]);
const exposed = Object.entries(readExpectations()).filter(([, { verdict }]) => verdict === "exposed");
const compiles = requirePart("gcc", hasCompiler(), "apt-get install gcc");

describe.each(exposed)("%s", (root, { kernel }) => {
	const all = readTexts(join(EXAMPLES, root));
	const texts = Object.fromEntries(Object.entries(all).filter(([path]) => /\.[ch]$/.test(path)));
	const found = fixTexts(texts, kernel).filter(([finding]) => finding.rule === "use-without-users-ref");

	it("has a fix for each use", () => {
		expect(found).not.toHaveLength(0);
		for (const [finding, fixes] of found)
			expect(
				fixes.filter((fix) => OURS.has(fix.id)),
				finding.message,
			).not.toHaveLength(0);
	});

	it.skipIf(!compiles)("compiles after each", () => {
		const copy = mkdtempSync(join(tmpdir(), "mm-lifetime-fix-"));
		try {
			for (const [, fixes] of found)
				for (const fix of fixes.filter(({ id }) => OURS.has(id))) {
					cpSync(join(EXAMPLES, root), copy, { recursive: true });
					for (const [path, text] of Object.entries(applyFix(texts, fix))) writeFileSync(join(copy, path), text);
					expect(compileSyntax(root, copy, listSources(copy)), fix.title).toBe("");
				}
		} finally {
			rmSync(copy, { recursive: true, force: true });
		}
	});
});
