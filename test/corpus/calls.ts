/**
 * Completeness over a whole tree: `node calls.js PATH [--all]` compares the calls that a plain lexer finds in each file with those in
 * its facts and lists each miss. Only files that mention an mm are read, all with `--all`. Ends with status 1 when a call is missing.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { extractFacts } from "../../server/src/facts/index.ts";
import { compareCalls } from "../facts/completeness.ts";
import { loadTestSyntax } from "../syntax/load.ts";

const seeds = /\bmm(?:get|put|grab|drop)|get_task_mm|mm_access|use_mm|mmu_notifier/;

/** The C files at or under a path, in order. */
function* filesUnder(path: string): Iterable<string> {
	if (!statSync(path).isDirectory()) yield path;
	else {
		for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
			const inner = join(path, entry.name);
			if (entry.isDirectory()) yield* filesUnder(inner);
			else if (entry.isFile() && /\.[ch]$/.test(entry.name)) yield inner;
		}
	}
}

const [path, mode] = process.argv.slice(2);
if (path === undefined) {
	console.error("usage: calls PATH [--all]");
	process.exit(2);
}

const syntax = await loadTestSyntax();
const total = { files: 0, bytes: 0, calls: 0, missing: 0, extra: 0, failed: 0, functions: 0, unclean: 0, holes: 0, parse: 0, facts: 0 };
for (const file of filesUnder(path)) {
	const text = readFileSync(file, "latin1");
	if (mode !== "--all" && !seeds.test(text)) continue;
	total.files++;
	total.bytes += text.length;
	const began = performance.now();
	const parsed = syntax.parse(text);
	if ("failure" in parsed) {
		total.failed++;
		console.log(`${file}: ${parsed.why}`);
		continue;
	}
	const half = performance.now();
	const facts = extractFacts(parsed, syntax.parse);
	total.facts += performance.now() - half;
	total.parse += half - began;
	parsed.delete();
	const { calls, missing, extra } = compareCalls(text, facts);
	total.calls += calls;
	total.missing += missing.length;
	total.extra += extra.length;
	total.functions += facts.functions.length;
	total.unclean += facts.functions.filter((found) => !found.clean).length;
	total.holes += facts.holes.length;
	for (const miss of missing) console.log(`${file}:${miss}: not in the facts`);
	for (const more of extra) console.log(`${file}: offset ${more}: in the facts, not seen by the lexer`);
}
const perMegabyte = (ms: number): string => (total.bytes === 0 ? "0" : ((ms / total.bytes) * 1e6).toFixed(0));
const { parse, facts, ...counts } = total;
console.log(JSON.stringify({ ...counts, parseMsPerMB: perMegabyte(parse), factsMsPerMB: perMegabyte(facts) }));
process.exit(total.missing > 0 ? 1 : 0);
