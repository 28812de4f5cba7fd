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
	readonly #byName: ReadonlyMap<string, readonly string[]>;
	readonly #direct: Map<string, readonly string[]>;
	readonly #distances: Map<string, ReadonlyMap<string, number>>;

	/** @param before that of the same files, of which only these include others now, and which no file includes */
	constructor(files: ReadonlyMap<string, SourceFile>, before?: { readonly graph: IncludeGraph; readonly except: ReadonlySet<string> }) {
		this.#includes = new Map([...files.values()].map(({ path, pieces }) => [path, pieces.includes]));
		this.#byName = before ? before.graph.#byName : byLastName(files.keys());
		const isKept = ([path]: readonly [string, unknown]): boolean => before?.except.has(path) === false;
		this.#direct = new Map(before ? [...before.graph.#direct].filter(isKept) : []);
		this.#distances = new Map(before ? [...before.graph.#distances].filter(isKept) : []);
	}

	/** The files that include others than they did; undefined where files came or went. */
	changedIn(files: ReadonlyMap<string, SourceFile>): ReadonlySet<string> | undefined {
		if (files.size !== this.#includes.size) return undefined;
		const changed = new Set<string>();
		for (const { path, pieces } of files.values()) {
			const known = this.#includes.get(path);
			if (known === undefined) return undefined;
			if (known !== pieces.includes && !isSameList(known, pieces.includes)) changed.add(path);
		}
		return changed;
	}

	/** Whether some file may include one of some files. */
	includesOne(paths: ReadonlySet<string>): boolean {
		const names = new Set([...paths].map(lastOf));
		return [...this.#includes.values()].some((list) => list.some(({ path }) => names.has(lastOf(path))));
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

function isSameList(a: readonly IncludeFacts[], b: readonly IncludeFacts[]): boolean {
	return a.length === b.length && a.every(({ path }, i) => path === b[i]?.path);
}

function byLastName(paths: Iterable<string>): ReadonlyMap<string, readonly string[]> {
	const byName = new Map<string, string[]>();
	for (const path of paths) {
		const list = byName.get(lastOf(path));
		if (list) list.push(path);
		else byName.set(lastOf(path), [path]);
	}
	return byName;
}

/** A graph, and the files for which it says something else than the one before; undefined where that can be any. */
export interface NextGraph {
	readonly graph: IncludeGraph;
	readonly changed: ReadonlySet<string> | undefined;
}

/** The graph of the files; `before` itself when it still holds. */
export function graphOf(files: ReadonlyMap<string, SourceFile>, before?: IncludeGraph): NextGraph {
	const changed = before?.changedIn(files);
	if (before && changed?.size === 0) return { graph: before, changed };
	if (!before || !changed || before.includesOne(changed)) return { graph: new IncludeGraph(files), changed: undefined };
	return { graph: new IncludeGraph(files, { graph: before, except: changed }), changed };
}
