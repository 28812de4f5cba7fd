/**
 * How much of a Linux tree the dialect pass makes clean: for the files that speak of an mm, functions whose syntax tree holds no error,
 * before and after the pass, and what is left.
 *
 *   npm run bench:dialect -- LINUX_TREE [--all] [--outside] [--lines N]
 *
 * `--all`: every C file of the tree; `--outside`: also name errors that stand in no function.
 *
 * A function counts once for each text that it is parsed in (both arms of an `#if` that cuts through it). One whose body a token scan
 * finds at file level but which the tree does not have as a function counts as not clean.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { loadSyntax } from "../server/src/syntax/index.ts";
import { countDialect } from "./dialect-count.ts";

const args = process.argv.slice(2);
const root = args.find((arg) => !arg.startsWith("-") && !/^\d+$/.test(arg));
if (root === undefined) {
	process.stderr.write("usage: bench:dialect LINUX_TREE [--all] [--outside] [--lines N]\n");
	process.exit(2);
}
const everything = args.includes("--all");
const outside = args.includes("--outside");
const limit = args.includes("--lines") ? Number(args[args.indexOf("--lines") + 1]) : 60;
const require = createRequire(join(process.cwd(), "package.json"));
const syntax = await loadSyntax({
	runtime: readFileSync(require.resolve("web-tree-sitter/web-tree-sitter.wasm")),
	grammar: readFileSync(require.resolve("tree-sitter-c/tree-sitter-c.wasm")),
});
const { left, ...total } = countDialect(root, syntax, { everything, outside });
const share = (clean: number, all: number) => `${clean} / ${all} = ${all === 0 ? "-" : ((100 * clean) / all).toFixed(2)} %`;
process.stdout.write(`files: ${total.files}, ${(total.bytes / 1e6).toFixed(1)} MB; with an error anywhere: ${total.dirtyFiles}\n`);
if (!everything) process.stdout.write(`functions clean, grammar alone: ${share(total.rawClean, total.rawAll)}\n`);
process.stdout.write(`functions clean, with the pass:  ${share(total.clean, total.all)}\n`);
if (!everything) {
	process.stdout.write(`functions to the grammar alone that are statements inside a function: ${total.inner}\n`);
	process.stdout.write(`functions to the grammar alone that the pass does not give: ${total.missed}\n`);
}
process.stdout.write(
	`pass and parse: ${total.milliseconds.toFixed(0)} ms, ${(total.milliseconds / (total.bytes / 1e6)).toFixed(0)} ms/MB\n`,
);
for (const line of left.slice(0, limit)) process.stdout.write(`  ${line}\n`);
if (left.length > limit) process.stdout.write(`  … and ${left.length - limit} more\n`);
