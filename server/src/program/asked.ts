/** What can be asked of the pieces of a tree, and on which words the answers depend. */

import type { WordRole } from "../facts/index.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import { ROLES } from "./bodies.ts";
import { type Kinds, wordsOfKind } from "./definitions.ts";
import type { Occurrences } from "./occurrences.ts";

/** Definitions of which a file means one or some. */
export type Meant = "functions" | "structs" | "typedefs" | "prototypes" | "variables" | "macros";
/** All that stands under a name, what a file means by it, in which bodies it occurs, its row; whether a file names another. */
export type Question = keyof Kinds | `${Meant}Meant` | keyof Occurrences | "callsAbout" | "row" | "includes" | "includers" | "common";

type Words = readonly (readonly [WordRole, string])[];

/** A question. */
export class Asked {
	readonly question: Question;
	readonly name: string;
	readonly from: string;
	#keys: readonly number[] | undefined;

	constructor(question: Question, name: string, from: string) {
		this.question = question;
		this.name = name;
		this.from = from;
	}

	/** Whether the answer is looked for in bodies, macros expanded. */
	get isOfBodies(): boolean {
		return this.question in ROLES || this.question === "callsAbout";
	}

	/** The words on which the answer depends. */
	get words(): Words {
		const words = wordsFor(this.question.replace(/Meant$/, ""), this.name);
		return this.question.endsWith("Meant") || this.question === "includes" ? [...words, ["includer", this.from]] : words;
	}

	/** Their keys. */
	get keys(): readonly number[] {
		this.#keys ??= this.words.map(([role, word]) => keyOf(Role[role], word));
		return this.#keys;
	}
}

/** Stands for all files where it is told which of them include others now. */
export const ANY_FILE = "";

/** So many questions are one object each; when there are more, that begins anew, and some are two. */
const MOST_ASKED = 200_000;

type ByName = Map<string, Asked>;
let known = new Map<Question, Map<string, ByName>>();
let count = 0;

/** The question about a name, in the light of a file. The same object for the same question. */
export function askedOf(question: Question, name: string, from = ""): Asked {
	const byName = placeOf(
		placeOf(known, question, () => new Map<string, ByName>()),
		from,
		() => new Map<string, Asked>(),
	);
	let asked = byName.get(name);
	if (asked === undefined) {
		asked = new Asked(question, name, from);
		byName.set(name, asked);
		if (++count > MOST_ASKED) {
			known = new Map();
			count = 0;
		}
	}
	return asked;
}

function placeOf<K, V>(map: Map<K, V>, key: K, make: () => V): V {
	let value = map.get(key);
	if (value === undefined) {
		value = make();
		map.set(key, value);
	}
	return value;
}

/** The words by which the pieces are found that decide a question. */
function wordsFor(question: string, name: string): Words {
	if (question in ROLES) return [[ROLES[question as keyof Occurrences], name]];
	if (question === "callsAbout") return [[ROLES.calls, name]];
	if (question === "row") return [...wordsOfKind("functions", name), ...wordsOfKind("macros", name)];
	if (question === "includers") return [["includer", ANY_FILE]];
	return question === "includes" || question === "common" ? [] : wordsOfKind(question as keyof Kinds, name);
}
