import { realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { isSourceName, type Listing, listSources } from "./files.ts";
import { describeError, InputError } from "./input-error.ts";
import { findRoot, isFolder } from "./root.ts";

/** What to look at. */
export interface PathOptions {
	/** As the user wrote them; relative ones from `cwd`. */
	readonly paths: readonly string[];
	readonly cwd: string;
	/** The tree to judge in, when the user names it. */
	readonly root?: string;
	/** Look at the paths alone. */
	readonly noRoot: boolean;
	/** The file that a text of its own stands for: the name is taken as a path, whether or not there is such a file. */
	readonly virtualFile?: string;
	/** Makes the test for what is left out, given an absolute root. */
	readonly makeExclude: (root: string) => (path: string) => boolean;
}

/** One tree to check by itself. */
export interface Job {
	/** Absolute. */
	readonly root: string;
	readonly listing: Listing;
	/** Relative to the root: a file, or a folder with `/` at its end; empty: all. */
	readonly scope: readonly string[];
	readonly wholeFolder: boolean;
	/** True when the root was found or named, so that its Makefile and its settings file count. */
	readonly isTree: boolean;
}

export interface Plan {
	/** Absolute; paths in the report are relative to it. */
	readonly base: string;
	readonly jobs: readonly Job[];
}

interface Target {
	readonly path: string;
	readonly folder: boolean;
}

/**
 * Sorts the paths by the tree they lie in. A folder outside any kernel tree that holds kernel trees is checked as these, each by itself,
 * and the rest of it apart from them.
 * @throws InputError naming the path that does not exist, is no C file, or lies outside the root
 */
export function planJobs(options: PathOptions): Plan {
	const targets = options.paths.map((path) => resolveTarget(path, options.cwd));
	if (options.virtualFile !== undefined) targets.push(resolveVirtual(options.virtualFile, options.cwd));
	if (options.noRoot) return planAlone(targets, options);
	if (options.root !== undefined) return planNamedRoot(targets, options.root, options);
	return planFoundRoots(targets, options);
}

function resolveTarget(path: string, cwd: string): Target {
	try {
		const real = realpathSync(resolve(cwd, path));
		const stat = statSync(real);
		if (stat.isDirectory()) return { path: real, folder: true };
		if (!stat.isFile()) throw new InputError("neither a file nor a folder");
		if (!isSourceName(basename(real))) throw new InputError("not a C file (.c or .h)");
		return { path: real, folder: false };
	} catch (error) {
		throw new InputError(`${path}: ${describeError(error)}`);
	}
}

function resolveVirtual(path: string, cwd: string): Target {
	const absolute = resolve(cwd, path);
	if (!isSourceName(basename(absolute))) throw new InputError(`${path}: not a C file (.c or .h)`);
	try {
		return { path: join(realpathSync(dirname(absolute)), basename(absolute)), folder: false };
	} catch (error) {
		throw new InputError(`${path}: ${describeError(error)}`);
	}
}

function planAlone(targets: readonly Target[], options: PathOptions): Plan {
	const base = findCommonFolder(targets.map((target) => (target.folder ? target.path : dirname(target.path))));
	const isExcluded = options.makeExclude(base);
	const scope = targets.map((target) => scopeOf(base, target));
	const parts = targets.map((target) => {
		if (!target.folder) return { files: [toRelative(base, target.path)], kernelTrees: [], unreadable: [] };
		const prefix = toPrefix(base, target.path);
		const inside = listSources(target.path, { isExcluded: (path) => isExcluded(prefix + path), split: false });
		return {
			files: inside.files.map((file) => prefix + file),
			kernelTrees: [],
			unreadable: inside.unreadable.map(({ path, why }) => ({ path: prefix + path, why })),
		};
	});
	const files = [...new Set(parts.flatMap((part) => part.files))].filter((file) => !isExcluded(file)).sort();
	const listing = { files, kernelTrees: [], unreadable: parts.flatMap((part) => part.unreadable) };
	const isTree = targets.some((target) => target.folder && target.path === base);
	return { base, jobs: [{ root: base, listing, scope: isTree ? [] : scope, wholeFolder: isTree, isTree }] };
}

function planNamedRoot(targets: readonly Target[], root: string, options: PathOptions): Plan {
	const named = resolveTarget(root, options.cwd);
	if (!named.folder) throw new InputError(`${root}: not a folder`);
	for (const target of targets) {
		if (!isInside(named.path, target.path)) throw new InputError(`${relative(options.cwd, target.path)}: not inside the root ${root}`);
	}
	const listing = listSources(named.path, { isExcluded: options.makeExclude(named.path), split: false });
	return { base: named.path, jobs: [makeJob(named.path, listing, targets)] };
}

function planFoundRoots(targets: readonly Target[], options: PathOptions): Plan {
	const groups = new Map<string, { readonly kernel: boolean; readonly alone: boolean; readonly targets: Target[] }>();
	for (const target of targets) {
		const root = findRoot(target.path);
		// A loose file is judged alone: the folder it happens to lie in may be anything.
		const alone = root.kind === "none" && !target.folder;
		const key = alone ? target.path : root.dir;
		const group = groups.get(key) ?? { kernel: root.kind === "kernel", alone, targets: [] };
		group.targets.push(target);
		groups.set(key, group);
	}
	const jobs = new Map<string, Job>();
	const roots: string[] = [];
	for (const [key, group] of groups) {
		const root = group.alone ? dirname(key) : key;
		roots.push(root);
		if (group.alone) {
			const files = options.makeExclude(root)(basename(key)) ? [] : [basename(key)];
			const listing = { files, kernelTrees: [], unreadable: [] };
			jobs.set(key, { root, listing, scope: files, wholeFolder: false, isTree: false });
			continue;
		}
		const listing = listSources(root, { isExcluded: options.makeExclude(root), split: !group.kernel });
		const job = makeJob(root, listing, group.targets);
		if (listing.kernelTrees.length === 0 || listing.files.some((file) => isInScope(file, job.scope))) jobs.set(root, job);
		for (const nested of listing.kernelTrees) {
			if (!isInScope(`${nested}/`, job.scope)) continue;
			const inner = join(root, nested);
			const own = listSources(inner, { isExcluded: options.makeExclude(inner), split: false });
			jobs.set(inner, makeJob(inner, own, []));
		}
	}
	return { base: findCommonFolder(roots), jobs: [...jobs.values()].sort((a, b) => (a.root < b.root ? -1 : 1)) };
}

function makeJob(root: string, listing: Listing, targets: readonly Target[]): Job {
	const scope = targets.map((target) => scopeOf(root, target));
	return { root, listing: addVirtual(listing, targets, root), scope: scope.includes("") ? [] : scope, wholeFolder: true, isTree: true };
}

/** A text from standard input may stand for a file that does not exist yet. */
function addVirtual(listing: Listing, targets: readonly Target[], root: string): Listing {
	const missing = targets
		.filter((target) => !target.folder && statSync(target.path, { throwIfNoEntry: false }) === undefined)
		.map((target) => toRelative(root, target.path));
	return missing.length === 0 ? listing : { ...listing, files: [...new Set([...listing.files, ...missing])].sort() };
}

/** Says whether a path relative to the root (a folder with `/` at its end) lies in the scope; the empty scope holds all. */
export function isInScope(path: string, scope: readonly string[]): boolean {
	return scope.length === 0 || scope.some((entry) => (entry.endsWith("/") ? path.startsWith(entry) : path === entry));
}

function scopeOf(root: string, target: Target): string {
	const path = toRelative(root, target.path);
	return target.folder && path !== "" ? `${path}/` : path;
}

/** Returns the path relative to a folder, with `/`; empty when they are the same. */
export function toRelative(folder: string, path: string): string {
	const result = relative(folder, path);
	return sep === "/" ? result : result.replaceAll(sep, "/");
}

/** As {@link toRelative}, with `/` at the end unless it is empty. */
export function toPrefix(folder: string, path: string): string {
	const result = toRelative(folder, path);
	return result === "" ? "" : `${result}/`;
}

/** Says whether an absolute path is that of the folder or of something in it. */
export function isInside(folder: string, path: string): boolean {
	const way = toRelative(folder, path);
	return way !== ".." && !way.startsWith("../");
}

function findCommonFolder(folders: readonly string[]): string {
	let common = folders[0] ?? sep;
	for (const folder of folders) while (!isInside(common, folder)) common = dirname(common);
	return isFolder(common) ? common : dirname(common);
}
