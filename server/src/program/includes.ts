/** Which files a file includes, directly and through others, as far as the files are loaded. */

import type { SourceFile } from "../analysis/snapshot.ts";
import type { IncludeFacts } from "../facts/types.ts";
import { nearestByFolder } from "./nearest.ts";

/** Whether an `#include` path can name `path`: by its ending, as -I folders are not known. */
function includeNames(include: string, path: string): boolean {
	const wanted = include.replace(/^(\.\.?\/)+/, "");
	return path === wanted || path.endsWith(`/${wanted}`);
}

function lastOf(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

export class IncludeGraph {
	readonly #includes: ReadonlyMap<string, readonly IncludeFacts[]>;
	readonly #byName = new Map<string, string[]>();
	readonly #direct = new Map<string, readonly string[]>();
	readonly #distances = new Map<string, ReadonlyMap<string, number>>();

	constructor(files: ReadonlyMap<string, SourceFile>) {
		this.#includes = new Map([...files.values()].map(({ path, pieces }) => [path, pieces.includes]));
		for (const path of files.keys()) {
			const list = this.#byName.get(lastOf(path));
			if (list) list.push(path);
			else this.#byName.set(lastOf(path), [path]);
		}
	}

	/** Whether it holds for these files too: no file came or went, and each includes what it did. */
	holdsFor(files: ReadonlyMap<string, SourceFile>): boolean {
		if (files.size !== this.#includes.size) return false;
		for (const { path, pieces } of files.values()) {
			const known = this.#includes.get(path);
			if (known === pieces.includes) continue;
			if (known?.length !== pieces.includes.length) return false;
			if (pieces.includes.some((include, i) => include.path !== known[i]?.path)) return false;
		}
		return true;
	}

	/** The files that `from` reaches, itself included, with the length of the shortest way; undefined for a file that is not loaded. */
	distancesFrom(from: string): ReadonlyMap<string, number> | undefined {
		if (!this.#includes.has(from)) return undefined;
		let distances = this.#distances.get(from);
		if (!distances) {
			distances = this.#walkFrom(from);
			this.#distances.set(from, distances);
		}
		return distances;
	}

	#walkFrom(from: string): ReadonlyMap<string, number> {
		const distance = new Map<string, number>([[from, 0]]);
		const queue = [from];
		for (const file of queue) {
			const next = (distance.get(file) as number) + 1;
			for (const path of this.#directlyFrom(file)) {
				if (distance.has(path)) continue;
				distance.set(path, next);
				queue.push(path);
			}
		}
		return distance;
	}

	#directlyFrom(file: string): readonly string[] {
		let direct = this.#direct.get(file);
		if (!direct) {
			direct = (this.#includes.get(file) ?? []).flatMap((include) => {
				const candidates = (this.#byName.get(lastOf(include.path)) ?? []).filter((path) => includeNames(include.path, path));
				return nearestByFolder(candidates, (candidate) => candidate, file);
			});
			this.#direct.set(file, direct);
		}
		return direct;
	}
}

/** The graph of the files; `before` itself when it still holds. */
export function graphOf(files: ReadonlyMap<string, SourceFile>, before?: IncludeGraph): IncludeGraph {
	return before?.holdsFor(files) ? before : new IncludeGraph(files);
}
