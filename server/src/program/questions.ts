/** What was asked of a program, and what was answered: an answer that was found with it holds as long as these answers are the same. */

import type { Need } from "../analysis/snapshot.ts";
import type { WordRole } from "../facts/index.ts";
import type { Stmt } from "../facts/types.ts";
import type { Asked } from "./asked.ts";
import type { FunctionDef } from "./definitions.ts";
import type { Stamp } from "./history.ts";
import type { HoleMet } from "./holes-met.ts";

/** Which functions were said to lead to some words, and which not. */
export interface Reached {
	readonly words: readonly (readonly [WordRole, string])[];
	readonly levels: number;
	readonly names: Map<string, boolean>;
}

/** All that a record depends on, with what the records within do: keys of words, and what the words alone told. */
export interface Whole {
	readonly keys: Uint32Array;
	readonly reached: ReadonlyMap<string, Reached>;
	/** When each of them was looked at. */
	readonly version: number;
}

/** Most records hold little: their parts are made with the first entry. */
const NOTHING: ReadonlyMap<never, never> = new Map<never, never>();
const NOBODY: ReadonlySet<never> = new Set<never>();

function put<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
	return map === NOTHING ? new Map([[key, value]]) : (map as Map<K, V>).set(key, value);
}

/** What was asked while one question was answered. */
export class Record {
	#needs: ReadonlyMap<string, Need> = NOTHING;
	#answers: ReadonlyMap<Asked, readonly unknown[]> = NOTHING;
	#bodies: ReadonlyMap<FunctionDef, readonly Stmt[]> = NOTHING;
	#reached: ReadonlyMap<string, Reached> = NOTHING;
	#inner: ReadonlySet<Record> = NOBODY;
	/** The last program in which it was found to hold. */
	heldIn: Stamp | undefined;
	/** What was not understood where the answers were looked for, in the program that it was last found to hold in, once somebody has asked. */
	met: readonly HoleMet[] | undefined;
	/** All that it depends on, once somebody has asked for it. */
	whole: Whole | undefined;

	/** Files that could answer better, by what they hold. */
	get needs(): ReadonlyMap<string, Need> {
		return this.#needs;
	}

	/** Answers by question. */
	get answers(): ReadonlyMap<Asked, readonly unknown[]> {
		return this.#answers;
	}

	/** Bodies that were read. */
	get bodies(): ReadonlyMap<FunctionDef, readonly Stmt[]> {
		return this.#bodies;
	}

	/** What the words alone told, by question. */
	get reached(): ReadonlyMap<string, Reached> {
		return this.#reached;
	}

	/** Questions that were asked on the way, with records of their own. */
	get inner(): ReadonlySet<Record> {
		return this.#inner;
	}

	addNeed(key: string, need: Need): void {
		this.#needs = put(this.#needs, key, need);
	}

	addAnswer(asked: Asked, answer: readonly unknown[]): void {
		this.#answers = put(this.#answers, asked, answer);
	}

	addBody(def: FunctionDef, body: readonly Stmt[]): void {
		this.#bodies = put(this.#bodies, def, body);
	}

	addReached(key: string, reached: Reached): void {
		this.#reached = put(this.#reached, key, reached);
	}

	/** Takes in the record of a question that was asked on the way. Of one that says nothing itself, what it holds. */
	addInner(record: Record): void {
		const isPlain = record.#answers === NOTHING && record.#bodies === NOTHING && record.#reached === NOTHING;
		if (isPlain && record.#inner === NOBODY) return;
		const inner = isPlain && record.#inner.size === 1 ? [...record.#inner] : [record];
		for (const one of inner) this.#inner = this.#inner === NOBODY ? new Set([one]) : (this.#inner as Set<Record>).add(one);
	}

	/** This record and all within it, each once. @param seen left out with all within them, and added to */
	all(seen: Set<Record> = new Set()): readonly Record[] {
		const all: Record[] = [];
		const add = (record: Record): void => {
			if (seen.has(record)) return;
			seen.add(record);
			all.push(record);
			record.#inner.forEach(add);
		};
		add(this);
		return all;
	}
}
