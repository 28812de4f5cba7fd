/** Without the limits of the parser's own, what is too deep for the stack is an exception and no more. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { Language, Parser } from "web-tree-sitter";
import { startRuntime } from "../../server/src/syntax/runtime.ts";
import { loadTestSyntax } from "./load.ts";

const require = createRequire(import.meta.url);

it("refuses what is no module, and starts with one afterwards", async () => {
	await expect(startRuntime(new Uint8Array([1, 2, 3]))).rejects.toThrow("WebAssembly");
	await expect(loadTestSyntax()).resolves.toHaveProperty("parse");
});

it("a recursion that is deeper than the module's own stack writes over nothing", async () => {
	const syntax = await loadTestSyntax();
	const grammar = await Language.load(readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")));
	const parser = new Parser().setLanguage(grammar);
	const tree = parser.parse(`int a = ${"(b)*(c)-".repeat(2200)}1;\n`);
	expect(tree?.rootNode.hasError).toBe(false);
	tree?.delete();
	parser.delete();
	expect(syntax.parse("int x;\n")).toHaveProperty("tree");
});
