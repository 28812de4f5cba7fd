/** The examples are C: every file, and every edit that flips a verdict, compiles without a warning. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { requirePart } from "../requires.ts";
import { applyFlip, compileSyntax, EXAMPLES, hasCompiler, listRoots, listSources, readExpectations, readFlips } from "./roots.ts";

const roots = listRoots();
const flips = readFlips();
const expectations = readExpectations();

describe("the data beside the examples", () => {
	it("names the roots that are there, no more and no less", () => {
		expect(Object.keys(expectations).sort()).toEqual(roots);
		expect(Object.keys(flips).sort()).toEqual(roots);
	});

	it.each(roots)("%s: expects uses in functions that its files define, in the kernel that its Makefile states", (root) => {
		const expectation = expectations[root];
		const makefile = readFileSync(join(EXAMPLES, root, "Makefile"), "utf8");
		const version = ["VERSION", "PATCHLEVEL", "SUBLEVEL"].map((name) => new RegExp(`^${name} = (\\d+)$`, "m").exec(makefile)?.[1]);
		expect(version.join(".")).toBe(expectation?.kernel);
		for (const use of expectation?.uses ?? []) {
			const text = readFileSync(join(EXAMPLES, root, use.file), "utf8");
			expect(text).toMatch(new RegExp(`^[a-z].*\\b${use.function}\\([^;]*\\)\\n\\{`, "m"));
		}
	});

	it.each(roots)("%s: each edit applies in one place and changes the verdict", (root) => {
		expect(flips[root]).not.toHaveLength(0);
		for (const flip of flips[root] ?? []) {
			expect(applyFlip(readFileSync(join(EXAMPLES, root, flip.file), "utf8"), flip), flip.why).toBeDefined();
			expect(flip.verdict, flip.why).not.toBe(expectations[root]?.verdict);
		}
	});
});

describe.skipIf(!requirePart("gcc", hasCompiler(), "apt-get install gcc"))("gcc -fsyntax-only -Wall -Werror", () => {
	it.each(roots)("%s compiles", (root) => {
		const folder = join(EXAMPLES, root);
		const sources = listSources(folder);
		expect(sources).not.toHaveLength(0);
		expect(compileSyntax(root, folder, sources)).toBe("");
	});

	it.each(roots)("%s compiles after each edit", (root) => {
		const copy = mkdtempSync(join(tmpdir(), "mm-lifetime-flip-"));
		try {
			cpSync(join(EXAMPLES, root), copy, { recursive: true });
			const sources = listSources(copy);
			for (const flip of flips[root] ?? []) {
				const path = join(copy, flip.file);
				const before = readFileSync(path, "utf8");
				writeFileSync(path, applyFlip(before, flip) ?? "");
				expect(compileSyntax(root, copy, flip.file.endsWith(".c") ? [flip.file] : sources), flip.why).toBe("");
				writeFileSync(path, before);
			}
		} finally {
			rmSync(copy, { recursive: true, force: true });
		}
	});
});
