/** `check --kbuild`: this program as CHECK of the kernel's make, as sparse is. */

import { realpathSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { isAtLeast } from "../report/summary.ts";
import { readBaseline, removeKnown } from "../workspace/baseline.ts";
import { type BuildOptions, checkInBuild } from "../workspace/build-check.ts";
import { type BuildPlace, findBuildPlace } from "../workspace/build-place.ts";
import { findBuildRun } from "../workspace/build-run.ts";
import { defaultCacheFolder } from "../workspace/cache.ts";
import { describeError, InputError } from "../workspace/input-error.ts";
import { loadEngine } from "../workspace/load-engine.ts";
import { toPrefix } from "../workspace/plan.ts";
import { ByteColumns } from "../workspace/sources.ts";
import { parseArguments } from "./arguments.ts";
import { CHECK_OPTIONS } from "./check-options.ts";
import { type Io, STATUS, type Status } from "./command.ts";
import { splitArguments } from "./compiler-arguments.ts";
import { chooseReport } from "./report-options.ts";
import { writeCompilerLines } from "./reporters/compiler.ts";

/** Options of `check` that count here; the others are about a report of its own. */
const OPTIONS: ReadonlySet<string> = new Set(["kbuild", "baseline", "cache", "exclude", "kernel", "min-severity", "no-cache", "root"]);

/** Whether a command line is one of kbuild. */
export function isKbuild(args: readonly string[]): boolean {
	return args.includes("--kbuild");
}

/**
 * Judges the file that is compiled and writes what was found on standard error.
 * @returns clean, whatever was found: any other status ends the build
 * @throws InputError for options that cannot be: the first file tells of them
 */
export async function checkForKbuild(args: readonly string[], io: Io): Promise<Status> {
	const { own, compiler } = splitArguments(args, CHECK_OPTIONS);
	const { values } = parseArguments(own, CHECK_OPTIONS);
	const wrong = own.flatMap((arg) => /^--([^=]+)/.exec(arg)?.[1] ?? []).find((name) => name in CHECK_OPTIONS && !OPTIONS.has(name));
	if (wrong !== undefined) throw new InputError(`option '--${wrong}' does not go with '--kbuild'`);
	const { least } = chooseReport(values);
	const known = values.baseline === undefined ? [] : readBaseline(resolve(io.cwd, values.baseline), values.baseline);
	if (compiler.files.length === 0) throw new InputError("check --kbuild: no C file given (make calls it: make C=2 CHECK=…)");
	const kept = values.cache === undefined ? defaultCacheFolder() : resolve(io.cwd, values.cache);
	const options: BuildOptions = {
		cwd: io.cwd,
		exclude: values.exclude,
		kernel: values.kernel,
		cacheFolder: values["no-cache"] ? undefined : kept,
		run: findBuildRun(io.env),
	};
	const { includes, defines } = compiler;
	const moduleFolder = io.env["KBUILD_EXTMOD"] || undefined;
	for (const file of compiler.files) {
		try {
			const place = findBuildPlace({ cwd: io.cwd, file, includes, defines, root: values.root, moduleFolder });
			const { base, findings, holes } = await checkInBuild(place, options, loadEngine);
			const columns = new ByteColumns(base, new Map());
			const told = removeKnown(findings, known).filter(({ severity }) => isAtLeast(severity, least));
			const nameOf = makeNames(file, place, base, io.cwd);
			io.writeError(writeCompilerLines(told, holes, { nameOf, byteColumn: (...at) => columns.at(...at) }));
		} catch (error) {
			io.writeError(`${file}: warning: mm-lifetime: not checked: ${describeError(error)}\n`);
		}
	}
	return STATUS.clean;
}

/** Names files as the build does: the one that is compiled as it is given, others from where the build runs. */
function makeNames(given: string, { path }: BuildPlace, base: string, cwd: string): (file: string) => string {
	const prefix = isAbsolute(given) ? `${base}/` : toPrefix(realpathSync(cwd), base);
	return (file) => (file === path ? given : prefix + file);
}
