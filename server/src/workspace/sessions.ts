import { realpathSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import type { Cache } from "./cache.ts";
import type { Engine } from "./engine.ts";
import { toRelative } from "./plan.ts";
import { findRoot } from "./root.ts";
import type { Search } from "./search.ts";
import type { TreeSession } from "./session.ts";
import { openSession, type SessionPlace } from "./tree-session.ts";

/** A file in its tree. */
export interface PlacedFile {
	readonly session: TreeSession;
	/** Relative to the root of the session. */
	readonly path: string;
}

/** The trees that are open; each is opened once. */
export class Sessions {
	readonly #engine: () => Promise<Engine>;
	readonly #search: Search;
	readonly #cache: Cache | undefined;
	readonly #sessions = new Map<string, TreeSession>();

	/**
	 * @param engine makes the core ready; asked only when the first tree is opened
	 * @param cache what is found out about kernel trees is kept there
	 */
	constructor(engine: () => Promise<Engine>, search: Search, cache?: Cache) {
		this.#engine = engine;
		this.#search = search;
		this.#cache = cache;
	}

	get sessions(): readonly TreeSession[] {
		return [...this.#sessions.values()];
	}

	/**
	 * Returns the tree that a file lies in: the one that the user named, else the nearest kernel tree or git work tree upwards, else none
	 * but the file itself. A named tree that the file does not lie in is not taken.
	 * @param path absolute, without symbolic links
	 */
	async open(path: string, root: string | undefined): Promise<PlacedFile> {
		const named = root === undefined ? undefined : realFolder(root);
		if (named !== undefined && `${path}${sep}`.startsWith(join(named, sep))) {
			const kind = findRoot(named).dir === named && findRoot(named).kind === "kernel" ? "kernel" : "folder";
			return this.#place({ root: named, kind }, named, toRelative(named, path));
		}
		const found = findRoot(path);
		if (found.kind === "none") return this.#place({ root: dirname(path), kind: "loose" }, path, basename(path));
		return this.#place({ root: found.dir, kind: found.kind === "kernel" ? "kernel" : "folder" }, found.dir, toRelative(found.dir, path));
	}

	/** Returns a tree that holds nothing but one text, which is no file. */
	async openLoose(uri: string): Promise<PlacedFile> {
		return this.#place({ root: sep, kind: "loose" }, uri, `${uri.replaceAll(/[^\w.-]/g, "_").replace(/\.[ch]$/, "")}.c`);
	}

	/** Closes a tree that is no longer wanted. */
	close(session: TreeSession): void {
		session.close();
		for (const [key, known] of this.#sessions) if (known === session) this.#sessions.delete(key);
	}

	async #place(place: SessionPlace, key: string, path: string): Promise<PlacedFile> {
		const engine = await this.#engine();
		const session = this.#sessions.get(key) ?? openSession(place, engine, this.#search, this.#cache);
		this.#sessions.set(key, session);
		return { session, path };
	}
}

function realFolder(path: string): string | undefined {
	try {
		return realpathSync(path);
	} catch {
		return undefined;
	}
}
