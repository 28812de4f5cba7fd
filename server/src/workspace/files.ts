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
	return /\.[ch]$/.test(name);
}

/** Folders that hold no source of the tree they lie in. */
const SKIPPED: ReadonlySet<string> = new Set([".git", "node_modules"]);

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
	const folders: string[] = [""];
	for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
		let entries: Dirent[];
		try {
			entries = readdirSync(join(root, folder), { withFileTypes: true });
		} catch (error) {
			unreadable.push({ path: folder === "" ? "." : folder, why: describeError(error) });
			continue;
		}
		yield;
		for (const entry of entries) {
			const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
			if (entry.isDirectory()) {
				if (SKIPPED.has(entry.name) || options.isExcluded(path)) continue;
				if (options.split && looksLikeKernelTree(join(root, path))) kernelTrees.push(path);
				else folders.push(path);
			} else if (entry.isFile() && isSourceName(entry.name) && !options.isExcluded(path)) files.push(path);
		}
	}
	return { files: files.sort(), kernelTrees: kernelTrees.sort(), unreadable: unreadable.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
