/** From the places that facts tell to where these stand in a tree: facts keep the place at which their piece was first cut. */

import type { Pieces } from "../facts/index.ts";
import type { Tree } from "./snapshot.ts";

type Moved = ReadonlyMap<string, Pieces>;

/**
 * What was found out, with the places of a tree.
 * @param found plain data: what has a `file` has its lines from 1 as `line` and `endLine`; texts name places as `file:line`
 * @returns the same where nothing has moved
 */
export function relocate<T>(tree: Tree, found: T): T {
	const moved = movedIn(tree);
	if (moved.size === 0 || typeof found !== "object" || found === null) return found;
	let files = named.get(found);
	if (files === undefined) {
		files = new Set(filesIn(found));
		named.set(found, files);
	}
	/* each edit comes here with all that is known: most of it has nothing to do with what has moved */
	if (isApart(moved, files)) return found;
	const own = new Map([...moved].filter(([path]) => files.has(path)));
	const before = latest.get(found);
	if (before && before.moved.size === own.size && [...own].every(([path, pieces]) => before.moved.get(path)?.deref() === pieces))
		return before.told as T;
	const told = relocated(own, found) as T;
	latest.set(found, { moved: new Map([...own].map(([path, pieces]) => [path, new WeakRef(pieces)])), told });
	return told;
}

function isApart(moved: Moved, files: ReadonlySet<string>): boolean {
	for (const path of files) if (moved.has(path)) return false;
	return true;
}

/** By what was found out, how it was told last; texts that are gone are let go. */
const latest = new WeakMap<object, { readonly moved: ReadonlyMap<string, WeakRef<Pieces>>; readonly told: unknown }>();

/** By what was found out, the files of which it has places. */
const named = new WeakMap<object, ReadonlySet<string>>();

/** The files whose places are in plain data; too many where a text only looks like a place. */
function* filesIn(value: unknown): Iterable<string> {
	if (typeof value === "string") for (const [, path = ""] of value.matchAll(/([^\s(]+):\d/g)) yield path;
	if (typeof value !== "object" || value === null) return;
	if ("file" in value && typeof value.file === "string") yield value.file;
	for (const item of Object.values(value)) yield* filesIn(item);
}

const known = new WeakMap<Tree["files"], Moved>();

/** The files in which something stands elsewhere than its facts say. */
function movedIn({ files }: Tree): Moved {
	let moved = known.get(files);
	if (moved === undefined) {
		moved = new Map([...files].filter(([, { pieces }]) => pieces.hasMoved).map(([path, { pieces }]) => [path, pieces]));
		known.set(files, moved);
	}
	return moved;
}

function relocated(moved: Moved, value: unknown): unknown {
	if (typeof value === "string") return inText(moved, value);
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((item) => relocated(moved, item));
	const all = Object.fromEntries(Object.entries(value).map(([key, item]) => [key, relocated(moved, item)]));
	const { file, line, endLine } = all;
	const pieces = typeof file === "string" ? moved.get(file) : undefined;
	if (pieces === undefined || typeof line !== "number") return all;
	const now = pieces.lineNow(line - 1) + 1;
	return { ...all, line: now, ...(typeof endLine === "number" && { endLine: endLine - line + now }) };
}

/** A text in which places stand as `file:line`. */
function inText(moved: Moved, text: string): string {
	let told = text;
	for (const [path, pieces] of moved)
		for (let at = told.indexOf(`${path}:`); at >= 0; at = told.indexOf(`${path}:`, at + 1)) {
			const from = at + path.length + 1;
			const line = /^\d+/.exec(told.slice(from, from + 10))?.[0];
			/* the end of another path */
			if (line === undefined || /[\w/.-]/.test(told[at - 1] ?? "")) continue;
			told = told.slice(0, from) + (pieces.lineNow(Number(line) - 1) + 1) + told.slice(from + line.length);
		}
	return told;
}
