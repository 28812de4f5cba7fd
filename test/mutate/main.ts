/**
 * Breaks right code of a Linux 6.1 tree in one place at a time, and says which share is noticed.
 *
 *   npm run mutate -- LINUX_TREE [--sample N] [--seed S] [--kind KIND] [--file FILE]
 *
 * Without `--sample` all places are broken. A mutant is noticed when a rule that `kinds.ts` expects newly fires on the reference that was
 * touched. Ends with status 1 when less than nine tenths of all, or less than three quarters of one kind, are noticed.
 */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readKernelVersion } from "../../server/src/workspace/kernel-version.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { equivalentOf } from "./equivalent.ts";
import { FILES } from "./files.ts";
import { KINDS, type Kind } from "./kinds.ts";
import { MutatedTree } from "./mutated-tree.ts";
import { describeMutant, layShares, pick, type Tried } from "./shares.ts";
import { mutantsOf } from "./sites.ts";

const { values, positionals } = parseArgs({
	options: {
		sample: { type: "string" },
		seed: { type: "string", default: "1" },
		kind: { type: "string" },
		file: { type: "string" },
	},
	allowPositionals: true,
});
const [tree] = positionals;
if (tree === undefined || !existsSync(join(tree, "Kbuild"))) {
	process.stderr.write("usage: mutate LINUX_TREE [--sample N] [--seed S] [--kind KIND] [--file FILE]\n");
	process.exit(2);
}
const root = resolve(tree);
const engine = await loadEngine();
const files = FILES.filter((file) => existsSync(join(root, file)) && (values.file === undefined || file.includes(values.file)));
const all = files.flatMap((file) => {
	const text = readFileSync(join(root, file), "utf8");
	const pieces = engine.reader.read(text);
	const functions = Array.from({ length: pieces.count }, (_, piece) => pieces.facts(piece).functions).flat();
	/* arms of an `#if` share much of their text: a place is broken once */
	const places = new Map(
		functions.flatMap((fn) => mutantsOf(text, fn)).map((mutant) => [`${mutant.start} ${mutant.end} ${mutant.now}`, mutant]),
	);
	return [...places.values()].map((mutant) => ({ file, text, mutant }));
});
const wanted = all.filter(({ mutant }) => values.kind === undefined || mutant.kind === values.kind);
const equivalent = wanted.filter(({ file, mutant }) => equivalentOf(file, mutant) !== undefined);
const rest = wanted.filter((one) => !equivalent.includes(one));
const chosen = values.sample === undefined ? rest : pick(rest, Number(values.sample), Number(values.seed));
process.stdout.write(
	`${chosen.length} of ${wanted.length} places in ${files.length} files; ${equivalent.length} are left out as equivalent\n`,
);
const mutated = await MutatedTree.open(root, readKernelVersion(root) ?? engine.newestKernel, engine);
const tried: Tried[] = [];
for (const { file, text, mutant } of chosen) {
	const by = await mutated.judge(file, text, mutant);
	tried.push({ file, mutant, by });
	if (by === undefined) process.stdout.write(`survives: ${describeMutant(file, mutant)}\n`);
}
const shares = layShares(tried, KINDS as readonly Kind[]);
process.stdout.write(shares.text);
process.exitCode = shares.isEnough ? 0 : 1;
