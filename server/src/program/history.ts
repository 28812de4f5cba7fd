/** What has changed from program to program, for whoever has found something out some programs ago. */

/** A file that differs: keys of the words in the pieces in which it does, as they are and as they were; unknown where it does not tell them. */
export interface ChangedWords {
	readonly path: string;
	readonly keys: ReadonlySet<number> | undefined;
}

/** Words in their roles, by key. */
export type Keys = readonly number[] | Uint32Array;

/** From one program to the next. */
export interface Step {
	readonly changes: readonly ChangedWords[];
	/** Whether words lead to others as before. */
	readonly leadsAsBefore: boolean;
}

/** A program in a line of programs, each made of nearly the same files as the one before it. */
export interface Stamp {
	readonly history: History;
	readonly version: number;
}

/** Programs in which nobody has asked for an answer before it is forgotten. */
export const MOST_UNASKED = 256;

/** So many programs back is looked; longer ago everything may have changed. */
const MOST_STEPS = 256;
/** With more differences than this, looking for words in each takes longer than finding out anew. */
const MOST_CHANGES = 16;

const AMONG_BITS = 16;

/** Which keys a key is counted among: the lowest bits say in which role the word stands. */
function amongOf(key: number): number {
	return (key >>> 4) & ((1 << AMONG_BITS) - 1);
}

export class History {
	readonly #steps: (Step | undefined)[] = [];
	/** By key, the last version in which a word was touched. */
	readonly #touched = new Map<number, number>();
	/** The same for many keys together, to look at first: most words are never touched. */
	readonly #touchedAmong = new Uint32Array(1 << AMONG_BITS);
	/** The last version of which words do not tell what is different; as long as nobody has said, the last of all. */
	#blind = 0;
	#blindBefore = 0;

	/** The first program of a line, or the next one behind another. */
	static next(before: Stamp | undefined, { changes, leadsAsBefore }: Step): Stamp {
		if (before === undefined || before.version !== before.history.#steps.length) return { history: new History(), version: 0 };
		return before.history.#add({ changes, leadsAsBefore });
	}

	#add(step: Step): Stamp {
		this.#steps.push(step.changes.length > MOST_CHANGES ? undefined : step);
		const last = this.#steps.length - MOST_STEPS;
		if (last >= 0) this.#steps[last] = undefined;
		this.#blindBefore = this.#blind;
		this.#blind = this.#steps.length;
		return { history: this, version: this.#steps.length };
	}

	/** What has changed from one version to a later one; undefined when that is too much, or too long ago. */
	between(then: number, now: number): readonly Step[] | undefined {
		if (then > now || now - then >= MOST_STEPS) return undefined;
		const steps = this.#steps.slice(then, now);
		return steps.every((step) => step !== undefined) ? steps : undefined;
	}

	/**
	 * Says which words something has to do with that is different in the last program.
	 * @param isAll whether nothing else tells it apart from the one before
	 */
	touch(changes: readonly ChangedWords[], isAll: boolean): void {
		const version = this.#steps.length;
		const step = this.#steps[version - 1];
		if (step === undefined) return;
		this.#steps[version - 1] = { ...step, changes };
		if (!isAll || !changes.every(({ keys }) => keys !== undefined)) return;
		for (const { keys } of changes)
			for (const key of keys ?? []) {
				this.#touched.set(key, version);
				this.#touchedAmong[amongOf(key)] = version;
			}
		this.#blind = this.#blindBefore;
	}

	/** Whether something has to do with one of some words that is different since a version. */
	isTouched(keys: Keys, then: number): boolean {
		if (this.#blind > then) return true;
		/* a loop, since each edit comes here with all words on which anything depends */
		for (let at = 0; at < keys.length; at++) if (this.isWordTouched(keys[at] as number, then)) return true;
		return false;
	}

	/** The same for one word, where {@link isTouched} is known of none. */
	isWordTouched(key: number, then: number): boolean {
		return (this.#touchedAmong[amongOf(key)] as number) > then && (this.#touched.get(key) ?? 0) > then;
	}

	/** The step to a version. */
	stepTo(version: number): Step | undefined {
		return this.#steps[version - 1];
	}
}
