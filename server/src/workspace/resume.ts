/** Goes on where an earlier run of this program stopped. */

import { join } from "node:path";
import type { Cache, CachedTree } from "./cache.ts";
import type { Engine } from "./engine.ts";
import { hashText } from "./kept-tree.ts";
import { OpenTree, type TreeInput } from "./open-tree.ts";
import type { Pause } from "./pause.ts";
import type { Search } from "./search.ts";
import { readSource } from "./sources.ts";
import { Stamps } from "./stamps.ts";

/** A tree, and what it takes to put it down. */
export interface Resumed {
	readonly tree: OpenTree;
	/** The size of all files of the tree, in bytes. Looking at each takes a while: asked for first while a search runs elsewhere. */
	readonly bytes: () => number;
	/** Puts down what is known of the tree. */
	readonly save: () => void;
}

/** Opens a tree, with what the cache has of it; without a cache, as if nothing had ever been read. */
export async function resume(input: TreeInput, engine: Engine, search: Search, cache: Cache | undefined, pause: Pause): Promise<Resumed> {
	const files = [...input.files];
	let taken: Stamps | undefined;
	const stamps = (): Stamps => {
		taken ??= Stamps.take(input.root, files);
		return taken;
	};
	const bytes = (): number => stamps().bytes;
	if (cache === undefined || !input.wholeFolder || files.length < cache.limits.minFiles)
		return { tree: new OpenTree(input, engine, search), bytes, save: () => undefined };
	const cached = cache.read(input.root);
	const tree = new OpenTree(input, engine, search, cached?.tree);
	const changes = cached && changesSince(cached, files, stamps(), input.root);
	if (changes && changes.present.length + changes.gone.length > 0) await tree.changed(changes, pause);
	const save = (): void => {
		/* what was found out may be about neither of two texts */
		if (tree.changedOnDisk().length > 0) return;
		const kept = tree.keep();
		if (kept && !(changes && isSame(kept, cached.tree, changes))) cache.write(input.root, { files, stamps: stamps(), tree: kept });
	};
	return { tree, bytes, save };
}

/** What is to be looked at again. */
interface Changes {
	/** Files that came, hold something else, or could not be read: that may have been up to who asked, or to the disk. */
	readonly present: readonly string[];
	readonly gone: readonly string[];
	/** How many files do not look as they did, those among them that hold the same. */
	readonly different: number;
}

/** Files that came, went, or hold something else. */
export function changesSince(
	{ files: before, stamps: then, tree }: CachedTree,
	files: readonly string[],
	now: Stamps,
	root: string,
): Changes {
	const hashes = new Map(tree.files.map(({ path, hash }) => [path, hash]));
	const present: string[] = [];
	const gone: string[] = [];
	let same = 0;
	const failed = new Set(tree.failures.map(({ file }) => file));
	const isTouchedOnly = (path: string): boolean => {
		const hash = hashes.get(path);
		const source = hash === undefined ? undefined : readSource(join(root, path));
		return source?.ok === true && hashText(source.text) === hash;
	};
	/* both lists are in order */
	let other = 0;
	files.forEach((path, index) => {
		while (other < before.length && (before[other] as string) < path) gone.push(before[other++] as string);
		const isKnown = before[other] === path;
		if (isKnown && now.isSame(index, then, other++)) {
			same++;
			if (failed.has(path)) present.push(path);
		} else if (!(isKnown && isTouchedOnly(path))) present.push(path);
	});
	gone.push(...before.slice(other));
	return { present, gone, different: files.length - same + gone.length };
}

/** Whether nothing would be put down that is not there already. */
function isSame(kept: NonNullable<ReturnType<OpenTree["keep"]>>, before: CachedTree["tree"], changes: Changes): boolean {
	const known = before.outcomes.uses;
	const now = kept.outcomes.uses;
	return (
		changes.different === 0 &&
		kept.asked.length === before.asked.length &&
		kept.files.length === before.files.length &&
		JSON.stringify(kept.failures) === JSON.stringify(before.failures) &&
		Object.keys(now).every((id) => now[id] === known[id]) &&
		Object.keys(kept.outcomes.owners ?? {}).length === Object.keys(before.outcomes.owners ?? {}).length &&
		Object.keys(kept.outcomes.fixes).length === Object.keys(before.outcomes.fixes).length
	);
}
