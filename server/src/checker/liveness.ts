/** Which keys may be read before they are written again, from each node of a graph on. */

import type { Key } from "../model/program.ts";
import type { Dependents } from "./dependents.ts";
import type { Node } from "./graph.ts";
import { readsOf, writeOf } from "./nodes.ts";

/** Keys are bits of a row of words; each node has a row. */
const BITS = 32;

/** What a node does to the keys, by their numbers, and the numbers of the nodes behind it. */
interface Step {
	readonly next: readonly number[];
	readonly killed: Uint32Array | undefined;
	/** -1: none that is read anywhere. */
	readonly write: number;
	readonly reads: readonly number[];
	/** Whether it reads only if what it writes may be read. */
	readonly isWeak: boolean;
}

export class Liveness {
	readonly #nodes: readonly Node[];
	readonly #index: ReadonlyMap<Node, number>;
	readonly #keys: readonly Key[];
	/** So many keys, the first ones, are read by nodes. */
	readonly #readByNodes: number;
	readonly #numbers: ReadonlyMap<Key, number>;
	readonly #words: number;
	readonly #rows: Uint32Array;
	readonly #dependents: Dependents;
	/** For each target of an assignment that others depend on, their bits. */
	readonly #killed = new Map<Key, Uint32Array | undefined>();

	/**
	 * @param nodes all nodes of the graph, the start first
	 * @param dependents those among the keys that are read, or more
	 * @param kept keys that are read when the thread ends
	 */
	constructor(nodes: readonly Node[], dependents: Dependents, kept: Iterable<Key>) {
		this.#nodes = nodes;
		this.#index = new Map(nodes.map((node, i) => [node, i]));
		const always = [...kept];
		const read = new Set(nodes.flatMap((node) => readsOf(node)));
		this.#readByNodes = read.size;
		this.#keys = [...new Set([...read, ...always])];
		this.#numbers = new Map(this.#keys.map((key, i) => [key, i]));
		this.#words = Math.ceil(this.#keys.length / BITS);
		this.#rows = new Uint32Array(nodes.length * this.#words);
		this.#dependents = dependents;
		this.#find(always);
	}

	/** The keys of all nodes, counted. */
	get size(): number {
		let size = 0;
		for (const word of this.#rows) for (let bits = word; bits !== 0; bits &= bits - 1) size++;
		return size;
	}

	/** Whether the key may be read from the start of the node on. */
	has(node: Node, key: Key): boolean {
		const number = this.#numbers.get(key);
		return number !== undefined && this.#bit((this.#index.get(node) as number) * this.#words, number);
	}

	/** The keys that may be read from the start of the node on. */
	keysAt(node: Node): ReadonlySet<Key> {
		const keys = new Set<Key>();
		const row = (this.#index.get(node) as number) * this.#words;
		for (let word = 0; word < this.#words; word++)
			for (let bits = this.#rows[row + word] as number; bits !== 0; bits &= bits - 1)
				keys.add(this.#keys[word * BITS + (BITS - 1 - Math.clz32(bits & -bits))] as Key);
		return keys;
	}

	/** Whether what an assignment writes may be read behind it. */
	isReadAfter(node: Extract<Node, { kind: "set" }>): boolean {
		return node.target.startsWith("@") || node.next.some((next) => this.has(next, node.target));
	}

	/** Whether something may be read behind an assignment that means something else because of it. */
	isMeantAfter(node: Extract<Node, { kind: "set" }>): boolean {
		const killed = this.#killedBy(node);
		if (!killed) return false;
		return node.next.some((next) => {
			const row = (this.#index.get(next) as number) * this.#words;
			return killed.some((bits, word) => (bits & (this.#rows[row + word] as number)) !== 0);
		});
	}

	#bit(row: number, number: number): boolean {
		return ((this.#rows[row + (number >>> 5)] as number) & (1 << (number & 31))) !== 0;
	}

	/** The keys that mean something else after a node; a key that all threads share does not. */
	#killedBy(node: Node): Uint32Array | undefined {
		if (node.kind !== "set") return undefined;
		if (this.#killed.has(node.target)) return this.#killed.get(node.target);
		let killed: Uint32Array | undefined;
		for (const key of this.#dependents.of(node.target)) {
			const number = this.#numbers.get(key);
			if (number === undefined || number >= this.#readByNodes || key.startsWith("@")) continue;
			killed ??= new Uint32Array(this.#words);
			killed[number >>> 5] = (killed[number >>> 5] as number) | (1 << (number & 31));
		}
		this.#killed.set(node.target, killed);
		return killed;
	}

	#find(always: readonly Key[]): void {
		const steps = this.#nodes.map((node) => this.#stepOf(node, always));
		const before: number[][] = steps.map(() => []);
		for (const [i, { next }] of steps.entries()) for (const behind of next) before[behind]?.push(i);
		/* what is live comes from behind: those furthest from the start first */
		const queue = steps.map((_, i) => i);
		const queued = new Uint8Array(steps.length).fill(1);
		for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
			queued[at] = 0;
			if (!this.#update(at, steps[at] as Step)) continue;
			for (const previous of before[at] as number[])
				if (queued[previous] === 0) {
					queued[previous] = 1;
					queue.push(previous);
				}
		}
	}

	#stepOf(node: Node, always: readonly Key[]): Step {
		const isWeak = node.kind === "set" && !node.target.startsWith("@");
		const numberOf = (key: Key): number => this.#numbers.get(key) as number;
		return {
			next: node.next.map((next) => this.#index.get(next) as number),
			killed: this.#killedBy(node),
			write: this.#numbers.get(writeOf(node) ?? "") ?? -1,
			reads: (node.kind === "end" ? always : readsOf(node)).map(numberOf),
			isWeak,
		};
	}

	/** Works out the row of one node from those behind it. Returns true when it has changed. */
	#update(at: number, { next, killed, write, reads, isWeak }: Step): boolean {
		const rows = this.#rows;
		const words = this.#words;
		const row = at * words;
		let changed = false;
		let isReadAfter = !isWeak;
		for (const behind of next) {
			const from = behind * words;
			if (!isReadAfter && write >= 0) isReadAfter = this.#bit(from, write);
			for (let word = 0; word < words; word++) {
				let bits = rows[from + word] as number;
				if (killed) bits &= ~(killed[word] as number);
				if (write >>> 5 === word) bits &= ~(1 << (write & 31));
				const known = rows[row + word] as number;
				if ((bits & ~known) === 0) continue;
				rows[row + word] = known | bits;
				changed = true;
			}
		}
		if (!isReadAfter) return changed;
		for (const number of reads) {
			if (this.#bit(row, number)) continue;
			rows[row + (number >>> 5)] = (rows[row + (number >>> 5)] as number) | (1 << (number & 31));
			changed = true;
		}
		return changed;
	}
}
