/** Which files hold something for what is needed, and what too many files hold to read them all. */

import { type Need, nameNeed } from "../analysis/snapshot.ts";
import type { Pause } from "./pause.ts";
import type { Search } from "./search.ts";

/** Files that hold something for one need are not read where they are more than this. In Linux 6.1 none is held by half as many. */
export const MOST_HOLDING = 1000;

export class Holders {
	readonly #root: string;
	readonly #search: Search;
	readonly #isRead: (path: string) => boolean;
	#common: ReadonlySet<string> = new Set();

	/** @param isRead whether a file was read: only of others is asked whether they hold something */
	constructor(root: string, search: Search, isRead: (path: string) => boolean) {
		this.#root = root;
		this.#search = search;
		this.#isRead = isRead;
	}

	/** Names of the needs that more files answer than are worth reading; another set when it is another. */
	get common(): ReadonlySet<string> {
		return this.#common;
	}

	/** Takes in what was known before. */
	restore(common: Iterable<string>): void {
		this.#common = new Set(common);
	}

	/** Those of some files that were not read and hold something for one of the needs that are not common. */
	async find(files: readonly string[], needs: readonly Need[], pause: Pause): Promise<ReadonlySet<string>> {
		const limited = needs.filter(hasMost);
		const found = [
			await this.#findMany(
				files,
				needs.filter((need) => !hasMost(need)),
				pause,
			),
		];
		for (const need of limited) found.push(await this.#findFew(files, need, need.most, pause));
		return new Set(found.flatMap((some) => [...some]).filter((path) => !this.#isRead(path)));
	}

	async #findMany(files: readonly string[], needs: readonly Need[], pause: Pause): Promise<ReadonlySet<string>> {
		const read = files.filter((path) => this.#isRead(path));
		const rest = files.filter((path) => !this.#isRead(path));
		const found = await this.#search.findNeeds(this.#root, rest, needs, pause);
		if (found.size + read.length <= MOST_HOLDING) return found;
		const known = await this.#search.findNeeds(this.#root, read, needs, pause);
		if (found.size + known.size <= MOST_HOLDING) return found;
		/* one of the needs may be held by too many */
		const [need, ...others] = needs;
		if (need === undefined) return found;
		if (others.length === 0) return this.#findFew(files, need, MOST_HOLDING, pause);
		const middle = needs.length >> 1;
		const left = await this.#findMany(files, needs.slice(0, middle), pause);
		return new Set([...left, ...(await this.#findMany(files, needs.slice(middle), pause))]);
	}

	/** The files that hold something for a need, if they are not too many. Those that were read count: what is common must not depend on that. */
	async #findFew(files: readonly string[], need: Need, most: number, pause: Pause): Promise<ReadonlySet<string>> {
		const found = await this.#search.findNeeds(this.#root, files, [need], pause);
		if (found.size <= most) return found;
		this.#common = new Set([...this.#common, nameNeed(need)]);
		return new Set();
	}
}

function hasMost(need: Need): need is Need & { readonly most: number } {
	return need.need === "field" && need.most !== undefined;
}
