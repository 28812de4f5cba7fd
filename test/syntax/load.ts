/** Loads the parser for tests: the wasm files of the installed packages. */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadSyntax, type Syntax } from "../../server/src/syntax/index.ts";

const require = createRequire(import.meta.url);

/** A parser of its own for the caller. */
export function loadTestSyntax(): Promise<Syntax> {
	return loadSyntax({
		runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
		grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")),
	});
}
