/**
 * What was found out last about things of a tree, for the next program with the same settings. An entry goes with its thing, and with whatever
 * takes the place of it under its name: else what holds an old thing for some reason of its own would hold all that was known of it too.
 */

import type { Settings } from "./snapshot.ts";

export class Latest<K extends object, V> {
	readonly #known = new WeakMap<K, V>();
	readonly #named = new Map<string, WeakRef<K>>();

	get(key: K): V | undefined {
		return this.#known.get(key);
	}

	set(name: string, key: K, value: V): void {
		const before = this.#named.get(name)?.deref();
		if (before !== undefined) this.#known.delete(before);
		this.#known.set(key, value);
		this.#named.set(name, new WeakRef(key));
	}
}

/** One for each settings: two trees that are open have things of the same name. */
export class LatestBySettings<K extends object, V> {
	readonly #all = new WeakMap<Settings, Latest<K, V>>();

	of(settings: Settings): Latest<K, V> {
		let latest = this.#all.get(settings);
		if (latest === undefined) {
			latest = new Latest();
			this.#all.set(settings, latest);
		}
		return latest;
	}
}
