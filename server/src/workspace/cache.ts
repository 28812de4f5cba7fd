/**
 * A folder with one file for each tree: what was found out last, and how all its files looked then. What cannot be read, was written by
 * another version of this program, or is damaged counts as not there.
 */

import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { KeptTree } from "./kept-tree.ts";
import { packTree, unpackTree } from "./pack.ts";
import type { Stamps } from "./stamps.ts";

/** A tree as it was when it was put down. */
export interface CachedTree {
	readonly files: readonly string[];
	readonly stamps: Stamps;
	readonly tree: KeptTree;
}

/** Larger folders lose what was not used for longest. In bytes. */
const MAX_FOLDER = 256 * 1024 * 1024;
const ENDING = ".tree";

/** Where the cache is when nobody says: `$XDG_CACHE_HOME/mm-lifetime`, else `~/.cache/mm-lifetime`. */
export function defaultCacheFolder(): string {
	const base = process.env["XDG_CACHE_HOME"];
	return join(base?.startsWith("/") ? base : join(homedir(), ".cache"), "mm-lifetime");
}

/** Tells versions of this program apart: what it is made of. */
const PROGRAM = createHash("sha1")
	.update(readFileSync(fileURLToPath(import.meta.url)))
	.digest();

export class Cache {
	readonly #folder: string;

	constructor(folder: string) {
		this.#folder = folder;
	}

	/** What was put down of a tree; undefined when there is nothing of use. */
	read(root: string): CachedTree | undefined {
		const path = this.#pathOf(root);
		try {
			const bytes = readFileSync(path);
			const cached = unpackTree(bytes, PROGRAM, root);
			/* used now */
			if (cached) utimesSync(path, new Date(), new Date());
			return cached;
		} catch {
			return undefined;
		}
	}

	/** Puts a tree down. Others see all of it or nothing; a cache that cannot be written is none. */
	write(root: string, cached: CachedTree): void {
		const path = this.#pathOf(root);
		const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
		try {
			mkdirSync(this.#folder, { recursive: true });
			writeFileSync(draft, packTree(cached, PROGRAM, root));
			renameSync(draft, path);
			this.#shrink();
		} catch {
			rmSync(draft, { force: true });
		}
	}

	#pathOf(root: string): string {
		return join(this.#folder, createHash("sha1").update(root).digest("hex") + ENDING);
	}

	#shrink(): void {
		const entries = readdirSync(this.#folder).flatMap((name) => {
			const stat = statSync(join(this.#folder, name), { throwIfNoEntry: false });
			/* drafts of programs that were killed have another ending, and go like all others when they are old */
			return stat?.isFile() && name.includes(ENDING) ? [{ name, size: stat.size, used: stat.mtimeMs }] : [];
		});
		let size = entries.reduce((sum, entry) => sum + entry.size, 0);
		for (const entry of entries.sort((a, b) => a.used - b.used)) {
			if (size <= MAX_FOLDER) return;
			rmSync(join(this.#folder, entry.name), { force: true });
			size -= entry.size;
		}
	}
}
