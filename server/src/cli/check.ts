import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Finding, Report } from "../analysis/types.ts";
import { isAtLeast } from "../report/summary.ts";
import { formatBaseline, readBaseline, removeKnown } from "../workspace/baseline.ts";
import { Cache, defaultCacheFolder } from "../workspace/cache.ts";
import type { Change } from "../workspace/change.ts";
import { type CheckResult, checkPaths } from "../workspace/check.ts";
import { readChangeSince } from "../workspace/git-change.ts";
import { describeError, InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { readPatchChange } from "../workspace/patch-change.ts";
import type { Job } from "../workspace/plan.ts";
import { makeSearch } from "../workspace/search.ts";
import { ByteColumns } from "../workspace/sources.ts";
import { chooseNumber, parseArguments } from "./arguments.ts";
import { CHECK_OPTIONS } from "./check-options.ts";
import type { Command, Io, Status } from "./command.ts";
import { checkForKbuild, isKbuild } from "./kbuild.ts";
import { doLongWork } from "./long-work.ts";
import { writeResult } from "./output.ts";
import { chooseReport, leavesOpen, printReport, type ReportChoice } from "./report-options.ts";

const HELP = `mm-lifetime check [options] PATH…

Judges every kthread_use_mm()/use_mm() in PATH: a C file, a folder, or a kernel tree. A file is judged in the light of the tree it lies in.

  --format FORMAT          text, json, sarif or html: how to print (default text)
  --output FILE            write there instead of standard output
  --uses                   also list every use with its verdict, the right ones too
  --kernel VERSION         the kernel that the code is for (default: from the tree's Makefile, else the newest known)
  --diff REV               only what the work tree brings against this commit: findings that are new, or whose trace passes a changed line
  --patch FILE             the same of a patch, or of a series in one file, whether it is applied already or not (-: standard input)
  --baseline FILE          without the findings that were known when this file was written
  --write-baseline FILE    write all findings there: they are known from then on, and none is printed or counted
  --kbuild                 as CHECK of make C=1 or C=2: what else is given are the compiler's flags and the file; warnings go to standard error
  --root DIR               the tree to judge in (default: the nearest kernel tree or git work tree upwards)
  --no-root                look at the paths alone
  --min-severity LEVEL     error, warning or information: what is printed and counted (default warning)
  --strict                 unknown uses and holes count for the exit status (with --diff and --patch: those that they report)
  --exclude GLOB           leave these paths out (relative to the root; may be repeated)
  --jobs N                 how many threads search the tree (default: as many as there are processors); the result is the same
  --cache DIR              where what is found out about whole trees is kept (default: $XDG_CACHE_HOME/mm-lifetime)
  --no-cache               keep nothing, and use nothing that was kept
  --stdin-filename FILE    with PATH -: judge the text on standard input as if it were FILE
  --color, --no-color      colour, whatever standard output is
  --help                   this text

Exit status: 0 nothing at or above the severity, 1 findings, 2 usage or input/output error.
`;

/** More threads than this no search is given. */
const MOST_JOBS = 256;

export const CHECK: Command = { name: "check", summary: "judge every use in files, folders or a kernel tree", help: HELP, run: runCheck };

async function runCheck(args: readonly string[], io: Io): Promise<Status> {
	if (isKbuild(args)) return checkForKbuild(args, io);
	const { values, positionals } = parseArguments(args, CHECK_OPTIONS);
	const choice = chooseReport(values);
	refuseTogether(values);
	const stdinFilename = checkPositionals(positionals, values["stdin-filename"]);
	if (values.cache === "") throw new InputError("option '--cache' must name a folder");
	const known = values.baseline === undefined ? [] : readBaseline(resolve(io.cwd, values.baseline), values.baseline);
	const stdin = stdinFilename === undefined ? undefined : { filename: stdinFilename, bytes: io.readStdin() };
	const changeOf = chooseChange(values, stdin?.bytes, io);
	const threads = values.jobs === undefined ? undefined : chooseNumber("jobs", values.jobs, MOST_JOBS);
	const result = await doLongWork(io, async (progress) =>
		checkPaths(
			{
				progress,
				paths: stdin === undefined ? positionals : [],
				cwd: io.cwd,
				noRoot: values["no-root"],
				exclude: values.exclude,
				fixes: choice.format === "json" ? ["safe", "choice", "placeholder"] : ["safe", "choice"],
				// What is not printed needs none.
				withoutFixes: ({ severity, fingerprint }) =>
					values["write-baseline"] !== undefined || !isAtLeast(severity, choice.least) || known.includes(fingerprint),
				search: makeSearch(true, threads),
				...(!values["no-cache"] && {
					cache: new Cache(values.cache === undefined ? defaultCacheFolder() : resolve(io.cwd, values.cache)),
				}),
				...(values.root !== undefined && { root: values.root }),
				...(values.kernel !== undefined && { kernel: values.kernel }),
				...(stdin !== undefined && { stdin }),
				...(changeOf !== undefined && { changeOf }),
			},
			await loadEngine(),
		),
	);
	const found = result.report.findings;
	const written = values["write-baseline"];
	if (written !== undefined) writeResult(formatBaseline(found), written, io);
	const findings = written === undefined ? removeKnown(found, known) : [];
	const isUncertain = changeOf === undefined ? leavesOpen : changeLeavesOpen;
	const printing = {
		byteColumn: makeByteColumn(result),
		isUncertain,
		known: countAtLeast(found, choice) - countAtLeast(findings, choice),
		base: result.base,
	};
	return printReport({ ...result.report, findings }, choice, printing, io);
}

/** Options that say different things about one matter. */
const APART: readonly (readonly (keyof typeof CHECK_OPTIONS)[])[] = [
	["root", "no-root"],
	["cache", "no-cache"],
	["diff", "patch"],
	["baseline", "write-baseline"],
	["diff", "write-baseline"],
	["patch", "write-baseline"],
];

/** @throws InputError naming options that exclude each other */
function refuseTogether(values: { readonly [K in keyof typeof CHECK_OPTIONS]?: unknown }): void {
	const isGiven = (option: keyof typeof CHECK_OPTIONS): boolean => values[option] !== undefined && values[option] !== false;
	const wrong = APART.find((options) => options.every(isGiven));
	if (wrong) throw new InputError(`options ${wrong.map((option) => `'--${option}'`).join(" and ")} exclude each other`);
}

/** What tells the change that the report is to be of; undefined where it is of everything. */
function chooseChange(
	{ diff, patch }: { readonly diff?: string | undefined; readonly patch?: string | undefined },
	stdin: Uint8Array | undefined,
	io: Io,
): ((job: Job) => Promise<Change>) | undefined {
	if (diff !== undefined) return (job) => readChangeSince(job.root, diff, stdin && placeStandIn(job, stdin));
	if (patch === undefined) return undefined;
	if (stdin !== undefined) throw new InputError("options '--patch' and '--stdin-filename' exclude each other");
	const bytes = readPatch(patch, io);
	let root: string | undefined;
	return (job) => {
		if (root !== undefined) throw new InputError(`option '--patch' goes with one tree, not with ${root} and ${job.root}`);
		root = job.root;
		return readPatchChange(job.root, bytes, patch === "-" ? "standard input" : patch);
	};
}

function readPatch(patch: string, io: Io): Uint8Array {
	if (patch === "-") return io.readStdin();
	try {
		return readFileSync(resolve(io.cwd, patch));
	} catch (error) {
		throw new InputError(`--patch: ${patch}: ${describeError(error)}`);
	}
}

function countAtLeast(findings: readonly Finding[], { least }: ReportChoice): number {
	return findings.filter(({ severity }) => isAtLeast(severity, least)).length;
}

/** Returns the file that standard input stands for, or `undefined` when paths are to be checked. */
function checkPositionals(paths: readonly string[], stdinFilename: string | undefined): string | undefined {
	if (paths.length === 0) throw new InputError("check: no PATH given (--help says more)");
	const fromStdin = paths.includes("-");
	if (!fromStdin && stdinFilename === undefined) return undefined;
	if (stdinFilename === undefined) throw new InputError("PATH - needs the option '--stdin-filename'");
	if (!fromStdin || paths.length > 1) throw new InputError("option '--stdin-filename' goes with the one PATH -");
	return stdinFilename;
}

/** As {@link leavesOpen}, where a change is reported: a use that is unknown without a finding is not of the change. */
function changeLeavesOpen({ holes, uses, findings }: Report): boolean {
	const found = new Set(findings.map((finding) => finding.useId));
	return leavesOpen({ holes, uses: uses.filter(({ id }) => found.has(id)) });
}

/** The one file that is in scope, when it is not left out. */
function placeStandIn(job: Job, bytes: Uint8Array): { readonly path: string; readonly bytes: Uint8Array } | undefined {
	const path = job.scope[0];
	return path === undefined ? undefined : { path, bytes };
}

function makeByteColumn(result: CheckResult): (file: string, line: number, column: number) => number {
	const columns = new ByteColumns(result.base, result.overlay);
	return (file, line, column) => columns.at(file, line, column);
}
