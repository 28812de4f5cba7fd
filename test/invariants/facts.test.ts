/** Facts are symbols of one text: they know no path, no setting and no other file, and positions in them are relative. */

import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyse } from "../../server/src/analysis/index.ts";
import { extractFacts, piecesOf } from "../../server/src/facts/index.ts";
import type { FileFacts, FunctionFacts, MacroFacts } from "../../server/src/facts/types.ts";
import { EXAMPLES, listRoots } from "../examples/roots.ts";
import { factsOf } from "../facts/parse.ts";
import { readTexts } from "../judge.ts";
import { driver } from "./driver.ts";

/** Every C text of the examples, once. */
const texts = [
	...new Set(
		listRoots().flatMap((root) =>
			Object.entries(readTexts(join(EXAMPLES, root)))
				.filter(([path]) => /\.[ch]$/.test(path))
				.map(([, text]) => text),
		),
	),
];

function freeze<T>(value: T): T {
	if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
		Object.freeze(value);
		Object.values(value).forEach(freeze);
	}
	return value;
}

/** Facts without what says where in the file they stand. */
function withoutPlace(facts: FunctionFacts | MacroFacts): unknown {
	return { ...facts, start: 0, end: 0, line: 0 };
}

function movedFacts(facts: FileFacts): unknown {
	return { functions: facts.functions.map(withoutPlace), macros: facts.macros.map(withoutPlace) };
}

describe("facts", () => {
	it("are made of a text and a parser, and of nothing else", () => {
		expect(extractFacts.length).toBe(2);
	});

	it("are the same whatever was parsed before", () => {
		const first = texts.map(factsOf);
		const again = [...texts].reverse().map(factsOf).reverse();
		expect(again).toEqual(first);
	});

	it("are not changed by an analysis, and serve any path, kernel and setting", () => {
		const text = driver();
		const facts = freeze(factsOf(text));
		const judge = (path: string, kernel: string, functions: Record<string, string>) => {
			const tree = { files: new Map([[path, { path, pieces: piecesOf(facts) }]]), has: () => false, text: () => undefined };
			return analyse(tree, { kernel, kernelForced: true, functions, severity: {}, scope: [] }).report;
		};
		expect(judge("a.c", "6.1", {}).uses.map((use) => use.verdict)).toEqual(["exposed"]);
		expect(judge("drivers/b/c.c", "6.12", {}).uses.map((use) => use.file)).toEqual(["drivers/b/c.c"]);
		expect(judge("a.c", "4.18", {}).uses).toEqual([]);
		expect(judge("a.c", "4.18", { kthread_use_mm: "use_mm", kthread_unuse_mm: "unuse_mm" }).uses).toHaveLength(1);
		expect(facts).toEqual(factsOf(text));
	});

	it("of a function and of a macro stay the same when lines above it move", () => {
		const line = fc.constantFrom("", "\t", "/* é 😀 */", "int pad_;", "#define PAD_ 1", "struct pad_;");
		fc.assert(
			fc.property(fc.constantFrom(...texts), fc.array(line, { minLength: 1, maxLength: 6 }), (text, above) => {
				const moved = factsOf(`${above.join("\n")}\nint end_of_pad_;\n\n${text}`);
				const kept = { ...moved, macros: moved.macros.filter((macro) => macro.name !== "PAD_") };
				expect(movedFacts(kept)).toEqual(movedFacts(factsOf(text)));
			}),
			{ numRuns: 30, seed: 1 },
		);
	});
});
