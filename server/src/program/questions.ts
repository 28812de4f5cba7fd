/** What was asked of a program, and what was answered: an answer that was found with it holds as long as these answers are the same. */

import type { Need } from "../analysis/snapshot.ts";
import type { WordRole } from "../facts/index.ts";
import type { Stmt } from "../facts/types.ts";
import type { FunctionDef } from "./definitions.ts";

/** Which functions were said to lead to some words, and which not. */
export interface Reached {
	readonly words: readonly (readonly [WordRole, string])[];
	readonly levels: number;
	readonly names: Map<string, boolean>;
}

/** What was asked while one question was answered. */
export class Record {
	/** Files that could answer better, by what they hold. */
	readonly needs = new Map<string, Need>();
	/** Answers by question. */
	readonly answers = new Map<string, readonly unknown[]>();
	/** Bodies that were read. */
	readonly bodies = new Map<FunctionDef, readonly Stmt[]>();
	/** What the words alone told, by question. */
	readonly reached = new Map<string, Reached>();
	/** The last program in which it was found to hold; any object that stands for it. */
	heldIn: object | undefined;
	/** Keys of the words on which the answers depend, once somebody has asked for them. */
	keys: readonly number[] | undefined;
	/** Questions that were asked on the way, with records of their own. */
	readonly inner = new Set<Record>();

	/** This record and all within it, each once. */
	*all(seen: Set<Record> = new Set()): Iterable<Record> {
		if (seen.has(this)) return;
		seen.add(this);
		yield this;
		for (const record of this.inner) yield* record.all(seen);
	}
}
