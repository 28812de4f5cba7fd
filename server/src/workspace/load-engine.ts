import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { openView } from "../analysis/index.ts";
import { seedWords } from "../kernel/seeds.ts";
import { NEWEST_KNOWN_KERNEL } from "../kernel/versions.ts";
import { loadSyntax } from "../syntax/index.ts";
import type { Engine } from "./engine.ts";
import { makeReader } from "./extract.ts";
import { describeError, InputError } from "./input-error.ts";

let loading: Promise<Engine> | undefined;

/**
 * Makes the core ready: reads the two WebAssembly files and starts the parser. Done once a process.
 * @throws InputError when this program's own files are missing
 */
export function loadEngine(): Promise<Engine> {
	loading ??= makeEngine();
	return loading;
}

async function makeEngine(): Promise<Engine> {
	const syntax = await loadSyntax({
		runtime: readWasm("web-tree-sitter.wasm", "web-tree-sitter/web-tree-sitter.wasm"),
		grammar: readWasm("tree-sitter-c.wasm", "tree-sitter-c/tree-sitter-c.wasm"),
	});
	return {
		seeds: seedWords(),
		newestKernel: NEWEST_KNOWN_KERNEL,
		reader: makeReader(syntax),
		openView,
	};
}

/** The build puts the files beside the program; from source they are where npm put them. */
function readWasm(name: string, fromPackage: string): Uint8Array {
	try {
		return readFileSync(new URL(`./${name}`, import.meta.url));
	} catch {
		try {
			return readFileSync(createRequire(import.meta.url).resolve(fromPackage));
		} catch (error) {
			throw new InputError(`${name}, a part of this program, is missing: ${describeError(error)}`);
		}
	}
}
