/** Numbers lists of small integers: equal lists have equal numbers. The inner loop of the explorer asks nothing else as often. */

/** So few lists are found faster by looking at each. */
const FEW = 8;
/** Places in the table for one list, at least. */
const SPARSE = 2;
const NONE = new Int32Array(0);

export class Lists {
	/** The lists by number. */
	readonly items: (readonly number[])[] = [];
	/** The numbers in all lists, counted. */
	size = 0;
	/** Numbers plus one by hash, open addressing; 0: free. Empty as long as there are few lists. */
	#table: Int32Array = NONE;

	/** Returns whether an equal list has a number. */
	has(list: readonly number[]): boolean {
		return this.#find(list) >= 0;
	}

	/** Returns the number of a list, giving it the next one when it has none. The list must not change afterwards. */
	number(list: readonly number[]): number {
		const known = this.#find(list);
		if (known >= 0) return known;
		const count = this.items.push(list);
		this.size += list.length;
		if (count * SPARSE > this.#table.length) {
			if (count > FEW) this.#enterAll(4 * SPARSE * count);
		} else this.#table[-1 - known] = count;
		return count - 1;
	}

	/** Returns the number of a list, or `-1 - place` with the place in the table where it belongs. */
	#find(list: readonly number[]): number {
		const { items } = this;
		const table = this.#table;
		if (table.length === 0) {
			for (let number = 0; number < items.length; number++) if (isEqual(items[number] as readonly number[], list)) return number;
			return -1;
		}
		const mask = table.length - 1;
		for (let place = hashOf(list) & mask; ; place = (place + 1) & mask) {
			const known = table[place] as number;
			if (known === 0) return -1 - place;
			if (isEqual(items[known - 1] as readonly number[], list)) return known - 1;
		}
	}

	/** Makes a table with at least so many places. */
	#enterAll(places: number): void {
		let size = 1;
		while (size < places) size *= 2;
		this.#table = new Int32Array(size);
		const mask = size - 1;
		for (const [number, list] of this.items.entries()) {
			let place = hashOf(list) & mask;
			while (this.#table[place] !== 0) place = (place + 1) & mask;
			this.#table[place] = number + 1;
		}
	}
}

function hashOf(list: readonly number[]): number {
	let hash = list.length;
	for (let i = 0; i < list.length; i++) hash = Math.imul(hash ^ (list[i] as number), 0x9e3779b1) ^ (hash >>> 15);
	return hash ^ (hash >>> 13);
}

function isEqual(left: readonly number[], right: readonly number[]): boolean {
	if (left.length !== right.length) return false;
	for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
	return true;
}
