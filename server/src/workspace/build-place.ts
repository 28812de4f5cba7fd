/** Where a file that is being compiled belongs, as the compiler's flags tell it. */

import { readdirSync, realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { findUnknownOverrides } from "../kernel/index.ts";
import { describeError, InputError } from "./input-error.ts";
import { readKernelVersion } from "./kernel-version.ts";
import { isInside, toRelative } from "./plan.ts";
import { looksLikeKernelTree } from "./root.ts";

/** What is known of a compilation. Paths are as the build wrote them. */
export interface Compilation {
	readonly cwd: string;
	readonly file: string;
	/** The folders of `-I`. */
	readonly includes: readonly string[];
	/** Name and value of each `-D`. */
	readonly defines: readonly (readonly [string, string])[];
	/** The tree, where the user names it. */
	readonly root?: string | undefined;
	/** The folder of the module that is built outside of the kernel's tree. */
	readonly moduleFolder?: string | undefined;
}

/** In which light a file is judged. */
export interface BuildPlace {
	/** The tree, absolute; undefined where the file lies in none that the flags tell of: a file that the build generated. */
	readonly root: string | undefined;
	/** The file, absolute, and relative to the root (or to its own folder). */
	readonly real: string;
	readonly path: string;
	/** The kernel that a file outside its tree is built for. */
	readonly kernel: string | undefined;
	/** The architectures that are built, sorted; empty: nobody says. */
	readonly architectures: readonly string[];
	/** A glob of what belongs to other architectures. */
	readonly exclude: string | undefined;
	/** Names that the flags give to known functions. */
	readonly functions: Readonly<Record<string, string>>;
}

/**
 * Finds where a file belongs: in the kernel tree among whose headers it is compiled, else in its module.
 * @throws InputError naming the file or root that is not there
 */
export function findBuildPlace({ cwd, file, includes, defines, root: named, moduleFolder }: Compilation): BuildPlace {
	const real = realPathOf(cwd, file);
	const folders = [...new Set(includes.map((path) => resolve(cwd, path)))];
	const headers = folders.find((path) => basename(path) === "include" && looksLikeKernelTree(dirname(path)));
	const tree = headers === undefined ? undefined : realPathOf(cwd, dirname(headers));
	const candidates = [tree, moduleFolder === undefined ? undefined : realPathOf(cwd, moduleFolder)];
	const root = named === undefined ? candidates.find((path) => path !== undefined && isInside(path, real)) : realPathOf(cwd, named);
	const architectures = tree === undefined ? [] : findArchitectures(folders);
	return {
		root,
		real,
		path: toRelative(root ?? dirname(real), real),
		kernel: tree === undefined || root === tree ? undefined : readKernelVersion(tree),
		architectures,
		exclude: root === undefined || root !== tree ? undefined : excludeOthers(root, architectures),
		functions: findAliases(defines),
	};
}

function realPathOf(cwd: string, path: string): string {
	try {
		return realpathSync(resolve(cwd, path));
	} catch (error) {
		throw new InputError(`${path}: ${describeError(error)}`);
	}
}

/** The architectures whose headers are looked into: mostly one, two for user-mode Linux. */
function findArchitectures(folders: readonly string[]): readonly string[] {
	return [...new Set(folders.flatMap((path) => /(?:^|[\\/])arch[\\/]([^\\/]+)[\\/]include$/.exec(path)?.[1] ?? []))].sort();
}

function excludeOthers(root: string, architectures: readonly string[]): string | undefined {
	if (architectures.length === 0) return undefined;
	const others = readdirSync(join(root, "arch"), { withFileTypes: true })
		.filter((entry) => entry.isDirectory() && !architectures.includes(entry.name))
		.map((entry) => entry.name)
		.sort();
	return others.length === 0 ? undefined : `arch/{${others.join(",")}}`;
}

function findAliases(defines: Compilation["defines"]): Readonly<Record<string, string>> {
	const names = Object.fromEntries(defines.filter((define) => define.every((word) => /^[A-Za-z_]\w*$/.test(word))));
	const unknown = new Set(findUnknownOverrides(names));
	return Object.fromEntries(Object.entries(names).filter(([name]) => !unknown.has(name)));
}
