/** Which of several definitions of one name a file means: its own, then one it includes, then the nearest by folder. */

import type { SourceFile } from "../analysis/snapshot.ts";

/** Number of leading folders that two paths share. */
function sharedFolders(a: string, b: string): number {
	const left = a.split("/");
	const right = b.split("/");
	let shared = 0;
	while (shared < left.length - 1 && shared < right.length - 1 && left[shared] === right[shared]) shared++;
	return shared;
}

/** Whether an `#include` path can name `path`: by its ending, as -I folders are not known. */
function includeNames(include: string, path: string): boolean {
	const wanted = include.replace(/^(\.\.?\/)+/, "");
	return path === wanted || path.endsWith(`/${wanted}`);
}

/** Files that `from` reaches through the includes of the files that are loaded, with their distance. */
export function includeDistances(from: SourceFile, files: ReadonlyMap<string, SourceFile>): ReadonlyMap<string, number> {
	const byName = new Map<string, string[]>();
	for (const path of files.keys()) {
		const name = path.slice(path.lastIndexOf("/") + 1);
		const list = byName.get(name);
		if (list) list.push(path);
		else byName.set(name, [path]);
	}
	const distance = new Map<string, number>([[from.path, 0]]);
	const queue: SourceFile[] = [from];
	for (let i = 0; i < queue.length; i++) {
		const file = queue[i] as SourceFile;
		const next = (distance.get(file.path) as number) + 1;
		for (const include of file.facts.includes) {
			const name = include.path.slice(include.path.lastIndexOf("/") + 1);
			const candidates = (byName.get(name) ?? []).filter((path) => includeNames(include.path, path));
			for (const path of nearestByFolder(candidates, (candidate) => candidate, file.path)) {
				if (distance.has(path)) continue;
				distance.set(path, next);
				queue.push(files.get(path) as SourceFile);
			}
		}
	}
	return distance;
}

/** Those of `candidates` that share most folders with `from`; a header of the kernel's `include/` counts as near to all. */
export function nearestByFolder<T>(candidates: readonly T[], pathOf: (candidate: T) => string, from: string): readonly T[] {
	let best: T[] = [];
	let bestShared = -1;
	for (const candidate of candidates) {
		const shared = sharedFolders(pathOf(candidate), from);
		if (shared > bestShared) {
			best = [candidate];
			bestShared = shared;
		} else if (shared === bestShared) best.push(candidate);
	}
	return best;
}
