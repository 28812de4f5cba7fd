import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { describeError } from "./input-error.ts";
import { looksLikeKernelTree } from "./root.ts";

/** What a walk found. */
export interface Listing {
	/** C files, relative to the root, with `/`, sorted by code units. */
	readonly files: readonly string[];
	/** Folders below the root that look like the top of a kernel tree of their own; not entered. Only with `split`. */
	readonly kernelTrees: readonly string[];
	/** Folders that could not be read. */
	readonly unreadable: readonly { readonly path: string; readonly why: string }[];
}

export interface ListOptions {
	/** Takes a path relative to the root; true keeps it, and all that is in it, out. */
	readonly isExcluded: (path: string) => boolean;
	/** Leave out folders that are kernel trees of their own. */
	readonly split: boolean;
}

/** Says whether the name is that of a file this tool reads. */
export function isSourceName(name: string): boolean {
	return name.endsWith(".c") || name.endsWith(".h");
}

/** Folders that hold no source of the tree they lie in. */
export const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

/** Lists the C files under a root; see {@link walkSources}. */
export function listSources(root: string, options: ListOptions): Listing {
	const walk = walkSources(root, options);
	for (;;) {
		const step = walk.next();
		if (step.done) return step.value;
	}
}

/**
 * Lists the C files under a root folder by folder, in an order that depends on their names alone. Symbolic links are not followed: what
 * they name inside the root is found by its own path, what they name outside does not belong to it, and so no folder is met twice.
 */
export function* walkSources(root: string, options: ListOptions): Generator<undefined, Listing> {
	const files: string[] = [];
	const kernelTrees: string[] = [];
	const unreadable: { path: string; why: string }[] = [];
	/** Each with `/` at its end, but for the root. */
	const folders: string[] = [""];
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		let entries: Dirent[];
		try {
			entries = readdirSync(`${root}/${folder}`, { withFileTypes: true });
		} catch (error) {
			unreadable.push({ path: folder === "" ? "." : folder.slice(0, -1), why: describeError(error) });
			continue;
		}
		yield;
		for (const entry of entries) {
			const { name } = entry;
			if (isSourceName(name) && name.includes("\ufffd")) {
				unreadable.push({ path: folder + name, why: "its name is not UTF-8" });
				continue;
			}
			if (isSourceName(name) && entry.isFile()) {
				const path = folder + name;
				if (!options.isExcluded(path)) files.push(path);
			} else if (entry.isDirectory() && !SKIPPED.has(name)) {
				const path = folder + name;
				if (options.isExcluded(path)) continue;
				if (options.split && looksLikeKernelTree(join(root, path))) kernelTrees.push(path);
				else folders.push(`${path}/`);
			}
		}
	}
	return { files: files.sort(), kernelTrees: kernelTrees.sort(), unreadable: unreadable.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
