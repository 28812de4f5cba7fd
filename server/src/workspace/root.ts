import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readKernelVersion } from "./kernel-version.ts";

/** The folder in whose light files are judged. `none`: the path lies in no tree, `dir` is the path itself or the folder it is in. */
export interface Root {
	readonly dir: string;
	readonly kind: "kernel" | "git" | "none";
}

/**
 * Says whether a folder looks like the top of a kernel tree: a Makefile with a numeric VERSION and PATCHLEVEL, or Kbuild, Kconfig and
 * include/linux (an arch folder has the first two as well).
 */
export function looksLikeKernelTree(dir: string): boolean {
	if (readKernelVersion(dir) !== undefined) return true;
	return existsSync(join(dir, "Kbuild")) && existsSync(join(dir, "Kconfig")) && existsSync(join(dir, "include", "linux"));
}

/**
 * Finds the nearest folder upwards that looks like a kernel tree or a git work tree.
 * @param path an absolute path without symbolic links; it need not exist yet (`--stdin-filename`)
 */
export function findRoot(path: string): Root {
	const start = isFolder(path) ? path : dirname(path);
	for (let dir = start; ; dir = dirname(dir)) {
		if (looksLikeKernelTree(dir)) return { dir, kind: "kernel" };
		if (existsSync(join(dir, ".git"))) return { dir, kind: "git" };
		if (dirname(dir) === dir) return { dir: start, kind: "none" };
	}
}

/** Says whether the path is a folder; false when it does not exist. */
export function isFolder(path: string): boolean {
	return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
