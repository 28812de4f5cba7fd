import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeDiff } from "../../server/src/report/diff.ts";
import { makeTree } from "../workspace/tree.ts";

/** What `git apply` makes of a text with a diff; undefined when it refuses. */
function applyDiff(path: string, before: string, diff: string): string | undefined {
	const root = makeTree({});
	const file = join(root, path);
	mkdirSync(dirname(file), { recursive: true });
	writeFileSync(file, before);
	const run = spawnSync("git", ["apply", "-p1", "-"], { cwd: root, input: diff, encoding: "utf8" });
	return run.status === 0 ? readFileSync(file, "utf8") : undefined;
}

const line = fc.constantFrom("a", "b", "c", "d\r", "é", "");
const text = fc.tuple(fc.array(line, { maxLength: 24 }), fc.boolean()).map(([lines, ends]) => lines.join("\n") + (ends ? "\n" : ""));

describe("a diff", () => {
	it("has three lines of context around each change, and one hunk for changes that are close", () => {
		const before = Array.from({ length: 20 }, (_, index) => `${index + 1}\n`).join("");
		const after = before.replace("5\n", "5\nnew\n").replace("9\n", "nine\n").replace("\n20\n", "\n");
		expect(writeDiff("a.c", before, after)).toBe(
			[
				"--- a/a.c",
				"+++ b/a.c",
				"@@ -3,10 +3,11 @@",
				...[" 3", " 4", " 5", "+new", " 6", " 7", " 8", "-9", "+nine", " 10", " 11", " 12"],
				"@@ -17,4 +18,3 @@",
				...[" 17", " 18", " 19", "-20", ""],
			].join("\n"),
		);
	});

	it("is empty when nothing changes", () => {
		expect(writeDiff("a.c", "x\n", "x\n")).toBe("");
	});

	it("is applied by git to any text, and gives the other", () => {
		fc.assert(
			fc.property(text, text, (before, after) => {
				fc.pre(before !== after && before !== "" && after !== "");
				expect(applyDiff("a.c", before, writeDiff("a.c", before, after))).toBe(after);
			}),
			{ numRuns: 60 },
		);
	});

	it.each(["drivers/a b.c", "ä/b.c", 'q"uote.c', "back\\slash.c", "tab\there.c"])("is applied to a file named %j", (path) => {
		expect(applyDiff(path, "x\n", writeDiff(path, "x\n", "y\n"))).toBe("y\n");
	});
});
