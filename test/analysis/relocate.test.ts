/** Places in what was found out, in a tree in which something has moved. */

import { describe, expect, it } from "vitest";
import { relocate } from "../../server/src/analysis/relocate.ts";
import type { Tree } from "../../server/src/analysis/snapshot.ts";
import { readPieces } from "../facts/parse.ts";

const TEXT = "int f(void)\n{\n\treturn 1;\n}\n\nint g(void)\n{\n\treturn f();\n}\n";

/** A tree of `a.c`, and of `sub/a.c` with another text before it. */
function treeOf(text: string): Tree {
	const before = readPieces(TEXT);
	const files = { "a.c": readPieces(text, before), "sub/a.c": before };
	return {
		files: new Map(Object.entries(files).map(([path, pieces]) => [path, { path, pieces }])),
		has: (path) => path in files,
		text: () => undefined,
	};
}

const FOUND = {
	why: "a reference is taken (a.c:8), but not there (sub/a.c:8), see (a.c:3)",
	steps: [
		{ file: "a.c", line: 8, endLine: 9, column: 2 },
		{ file: "sub/a.c", line: 8, column: 2 },
		{ file: "a.c", line: 3, text: "return 1;" },
	],
	states: 8,
};

describe("what was found out", () => {
	it("is told with the lines on which it stands now, and in the other file as it was", () => {
		const told = relocate(treeOf(TEXT.replace("\treturn 1;\n", "\tint a = 1;\n\n\treturn a;\n")), FOUND);
		expect(told.steps[0]).toEqual({ file: "a.c", line: 10, endLine: 11, column: 2 });
		expect(told.steps[1]).toEqual(FOUND.steps[1]);
		expect(told.why).toContain("(a.c:10)");
		expect(told.why).toContain("(sub/a.c:8)");
		expect(told.states).toBe(8);
	});

	it("is the same where nothing has moved", () => {
		expect(relocate(treeOf(TEXT), FOUND)).toBe(FOUND);
	});
});
