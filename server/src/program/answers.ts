/** Answers by question, taken over from earlier programs but for the files that differ since and have a word of the question. */

import type { WordRole } from "../facts/index.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import type { ChangedWords, Stamp } from "./history.ts";
import type { HoleMet } from "./holes-met.ts";

type Words = readonly (readonly [WordRole, string])[];

/** The files that are asked about; all when absent. */
export type Only = ReadonlySet<string> | undefined;

interface Known<T> {
	readonly answer: readonly T[];
	/** What was not understood where it was looked for. */
	readonly met: readonly HoleMet[];
	readonly version: number;
}

/** What stands in the files that are asked about; what is not understood there goes to `met`. */
type Find<T> = (only: Only, met: HoleMet[]) => Iterable<T>;

const NONE: ReadonlySet<string> = new Set();

/** Questions that are remembered; when there are more, all are forgotten. */
const MOST_QUESTIONS = 100_000;

/** Each answer lists what stands in some files, in the order of files. */
export class Answers<T extends { readonly file: string }> {
	readonly #own = new Map<string, Known<T>>();
	/** By all programs of a line, as they were found last. */
	readonly #known: Map<string, Known<T>>;
	readonly #stamp: Stamp;
	readonly #rankOf: (path: string) => number;

	/** @param before those of an earlier program of the same line */
	constructor(before: Answers<T> | undefined, stamp: Stamp, rankOf: (path: string) => number) {
		const isOfLine = before !== undefined && before.#stamp.history === stamp.history;
		this.#known = isOfLine && before.#known.size < MOST_QUESTIONS ? before.#known : new Map();
		this.#stamp = stamp;
		this.#rankOf = rankOf;
	}

	/**
	 * The same list for the same question.
	 * @param words without which a piece holds nothing of the answer
	 */
	get(question: string, words: () => Words, find: Find<T>): readonly T[] {
		let own = this.#own.get(question);
		if (own === undefined) {
			own = this.#renew(this.#known.get(question), words, find);
			this.#own.set(question, own);
			/* a later program may have asked already */
			if ((this.#known.get(question)?.version ?? 0) <= own.version) this.#known.set(question, own);
		}
		return own.answer;
	}

	/** What was not understood where the answer to a question was looked for, once that is found. */
	met(question: string): readonly HoleMet[] {
		return this.#own.get(question)?.met ?? [];
	}

	#renew(known: Known<T> | undefined, words: () => Words, find: Find<T>): Known<T> {
		const { version } = this.#stamp;
		const touched = known && this.#touchedSince(known.version, words());
		if (known && touched?.size === 0) return { ...known, version };
		const met = known && touched ? known.met.filter(({ file }) => !touched.has(file)) : [];
		const kept = known && touched ? known.answer.filter(({ file }) => !touched.has(file)) : [];
		const answer = [...kept, ...find(touched, met)];
		return { answer: kept.length === 0 ? answer : answer.sort((a, b) => this.#rankOf(a.file) - this.#rankOf(b.file)), met, version };
	}

	/** The files that differ since a version and have one of some words; undefined when nobody knows. */
	#touchedSince(then: number, words: Words): ReadonlySet<string> | undefined {
		const { history, version } = this.#stamp;
		/* an answer of a later program is right here too, if nothing was touched on the way there */
		const keys = words.map(([role, word]) => keyOf(Role[role], word));
		if (!history.isTouched(keys, Math.min(then, version))) return NONE;
		const steps = history.between(then, version);
		const changes = steps?.flatMap((step) => step.changes);
		return changes && new Set(changes.filter((change) => hasOne(change, keys)).map(({ path }) => path));
	}
}

/** Whether one of some words may be in what differs of a file. */
function hasOne({ keys: changed }: ChangedWords, keys: readonly number[]): boolean {
	return changed === undefined || keys.some((key) => changed.has(key));
}
