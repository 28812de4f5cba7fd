/** Which functions lead to some words, in one program after the other: what is known of one is kept up for the next. */

import { keyOf, Role } from "../syntax/postings.ts";
import type { Definitions } from "./definitions.ts";
import { type ChangedWords, MOST_UNASKED, type Stamp } from "./history.ts";
import type { Reached } from "./questions.ts";
import { type Distances, findDistances, nameInText, renewDistances } from "./reaching.ts";

/** What is known of one question. */
interface Known {
	readonly distances: Distances;
	/** Whether some file told nothing of its words. */
	readonly isBlind: boolean;
	/** In which program that was found out, and since which nothing has escaped notice. */
	readonly version: number;
	readonly since: number;
	/** The functions of which something else is true now, by the program in which it became so. */
	readonly turned: Map<number, number>;
	/** The last of these programs. */
	readonly lastTurn: number;
}

/** By question (a text for words and levels), what the programs of one line know. */
export type KnownLeading = Map<string, Known>;

export class Leading {
	readonly #definitions: Definitions;
	/** Of all programs of a line in which the same macros mattered. */
	readonly #known: KnownLeading;
	/** The same, where a later program has asked already. */
	readonly #own = new Map<string, Known>();
	/** Calls of macros that matter: they may stand for any of the words. */
	readonly #expanding: Reached["words"];
	readonly #isBlind: boolean;

	constructor(definitions: Definitions, expanding: Reached["words"], isBlind: boolean, known: KnownLeading) {
		this.#definitions = definitions;
		this.#expanding = expanding;
		this.#isBlind = isBlind;
		this.#known = known;
	}

	/** Whether the words alone say that a function leads to some words; see {@link Program.reaching}. `key` stands for words and levels. */
	leads(key: string, { words, levels }: Question, name: string): boolean {
		return this.#isAmong(this.#find(key, words, levels).distances, name);
	}

	/** Whether all that was told in a program would be told now. */
	leadsAsIn(then: Stamp | undefined, key: string, reached: Reached): boolean {
		const { history } = this.#definitions.stamp;
		const { version, since, turned, lastTurn } = this.#find(key, reached.words, reached.levels);
		if (then?.history === history && since <= then.version && then.version <= version) {
			if (lastTurn <= then.version) return true;
			const hasTurned = (name: string): boolean => (turned.get(keyOf(Role.defined, name)) ?? 0) > then.version;
			let isSame = true;
			for (const name of reached.names.keys()) isSame &&= !hasTurned(name) && !hasTurned(nameInText(name));
			if (isSame) return true;
		}
		return this.wouldLead(key, reached);
	}

	/** The same, when nobody knows the program. */
	wouldLead(key: string, reached: Reached): boolean {
		for (const [name, answer] of reached.names) if (this.leads(key, reached, name) !== answer) return false;
		return true;
	}

	#wanted(words: Reached["words"]): ReadonlySet<number> {
		return new Set([...words, ...this.#expanding].map(([role, word]) => keyOf(Role[role], word)));
	}

	#isAmong(distances: Distances, name: string): boolean {
		const isKnown = (own: string): boolean => distances.has(keyOf(Role.defined, own));
		const inText = nameInText(name);
		return isKnown(name) || (inText !== name && isKnown(inText)) || this.#isBlind;
	}

	#find(key: string, words: Reached["words"], levels: number): Known {
		const { version } = this.#definitions.stamp;
		const known = this.#known.get(key);
		if (known?.version === version) return known;
		let own = this.#own.get(key);
		if (own === undefined) {
			own = this.#renew(known, words, levels);
			this.#own.set(key, own);
			/* what turned here and back again before a later program asked, that one has not noticed */
			if (known !== undefined && known.version > version) this.#known.set(key, { ...known, since: known.version });
			else this.#known.set(key, own);
			if (known === undefined) this.#forgetUnasked();
		}
		return own;
	}

	/** Forgets what nobody has asked for a while. */
	#forgetUnasked(): void {
		const { version } = this.#definitions.stamp;
		for (const [key, known] of this.#known) if (known.version < version - MOST_UNASKED) this.#known.delete(key);
	}

	#renew(known: Known | undefined, words: Reached["words"], levels: number): Known {
		const { pieces, stamp } = this.#definitions;
		const { history, version } = stamp;
		const wanted = this.#wanted(words);
		if (known === undefined || known.version > version || known.isBlind !== this.#isBlind) {
			const distances = findDistances(pieces, wanted, levels);
			return { distances, isBlind: this.#isBlind, version, since: version, turned: new Map(), lastTurn: 0 };
		}
		const steps = history.between(known.version, version)?.filter(({ leadsAsBefore }) => !leadsAsBefore);
		const changed = steps?.flatMap(({ changes }) => changes);
		const distances = isTold(changed)
			? renewDistances(known.distances, pieces, wanted, levels, changed)
			: findDistances(pieces, wanted, levels);
		if (distances === known.distances) return { ...known, version };
		let lastTurn = known.lastTurn;
		const turn = (name: number): void => {
			known.turned.set(name, version);
			lastTurn = version;
		};
		for (const name of distances.keys()) if (!known.distances.has(name)) turn(name);
		for (const name of known.distances.keys()) if (!distances.has(name)) turn(name);
		return { ...known, distances, version, lastTurn };
	}
}

type Question = Pick<Reached, "words" | "levels">;

function isTold(changes: readonly ChangedWords[] | undefined): changes is readonly Required<ToldChange>[] {
	return changes?.every(({ keys }) => keys !== undefined) === true;
}

interface ToldChange {
	readonly path: string;
	readonly keys: ReadonlySet<number>;
}
