import { join } from "node:path";
import type { Applicability, Finding, Hole, Report } from "../analysis/types.ts";
import type { Cache } from "./cache.ts";
import { type Change, reportChange } from "./change.ts";
import type { Engine } from "./engine.ts";
import { compileGlob } from "./glob.ts";
import { describeError, InputError } from "./input-error.ts";
import { judgeBefore, keepToJob } from "./judge-before.ts";
import { readKernelVersion } from "./kernel-version.ts";
import { mergeReports, type PlacedReport } from "./merge.ts";
import type { Reading } from "./open-tree.ts";
import { makePause } from "./pause.ts";
import { isInScope, isInside, type Job, planJobs, toPrefix, toRelative } from "./plan.ts";
import { resume } from "./resume.ts";
import { makeSearch, type Search } from "./search.ts";
import { type FileSettings, readSettingsFile } from "./settings-file.ts";
import { decodeBytes } from "./sources.ts";

export interface CheckOptions {
	/** As the user wrote them; relative ones from `cwd`. */
	readonly paths: readonly string[];
	readonly cwd: string;
	readonly root?: string;
	readonly noRoot?: boolean;
	/** Overrides what the tree and its settings file say. */
	readonly kernel?: string;
	/** Functions that act like known ones, besides those of the settings file. */
	readonly functions?: Readonly<Record<string, string>>;
	/** Globs of paths relative to the root, besides those of the settings file. */
	readonly exclude?: readonly string[];
	/** A text that is judged as if it were the file of that name. */
	readonly stdin?: { readonly filename: string; readonly bytes: Uint8Array };
	/** Texts that stand for files, by absolute path; those that lie outside the trees that are checked do nothing. */
	readonly texts?: ReadonlyMap<string, string>;
	/** Tells what changed in a tree: the report is then of what that brings, and nothing is judged where nothing changed. */
	readonly changeOf?: (job: Job) => Promise<Change>;
	/** Which fixes are looked for; without, none are. Each is proved by judging the text that it makes. */
	readonly fixes?: readonly Applicability[];
	/** For what is found out about whole trees; without one nothing is kept. */
	readonly cache?: Cache;
	/** Told what is being done, as in {@link Reading}. */
	readonly progress?: Reading["progress"];
	/** Findings for which no fixes are wanted; by default they are looked for for all. */
	readonly withoutFixes?: (finding: Finding) => boolean;
	/** How files are searched; by default with ripgrep where there is one. */
	readonly search?: Search;
}

export interface CheckResult {
	readonly report: Report;
	/** Absolute; paths in the report are relative to it. */
	readonly base: string;
	/** Texts that stood for files, by absolute path. */
	readonly overlay: ReadonlyMap<string, string>;
}

/**
 * Checks paths, each in the light of the tree it lies in.
 * @throws InputError for a path, an option or a settings file that cannot be used; what is wrong inside a source file is a hole instead
 */
export async function checkPaths(options: CheckOptions, engine: Engine): Promise<CheckResult> {
	const started = performance.now();
	const ownExclude = compileGlobs(options.exclude ?? []);
	const settingsOf = new Map<string, FileSettings>();
	const readSettings = (root: string): FileSettings => {
		const settings = settingsOf.get(root) ?? (options.noRoot ? {} : readSettingsFile(root));
		settingsOf.set(root, settings);
		return settings;
	};
	const makeExclude = (root: string): ((path: string) => boolean) => {
		const fileExclude = compileGlobs(readSettings(root).exclude ?? []);
		return (path) => ownExclude(path) || fileExclude(path);
	};
	const plan = planJobs({
		paths: options.paths,
		cwd: options.cwd,
		noRoot: options.noRoot ?? false,
		...(options.root !== undefined && { root: options.root }),
		...(options.stdin && { virtualFile: options.stdin.filename }),
		makeExclude,
	});
	const stdin = options.stdin && placeStdin(options.stdin.bytes, plan.jobs);
	const changes = new Map<Job, Change>();
	if (options.changeOf) for (const job of plan.jobs) changes.set(job, keepToJob(await options.changeOf(job), job, makeExclude(job.root)));
	const parts: PlacedReport[] = [];
	for (const job of plan.jobs) {
		const fileSettings = job.isTree ? readSettings(job.root) : {};
		const report = await checkJob(job, fileSettings, stdin ?? { overlay: new Map(), holes: [] }, changes.get(job), options, engine);
		parts.push({ report, prefix: toPrefix(plan.base, job.root) });
	}
	const merged = mergeReports(parts);
	const report = { ...merged, stats: { ...merged.stats, milliseconds: Math.round(performance.now() - started) } };
	return { report, base: plan.base, overlay: new Map([...(stdin?.overlay ?? []), ...textsOf(changes)]) };
}

