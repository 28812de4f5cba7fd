/**
 * How quick the whole program is on a Linux tree, as a user starts it: wall time, CPU and memory of whole processes, beside what a search of
 * the tree costs in the same run, and where the time goes.
 *
 *   npm run bench -- LINUX_TREE [FILE] [--runs N] [--program CLI] [--write]
 *
 * FILE, by default drivers/vhost/vhost.c, is edited for the length of a run and put back. `--program`: another command line program than
 * the one that was built. `--write`: writes bench/RESULTS.md too.
 */

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, constants, cpus, tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readKernelVersion } from "../server/src/workspace/kernel-version.ts";
import { EditedFile } from "./edited-file.ts";
import { measure, type Run, stopRunning } from "./measure.ts";
import { type Bench, layRows, layStages, type Result, writePage } from "./page.ts";
import { checkRows, patternRow, type Row, searchRow } from "./rows.ts";

const USAGE = "usage: bench LINUX_TREE [FILE] [--runs N] [--program CLI] [--write]\n";
const BUILT = fileURLToPath(new URL(".", import.meta.url));

const { values, positionals } = parseArgs({
	options: {
		runs: { type: "string", default: "5" },
		program: { type: "string", default: join(BUILT, "cli.js") },
		write: { type: "boolean", default: false },
	},
	allowPositionals: true,
});
const [treeArgument, file = "drivers/vhost/vhost.c"] = positionals;
const rounds = Number(values.runs);
if (treeArgument === undefined || !existsSync(join(treeArgument, file)) || !Number.isInteger(rounds) || rounds < 1) {
	process.stderr.write(USAGE);
	process.exit(2);
}
const root = resolve(treeArgument);
const scratch = mkdtempSync(join(tmpdir(), "mm-lifetime-bench-"));
const edited = new EditedFile(join(root, file));
process.on("exit", () => {
	stopRunning();
	edited.restore();
	// What was just told to end may still write there.
	rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(128 + constants.signals[signal]));

const search = searchRow(root);
const pattern = patternRow(root, resolve("bench/use_mm.cocci"));
const profiled: Row = {
	name: "stages",
	command: { command: process.execPath, args: [join(BUILT, "bench-stages.js"), root], statuses: [0] },
};
const turns = [search, ...checkRows({ root, edited, program: resolve(values.program), scratch }), profiled];
const runsOf = new Map<Row, Run[]>(turns.map((row) => [row, []]));
const missing = new Map<Row, string>();
for (let round = 0; round <= rounds; round++) {
	for (const row of turns) {
		const run = await runRow(row, `turn ${round} of ${rounds}`);
		if (round > 0 && run !== undefined) runsOf.get(row)?.push(run);
	}
}
const patternRun = await runRow(pattern, "last");
runsOf.set(pattern, patternRun === undefined ? [] : [patternRun]);

const bench: Bench = {
	rows: [...turns.filter((row) => row !== profiled), pattern].map(resultOf),
	floor: search.name,
	stages: (runsOf.get(profiled) ?? []).map(({ output }) => new Map<string, number>(JSON.parse(output))),
	rounds,
	file,
	reported: patternRun?.output.split("\n").flatMap((line) => {
		const place = /^(.+):(\d+):/.exec(line);
		return place?.[1] === undefined ? [] : [`${relative(root, place[1])}:${place[2]}`];
	}),
	kernel: readKernelVersion(root) ?? "of unknown version",
	node: process.version,
	processor: cpus()[0]?.model ?? "unknown processor",
	cores: availableParallelism(),
};
process.stdout.write(`${layRows(bench)}\n${layStages(bench.stages)}`);
if (values.write) writeFileSync("bench/RESULTS.md", writePage(bench));

/** Runs a row once; a program of others that is missing or fails is noted, and not tried again. */
async function runRow(row: Row, turn: string): Promise<Run | undefined> {
	if (missing.has(row)) return undefined;
	process.stderr.write(`${turn}: ${row.name}\n`);
	try {
		await row.before?.();
		return await measure(row.command);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		if (!row.foreign) throw new Error(`${row.name}: ${why}`);
		missing.set(row, why.includes("ENOENT") ? "not installed" : why);
		return undefined;
	} finally {
		row.after?.();
	}
}

function resultOf(row: Row): Result {
	const why = missing.get(row);
	return { name: row.name, runs: runsOf.get(row) ?? [], ...(why !== undefined && { missing: why }) };
}
