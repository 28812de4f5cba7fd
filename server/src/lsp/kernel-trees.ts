import { type Dirent, readdirSync } from "node:fs";
import { join } from "node:path";
import { findRoot, looksLikeKernelTree } from "../workspace/root.ts";

/** How deep, and in how many folders, kernel trees are looked for inside a workspace folder that is none. */
const MAX_DEPTH = 4;
const MAX_FOLDERS = 2000;

/**
 * Finds the kernel trees that a workspace folder has to do with: the one that it is or lies in, else those in it that are not too deep.
 * @param folder absolute, without symbolic links
 * @returns absolute folders
 */
export function findKernelTrees(folder: string): readonly string[] {
	const root = findRoot(folder);
	if (root.kind === "kernel") return [root.dir];
	const found: string[] = [];
	let level: readonly string[] = [folder];
	let seen = 0;
	for (let depth = 0; depth <= MAX_DEPTH && level.length > 0 && seen < MAX_FOLDERS; depth++) {
		const trees = level.filter(looksLikeKernelTree);
		found.push(...trees);
		seen += level.length;
		level = level
			.filter((path) => !trees.includes(path))
			.flatMap(listFolders)
			.slice(0, MAX_FOLDERS);
	}
	return found;
}

/** Folders in a folder, but for hidden ones and those of packages; none where it cannot be read. */
function listFolders(folder: string): readonly string[] {
	let entries: readonly Dirent[];
	try {
		entries = readdirSync(folder, { withFileTypes: true });
	} catch {
		return [];
	}
	return entries
		.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
		.map((entry) => join(folder, entry.name));
}
