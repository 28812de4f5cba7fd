/**
 * What was found out last about things of a tree, for the next program with the same settings. An entry goes with its thing, and once others
 * have taken the place of it under its name: else what holds an old thing for some reason of its own would hold all that was known of it too.
 */

import type { Settings } from "./snapshot.ts";

/** So many things under one name are remembered, and of each so much: what is undone, or typed to its end again, was known before. */
const MOST_KNOWN = 2;

export class Latest<K extends object, V> {
	/** The latest first. */
	readonly #known = new WeakMap<K, { readonly name: string; readonly values: readonly V[] }>();
	readonly #named = new Map<string, readonly WeakRef<K>[]>();

	has(key: K): boolean {
		return this.#known.has(key);
	}

	/** What was found out about a thing and holds, the latest first. */
	find(key: K, holds: (value: V) => boolean): V | undefined {
		const known = this.#known.get(key);
		const found = known?.values.find(holds);
		if (known && found !== known.values[0] && found !== undefined) this.set(known.name, key, found);
		return found;
	}

	/** Puts down what holds now. */
	set(name: string, key: K, value: V): void {
		const values = this.#known.get(key)?.values ?? [];
		this.#known.set(key, { name, values: [value, ...values.filter((other) => other !== value)].slice(0, MOST_KNOWN) });
		const keys = [...new Set([key, ...(this.#named.get(name) ?? []).flatMap((ref) => ref.deref() ?? [])])];
		for (const old of keys.splice(MOST_KNOWN)) this.#known.delete(old);
		this.#named.set(
			name,
			keys.map((one) => new WeakRef(one)),
		);
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
