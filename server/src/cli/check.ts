import { resolve } from "node:path";
import type { Report } from "../analysis/types.ts";
import { isAtLeast } from "../report/summary.ts";
import { Cache, defaultCacheFolder } from "../workspace/cache.ts";
import { type CheckResult, checkPaths } from "../workspace/check.ts";
import { readChangeSince } from "../workspace/git-change.ts";
import { InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import type { Job } from "../workspace/plan.ts";
import { ByteColumns } from "../workspace/sources.ts";
import { parseArguments } from "./arguments.ts";
import type { Command, Io, Status } from "./command.ts";
import { doLongWork } from "./long-work.ts";
import { chooseReport, leavesOpen, printReport, REPORT_OPTIONS } from "./report-options.ts";

const HELP = `mm-lifetime check [options] PATH…

Judges every kthread_use_mm()/use_mm() in PATH: a C file, a folder, or a kernel tree. A file is judged in the light of the tree it lies in.

  --format text|json       how to print (default text)
  --output FILE            write there instead of standard output
  --uses                   also list every use with its verdict, the right ones too
  --kernel VERSION         the kernel that the code is for (default: from the tree's Makefile, else the newest known)
  --diff REV               only what the work tree brings against this commit: findings that are new, or whose trace passes a changed line
  --root DIR               the tree to judge in (default: the nearest kernel tree or git work tree upwards)
  --no-root                look at the paths alone
  --min-severity LEVEL     error, warning or information: what is printed and counted (default warning)
  --strict                 unknown uses and holes count for the exit status (with --diff: those that it reports)
  --exclude GLOB           leave these paths out (relative to the root; may be repeated)
  --cache DIR              where what is found out about whole trees is kept (default: $XDG_CACHE_HOME/mm-lifetime)
  --no-cache               keep nothing, and use nothing that was kept
  --stdin-filename FILE    with PATH -: judge the text on standard input as if it were FILE
  --color, --no-color      colour, whatever standard output is
  --help                   this text

Exit status: 0 nothing at or above the severity, 1 findings, 2 usage or input/output error.
`;

export const CHECK: Command = { name: "check", summary: "judge every use in files, folders or a kernel tree", help: HELP, run: runCheck };

async function runCheck(args: readonly string[], io: Io): Promise<Status> {
	const { values, positionals } = parseArguments(args, {
		...REPORT_OPTIONS,
		diff: { type: "string" },
		root: { type: "string" },
		"no-root": { type: "boolean", default: false },
		exclude: { type: "string", multiple: true, default: [] },
		cache: { type: "string" },
		"no-cache": { type: "boolean", default: false },
		"stdin-filename": { type: "string" },
	});
	const choice = chooseReport(values);
	if (values.root !== undefined && values["no-root"]) throw new InputError("options '--root' and '--no-root' exclude each other");
	if (values.cache !== undefined && values["no-cache"]) throw new InputError("options '--cache' and '--no-cache' exclude each other");
	const stdinFilename = checkPositionals(positionals, values["stdin-filename"]);
	if (values.cache === "") throw new InputError("option '--cache' must name a folder");
	const { diff } = values;
	const stdin = stdinFilename === undefined ? undefined : { filename: stdinFilename, bytes: io.readStdin() };
	const result = await doLongWork(choice.output !== undefined, io, async (progress) =>
		checkPaths(
			{
				progress,
				paths: stdin === undefined ? positionals : [],
				cwd: io.cwd,
				noRoot: values["no-root"],
				exclude: values.exclude,
				fixes: choice.format === "json" ? ["safe", "choice", "placeholder"] : ["safe", "choice"],
				// What is not printed needs none.
				withoutFixes: ({ severity }) => !isAtLeast(severity, choice.least),
				...(!values["no-cache"] && {
					cache: new Cache(values.cache === undefined ? defaultCacheFolder() : resolve(io.cwd, values.cache)),
				}),
				...(values.root !== undefined && { root: values.root }),
				...(values.kernel !== undefined && { kernel: values.kernel }),
				...(stdin !== undefined && { stdin }),
				...(diff !== undefined && { changeOf: (job: Job) => readChangeSince(job.root, diff, stdin && placeStandIn(job, stdin.bytes)) }),
			},
			await loadEngine(),
		),
	);
	const isUncertain = diff === undefined ? leavesOpen : changeLeavesOpen;
	return printReport(result.report, choice, { byteColumn: makeByteColumn(result), isUncertain }, io);
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
