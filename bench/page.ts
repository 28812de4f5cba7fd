/** What a run of the bench says: on the terminal its tables, and with --write a page. */

import { STAGE_NAMES } from "./profile.ts";
import { layTable, median, medianRatio, showNumber } from "./table.ts";

/** The runs of one row; without any, why. */
export interface Result {
	readonly name: string;
	readonly runs: readonly { readonly seconds: number; readonly cpuSeconds?: number; readonly megabytes?: number }[];
	readonly missing?: string;
}

/** Seconds by stage, of each run. */
export type StageRuns = readonly ReadonlyMap<string, number>[];

export interface Bench {
	readonly rows: readonly Result[];
	/** The name of the row that the others are compared with. */
	readonly floor: string;
	readonly stages: StageRuns;
	readonly rounds: number;
	readonly file: string;
	/** Places that the rule for Coccinelle reports; `undefined` when it did not run. */
	readonly reported: readonly string[] | undefined;
	readonly kernel: string;
	readonly node: string;
	readonly processor: string;
	readonly cores: number;
}

/** The table of whole processes. */
export function layRows({ rows, floor }: Pick<Bench, "rows" | "floor">): string {
	const floorSeconds = (rows.find(({ name }) => name === floor)?.runs ?? []).map(({ seconds }) => seconds);
	return layTable(
		["", "wall s", "CPU s", "peak MB", "× ripgrep"],
		rows.map(({ name, runs, missing }) => {
			if (runs.length === 0) return [name, missing ?? "not measured"];
			const seconds = runs.map((run) => run.seconds);
			// One run has no partner among several: it is compared with their median.
			const others = runs.length === floorSeconds.length ? floorSeconds : [median(floorSeconds)];
			return [
				name,
				showNumber(median(seconds)),
				showNumber(medianOf(runs.map((run) => run.cpuSeconds))),
				showNumber(medianOf(runs.map((run) => run.megabytes))),
				name === floor ? "1" : showNumber(medianRatio(seconds, others)),
			];
		}),
	);
}

/** The median, where it was measured in each run. */
function medianOf(values: readonly (number | undefined)[]): number | undefined {
	const known = values.filter((value) => value !== undefined);
	return known.length === values.length ? median(known) : undefined;
}

/** The table of stages; shares are those of the sum. */
export function layStages(stages: StageRuns): string {
	const medians = STAGE_NAMES.map((stage) => median(stages.map((run) => run.get(stage) ?? 0)));
	const sum = medians.reduce((total, seconds) => total + seconds, 0);
	const rows = STAGE_NAMES.map((stage, index) => {
		const seconds = medians[index] ?? 0;
		return [stage, seconds.toFixed(2), `${((100 * seconds) / sum).toFixed(0)} %`];
	});
	return layTable(["", "s", "share"], [...rows, ["together", sum.toFixed(2), ""]]);
}

/** The page that is kept with the bench. */
export function writePage(bench: Bench): string {
	const { rounds, file, kernel, node, processor, cores } = bench;
	return `# How quick the whole program is

Written by \`npm run bench -- LINUX_TREE --write\`; nothing here is typed by hand. Linux ${kernel}, Node ${node}, ${cores} ${cores === 1 ? "core" : "cores"}
(${processor}).

## Whole processes

${layRows(bench)}
${explainRows(rounds, file)}

## The pattern rule beside it

${describeRule(bench.reported)}

## Where the time goes

A process of its own that checks the tree with one thread and no cache, under a sampling profiler, which makes it slower; the medians of as
many runs, taken in the same turns.

${layStages(bench.stages)}
${EXPLAIN_STAGES}

## To repeat it

    npm run bench -- LINUX_TREE [FILE] [--runs N] [--program CLI] [--write]

LINUX_TREE is the folder of an unpacked kernel source, in which one file is edited and put back. ripgrep (\`rg\`) and Coccinelle (\`spatch\`)
should be on PATH; what is missing is said in its row. On systems without /proc CPU and memory are left out.
`;
}

function explainRows(rounds: number, file: string): string {
	return `Each row is one program from its start to its exit, the median of ${rounds} ${rounds === 1 ? "run" : "runs"} after one that does not count; the rows take turns, so that
whatever else the machine does hits all of them. The last column is the median over the turns of a row's time by that of ripgrep in the
same turn. ripgrep looks in all C files for the words that make a file matter, and does nothing else: that is about what it costs to look at
the tree at all. \`no cache\` and \`empty cache\` know nothing of earlier runs, the latter writes what it finds; before \`nothing changed\` and
\`one file edited\` another run, which is not measured, fills the cache. What is edited is \`${file}\`, by blank lines at its end and
never to a text that was there before; \`one file\` checks that file alone, in the light of its tree. The kernel's own cache of files is warm
in all rows. CPU is user and system time of all processes of a row. Memory is the most that they had at one time, resident, looked at every
20 ms; pages of files count once.`;
}

const EXPLAIN_STAGES = `\`walk\` lists the C files, \`search\` looks for words in them, \`read\` reads and decodes those that matter, \`dialect\` and \`parse\` make their
syntax trees, \`facts\` is what is taken from these; \`program\` resolves names, \`checker\` makes mm programs of the uses, \`model\` explores these,
\`fixes\` drafts what could mend a finding (what proving a fix costs stands in the other stages). A moment counts for the stage whose code is
innermost on the stack; what the runtime and libraries do counts for the stage that has called them.`;

function describeRule(reported: readonly string[] | undefined): string {
	const places = reported?.map((place) => `\`${place}\``).join(", ");
	const found = places === undefined ? "It did not run here." : `On this tree it reports ${places === "" ? "nothing" : places}.`;
	return `\`bench/use_mm.cocci\` reports a borrowed mm that was read from a field, where the same file stores to a field of that name an mm whose users it
does not count nearby, and the borrowing function does not count them either. ${found}

It sees stores and borrowings of one file, in any order of functions, and within one function the order on its paths. It does not see who
calls whom, so neither a reference that a caller holds or that another function gives back, nor a store in another file; not which thread
runs what, nor what \`exit_mm()\`, a release notifier or a request in flight waits for; not that two branches belong together (a
store with a reference in one arm and a use that only runs in that case); not structs: fields of one name are one field. Its time is
therefore that of a search with some parsing, and no bound for a tool that answers these questions.`;
}
