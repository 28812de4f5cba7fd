/**
 * A folder with one file for each tree: what was found out last, and how all its files looked then. What cannot be read, was written by
 * another version of this program, or is damaged counts as not there.
 */

import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { endianness, homedir } from "node:os";
import { isAbsolute, join } from "node:path";
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

export interface CacheLimits {
	/** Trees of fewer files are not put down: they are read faster than a cache. */
	readonly minFiles: number;
	/** A larger folder loses what was not used for longest. */
	readonly maxBytes: number;
}

const LIMITS: CacheLimits = { minFiles: 400, maxBytes: 256 * 1024 * 1024 };
/** Nobody writes one file for longer, in milliseconds. */
const DRAFT_LIFE = 60 * 60 * 1000;
/** The names of this program's own files: a folder that the user names may hold others. */
const OWN_NAME = /^[0-9a-f]{40}\.tree(?<draft>\.\d+\.[0-9a-f]{8})?$/;

/**
 * Where the cache is when nobody says: `$XDG_CACHE_HOME/mm-lifetime`, else `~/.cache/mm-lifetime`; as the XDG specification wants it, paths
 * that are not absolute do not count. Undefined where the user has no home.
 */
export function defaultCacheFolder(): string | undefined {
	const base = process.env["XDG_CACHE_HOME"];
	if (base !== undefined && isAbsolute(base)) return join(base, "mm-lifetime");
	try {
		const home = homedir();
		return isAbsolute(home) ? join(home, ".cache", "mm-lifetime") : undefined;
	} catch {
		return undefined;
	}
}

let program: Buffer | undefined;

/** Tells versions of this program apart, by what it is made of: the built program is one file, with the parser's beside it. */
export function programDigest(): Buffer {
	program ??= hashProgram();
	return program;
}

function hashProgram(): Buffer {
	const self = fileURLToPath(import.meta.url);
	const parser = readdirSync(join(self, "..")).filter((name) => name.endsWith(".wasm"));
	/* arrays are put down as they are in memory */
	const hash = createHash("sha1").update(endianness()).update(readFileSync(self));
	for (const name of parser.sort()) hash.update(readFileSync(join(self, "..", name)));
	return hash.digest();
}

export class Cache {
	readonly limits: CacheLimits;
	readonly #folder: string | undefined;

	/** @param folder undefined: nothing is kept */
	constructor(folder: string | undefined, limits: Partial<CacheLimits> = {}) {
		this.limits = { ...LIMITS, ...limits };
		this.#folder = folder;
	}

	/** What was put down of a tree; undefined when there is nothing of use. */
	read(root: string): CachedTree | undefined {
		if (this.#folder === undefined) return undefined;
		const path = pathOf(this.#folder, root);
		try {
			const cached = unpackTree(readFileSync(path), programDigest(), root);
			if (cached) markUsed(path);
			return cached;
		} catch {
			return undefined;
		}
	}

	/** Puts a tree down. Others see all of it or nothing; a cache that cannot be written is none. */
	write(root: string, cached: CachedTree): void {
		if (this.#folder === undefined) return;
		const path = pathOf(this.#folder, root);
		const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
		try {
			const bytes = packTree(cached, programDigest(), root);
			if (bytes.length > this.limits.maxBytes) return;
			mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
			writeFileSync(draft, bytes, { flag: "wx" });
			renameSync(draft, path);
			this.#shrink(this.#folder);
		} catch {
			remove(draft);
		}
	}

	/** Removes drafts of programs that were killed, and what is too much. */
	#shrink(folder: string): void {
		const now = Date.now();
		const entries: { readonly path: string; readonly size: number; readonly used: number }[] = [];
		for (const name of readdirSync(folder)) {
			const match = OWN_NAME.exec(name);
			const path = join(folder, name);
			const stat = match && lstatSync(path, { throwIfNoEntry: false });
			if (!stat?.isFile()) continue;
			if (match?.groups?.["draft"] === undefined) entries.push({ path, size: stat.size, used: stat.mtimeMs });
			else if (stat.mtimeMs < now - DRAFT_LIFE) remove(path);
		}
		let size = entries.reduce((sum, entry) => sum + entry.size, 0);
		for (const entry of entries.sort((a, b) => a.used - b.used)) {
			if (size <= this.limits.maxBytes) return;
			remove(entry.path);
			size -= entry.size;
		}
	}
}

function pathOf(folder: string, root: string): string {
	return join(folder, `${createHash("sha1").update(root).digest("hex")}.tree`);
}

/** What was used last is kept for longest, as far as the folder can be written to. */
function markUsed(path: string): void {
	const now = new Date();
	try {
		utimesSync(path, now, now);
	} catch {
		/* what is there counts all the same */
	}
}

function remove(path: string): void {
	try {
		rmSync(path, { force: true });
	} catch {
		/* its folder cannot be written to, or is none */
	}
}