/** The texts that changes put in place of those on disk, by absolute path. */
function textsOf(changes: ReadonlyMap<Job, Change>): readonly (readonly [string, string])[] {
	return [...changes].flatMap(([{ root }, { after = new Map<string, undefined>() }]) =>
		[...after].flatMap(([path, text]) => (text === undefined ? [] : [[join(root, path), text] as const])),
	);
}

interface Stdin {
	readonly overlay: ReadonlyMap<string, string>;
	readonly holes: readonly Hole[];
}

/** The text on standard input stands for the one file that is in scope. */
function placeStdin(bytes: Uint8Array, jobs: readonly Job[]): Stdin {
	const job = jobs[0];
	const file = job?.scope[0];
	if (job === undefined || file === undefined) return { overlay: new Map(), holes: [] };
	const text = decodeBytes(bytes);
	if (!text.ok) return { overlay: new Map([[join(job.root, file), ""]]), holes: [{ file, line: 1, why: text.why }] };
	return { overlay: new Map([[join(job.root, file), text.text]]), holes: [] };
}

async function checkJob(
	job: Job,
	fileSettings: FileSettings,
	stdin: Stdin,
	change: Change | undefined,
	options: CheckOptions,
	engine: Engine,
): Promise<Report> {
	const unchanged = change?.before.size === 0;
	/* nobody ends the work, but signals are heard in the pauses */
	const reading: Reading = { pause: makePause(new AbortController().signal), progress: options.progress ?? (() => undefined) };
	const stated = options.kernel ?? fileSettings.kernel;
	const { tree, bytes, save } = await resume(
		{
			root: job.root,
			files: job.listing.files,
			wholeFolder: job.wholeFolder,
			settings: {
				kernel: stated ?? (job.isTree ? readKernelVersion(job.root) : undefined) ?? engine.newestKernel,
				kernelForced: stated !== undefined,
				functions: { ...fileSettings.functions, ...options.functions },
				severity: fileSettings.severity ?? {},
				scope: job.scope,
			},
		},
		engine,
		options.search ?? makeSearch(true),
		unchanged ? undefined : options.cache,
		reading.pause,
	);
	const before = change && !unchanged ? await judgeBefore(tree, job.scope, change, reading) : undefined;
	for (const [path, text] of unchanged ? [] : [...(options.texts ?? []), ...stdin.overlay])
		if (isInside(job.root, path)) tree.setText(toRelative(job.root, path), text);
	// With nothing read there is nothing in view.
	const settling = unchanged ? tree.view() : tree.settle(job.scope, reading);
	// While a search runs outside of this program.
	const bytesSeen = bytes();
	const view = await settling;
	const judged = view.judge(job.scope).report;
	const after = { ...judged, holes: [...judged.holes, ...tree.holes()] };
	const report = before && change ? reportChange(before, after, change.lines) : after;
	const findings: Finding[] = [];
	for (const [index, finding] of report.findings.entries()) {
		const wanted = options.withoutFixes?.(finding) === true ? undefined : options.fixes;
		if (wanted) reading.progress("judging fixes of finding", index, report.findings.length);
		findings.push(wanted ? { ...finding, fixes: await tree.proveFixes(finding, wanted, reading.pause) } : finding);
	}
	/* a tree that stood as it was before is not put down: it has read what only that needed */
	if (!before) save();
	const unreadable = job.listing.unreadable.map(({ path, why }) => ({ file: path, line: 1, why: `not read: ${why}` }));
	const holes = [...report.holes, ...unreadable, ...stdin.holes];
	return {
		...report,
		findings,
		holes: removeRepeated(holes.filter((hole) => hole.file === "." || isInScope(hole.file, job.scope))),
		stats: {
			...report.stats,
			filesParsed: tree.filesRead,
			filesSeen: job.listing.files.length,
			bytesSeen,
			uses: report.uses.length,
			milliseconds: 0,
		},
	};
}

function removeRepeated(holes: readonly Hole[]): readonly Hole[] {
	return [...new Map(holes.map((hole) => [`${hole.file}\0${hole.line}\0${hole.why}`, hole])).values()];
}

function compileGlobs(globs: readonly string[]): (path: string) => boolean {
	const tests = globs.map((glob) => {
		try {
			return compileGlob(glob);
		} catch (error) {
			throw new InputError(`--exclude: ${describeError(error)}`);
		}
	});
	return (path) => tests.some((test) => test(path));
}
