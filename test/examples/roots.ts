/** The examples as a test sees them: their roots, the edits that flip a verdict, and what the compiler says about them. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const EXAMPLES = join(dirname(fileURLToPath(import.meta.url)), "../../examples");

/** One textual edit (`find` occurs exactly once in `file`) and the worst verdict over the uses of the root after it. */
export interface Flip {
	readonly why: string;
	readonly file: string;
	readonly find: string;
	readonly replace: string;
	readonly verdict: string;
}

/** What a person expects of one root. Findings are rule ids; `alsoAllowed` are true as well, but not asked for. */
export interface Expectation {
	readonly kernel: string;
	readonly verdict: string;
	readonly uses: readonly {
		readonly file: string;
		readonly function: string;
		readonly verdict: string;
		readonly guarantee?: string;
		readonly macro?: string;
	}[];
	readonly findings: readonly string[];
	readonly alsoAllowed: readonly string[];
}

/** Reads examples/flips.json: edits by root (`driver/variant`). */
export function readFlips(): Readonly<Record<string, readonly Flip[]>> {
	return JSON.parse(readFileSync(join(EXAMPLES, "flips.json"), "utf8"));
}

/** Reads examples/expected.json: expectations by root (`driver/variant`). */
export function readExpectations(): Readonly<Record<string, Expectation>> {
	return JSON.parse(readFileSync(join(EXAMPLES, "expected.json"), "utf8"));
}

/** Lists the roots on disk, `driver/variant`, sorted: the folders that hold a Makefile. */
export function listRoots(): string[] {
	return readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
		.filter((path) => /^[^/\\]+[/\\][^/\\]+[/\\]Makefile$/.test(path))
		.map((path) => dirname(path).replaceAll("\\", "/"))
		.sort();
}

/** Lists the C files below a folder, relative to it, sorted. */
export function listSources(folder: string): string[] {
	return readdirSync(folder, { recursive: true, encoding: "utf8" })
		.filter((path) => path.endsWith(".c"))
		.map((path) => path.replaceAll("\\", "/"))
		.sort();
}

/** Replaces the one occurrence of `flip.find`. Out: the new text, or undefined when it does not occur exactly once. */
export function applyFlip(text: string, flip: Flip): string | undefined {
	const at = text.indexOf(flip.find);
	if (at < 0 || text.indexOf(flip.find, at + 1) >= 0) return undefined;
	return text.slice(0, at) + flip.replace + text.slice(at + flip.find.length);
}

/** Compiles C files of a root against the headers of its kernel generation. In: root name, its folder (or a copy of it). Out: gcc's complaints. */
export function compileSyntax(root: string, folder: string, sources: readonly string[]): string {
	const generation = /[\d.]+/.exec(root.split("/")[1] ?? "")?.[0] ?? "";
	const includes = [join(folder, "include"), join(EXAMPLES, "include", generation), join(EXAMPLES, "include", "kernel")];
	const run = spawnSync(
		"gcc",
		["-fsyntax-only", "-Wall", "-Werror", "-nostdinc", ...includes.flatMap((path) => ["-I", path]), ...sources],
		{ cwd: folder, encoding: "utf8" },
	);
	return run.error ? run.error.message : run.stderr;
}

/** Says whether a C compiler is there. */
export function hasCompiler(): boolean {
	return spawnSync("gcc", ["--version"]).status === 0;
}
