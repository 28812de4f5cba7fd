/** What the pieces of a tree answer, without a record of who asked: each question once, much of it taken over from the tree before. */

import type { Tree } from "../analysis/snapshot.ts";
import type { Pieces, WordRole } from "../facts/index.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import { ANY_FILE, type Asked, type Meant } from "./asked.ts";
import { Bodies } from "./bodies.ts";
import { Definitions, type FunctionDef, type Kinds, nameMeantBy } from "./definitions.ts";
import { macrosCalling } from "./expand.ts";
import type { ChangedWords, Keys, Stamp } from "./history.ts";
import type { HoleMet } from "./holes-met.ts";
import type { KernelTable } from "./kernel-table.ts";
import { type KnownLeading, Leading } from "./leading.ts";
import type { Change } from "./piece-index.ts";
import type { Reached, Record, Whole } from "./questions.ts";
import { nameInText } from "./reaching.ts";

interface Indexed {
	readonly definitions: Definitions;
	readonly bodies: Bodies;
	readonly leading: KnownLeading;
	readonly common: Tree["common"];
}

const NOTHING: readonly never[] = [];

/** Programs after which the records within one are looked at again, each by itself. */
const MOST_UNSEEN = 128;

/** What was made last for a tree in which these pieces stood: the next program takes over what is the same. */
const latest = new WeakMap<Pieces, Indexed>();

function latestOf(tree: Tree): Indexed | undefined {
	for (const { pieces } of tree.files.values()) {
		const known = latest.get(pieces);
		if (known) return known;
	}
	return undefined;
}

export class TreeAnswers {
	readonly kernel: KernelTable;
	readonly definitions: Definitions;
	readonly bodies: Bodies;
	readonly #answers = new Map<Asked, readonly unknown[]>();
	/** Answers of earlier programs to questions that nobody has asked this one: no word on which they depend was touched since. */
	readonly #untouched = new Map<Asked, readonly unknown[]>();
	readonly leading: Leading;
	readonly #common: Tree["common"];

	constructor(tree: Tree, kernel: KernelTable) {
		this.kernel = kernel;
		this.#common = tree.common;
		const before = latestOf(tree);
		this.definitions = new Definitions(tree.files, before?.definitions);
		const matter = macrosCalling(kernel.actingOnMm(), (callee) => this.definitions.all("macroCallers", callee), kernel);
		this.bodies = new Bodies(this.definitions, matter, before?.bodies);
		const isAlike = before?.bodies.matter === this.bodies.matter;
		const { history, version } = this.definitions.stamp;
		const leading = isAlike && before.definitions.stamp.history === history ? before.leading : new Map();
		const isBlind = [...tree.files.values()].some(({ pieces }) => pieces.postings === undefined);
		this.leading = new Leading(this.definitions, this.#expanding(), isBlind, leading);
		const step = history.stepTo(version);
		const isAll = isAlike && this.definitions.included !== undefined && before.common === tree.common;
		if (step)
			history.touch(
				step.changes.map((words, i) => this.#tellingAll(words, this.definitions.changes[i])),
				isAll,
			);
		const indexed = { definitions: this.definitions, bodies: this.bodies, leading, common: tree.common };
		/* those that are gone lead to what was made for them, which leads to those before: nothing would ever be forgotten */
		for (const { then } of this.definitions.changes) if (then) latest.delete(then);
		for (const { pieces } of tree.files.values()) latest.set(pieces, indexed);
	}

	/** The answer to a question. The same list for the same question. */
	answer(asked: Asked): readonly unknown[] {
		return remembered(this.#answers, asked, () => this.#find(asked));
	}

	#find({ question, name, from }: Asked): readonly unknown[] {
		switch (question) {
			case "calls":
			case "fieldCalls":
			case "stores":
			case "initialized":
			case "values":
				return this.bodies.with(question, name);
			case "callsAbout":
				return this.bodies.withBoth(name, from);
			case "functionsMeant":
				return this.#meantOf("functions", name, from, (fn) => !fn.facts.static || fn.file.endsWith(".h"));
			case "variablesMeant":
				return this.#meantOf("variables", name, from, (variable) => !variable.facts.static || variable.file.endsWith(".h"));
			case "structsMeant":
				return this.#meantOf("structs", name, from);
			case "typedefsMeant":
				return this.#meantOf("typedefs", name, from);
			case "prototypesMeant":
				return this.#meantOf("prototypes", name, from);
			case "macrosMeant":
				return this.#meantOf("macros", name, from);
			case "row": {
				const row = this.kernel.function(name) ?? this.kernel.function(this.aliased(name) ?? "");
				const own = row ? this.definitions.all("functions", name) : [];
				return own.some((def) => def.file === from && def.facts.static && !this.kernel.defines(def.file, name)) ? [] : [row];
			}
			case "common":
				return [this.#common?.has(name) === true];
			case "includers":
				return this.definitions.includersOf(name);
			case "includes":
				return [this.definitions.names(from, name)];
			default:
				return this.definitions.all(question, name);
		}
	}

	/** Definitions of a file's own count before all others, of which only some are visible to it. */
	#meantOf<Kind extends Meant>(kind: Kind, name: string, from: string, isVisible: (def: Kinds[Kind]) => boolean = () => true) {
		const all: readonly Kinds[Kind][] = this.definitions.all(kind, name);
		const own = all.filter((def) => def.file === from);
		return own.length > 0 ? own : this.definitions.nearest<unknown>(all.filter(isVisible), from);
	}

	/** `#define compat_get mmget`: the kernel's function that a macro is another name for. */
	aliased(name: string): string | undefined {
		const meant = this.definitions.all("macros", name).map(({ facts }) => nameMeantBy(facts));
		return meant.findLast((other) => other !== undefined && this.kernel.function(other) !== undefined);
	}

	/**
	 * The words of a file that differs, with those for which the macros that it calls stand, and what stands for its names when it includes
	 * others now. What a macro that matters stands for is different wherever it is called when it is.
	 */
	#tellingAll({ path, keys }: ChangedWords, change: Change | undefined): ChangedWords {
		const has = (role: number): boolean => [...this.bodies.matter].some((name) => keys?.has(keyOf(role, name)));
		const includes = this.definitions.included?.has(path) === true;
		if (keys === undefined || change === undefined || has(Role.macro)) return { path, keys: undefined };
		const expanded = has(Role.called) ? this.bodies.expandedIn(change, includes) : [];
		const includers = includes ? [path, ANY_FILE].map((file) => keyOf(Role.includer, file)) : [];
		return { path, keys: new Set([...keys, ...expanded, ...includers]) };
	}

	/** Calls of macros that matter: they may stand for any of the words. */
	#expanding(): Reached["words"] {
		return [...this.bodies.matter].map((macro) => ["called", macro] as const);
	}

	/** Whether what a record itself says, its inner records aside, is what would be answered now. */
	wouldAnswer(record: Record): boolean {
		if (!this.#isUntouched(record)) {
			record.met = undefined;
			for (const [asked, answer] of record.answers) if (!sameItems(this.#answerAfter(record.heldIn, asked, answer), answer)) return false;
			for (const [def, body] of record.bodies) if (this.bodies.of(def) !== body) return false;
		}
		for (const [key, reached] of record.reached) if (!this.leading.leadsAsIn(record.heldIn, key, reached)) return false;
		return true;
	}

	/** Whether it held in a program before, and no word on which it depends has to do with what is different since. */
	#isUntouched({ heldIn, answers, bodies }: Record): boolean {
		if (heldIn === undefined || !this.#areUntouched(heldIn, NOTHING)) return false;
		const { history } = this.definitions.stamp;
		for (const asked of answers.keys()) if (history.isTouched(asked.keys, heldIn.version)) return false;
		for (const fn of bodies.keys()) if (history.isWordTouched(keyOfBody(fn), heldIn.version)) return false;
		return true;
	}

	/** The same for a record with all within it, which held where it did; what the words alone told is the same too. */
	isWhollyUntouched(record: Record): boolean {
		const { version } = this.definitions.stamp;
		/* the records within are looked at themselves now and then: who remembers them sees that they are still asked about */
		const isOld = record.whole !== undefined && version - record.whole.version >= MOST_UNSEEN;
		if (isOld || record.whole === undefined) record.whole = this.#wholeOf(record);
		const { keys, reached } = record.whole;
		if (isOld || !this.#areUntouched(record.heldIn, keys)) return false;
		for (const [key, one] of reached) if (!this.leading.leadsAsIn(record.heldIn, key, one)) return false;
		return true;
	}

	#wholeOf(record: Record): Whole {
		const keys = new Set<number>();
		const reached = new Map<string, Reached>();
		for (const one of record.all()) {
			for (const asked of one.answers.keys()) for (const key of asked.keys) keys.add(key);
			for (const fn of one.bodies.keys()) keys.add(keyOfBody(fn));
			for (const [key, told] of one.reached)
				reached.set(key, { ...told, names: new Map([...(reached.get(key)?.names ?? []), ...told.names]) });
		}
		return { keys: Uint32Array.from(keys), reached, version: this.definitions.stamp.version };
	}

	/** The answer to a question that had another, or the same, in a program before. */
	#answerAfter(then: Stamp | undefined, asked: Asked, before: readonly unknown[]): readonly unknown[] {
		const known = this.#answers.get(asked) ?? this.#untouched.get(asked);
		if (known !== undefined) return known;
		if (!this.#areUntouched(then, asked.keys)) return this.answer(asked);
		this.#untouched.set(asked, before);
		return before;
	}

	#areUntouched(then: Stamp | undefined, keys: Keys): boolean {
		const { history, version } = this.definitions.stamp;
		return then?.history === history && then.version <= version && !history.isTouched(keys, then.version);
	}

	/** The words in their roles on which the answers of a record depend, its inner records aside. */
	*wordsOf(record: Record): Iterable<readonly [WordRole, string]> {
		for (const fn of record.bodies.keys()) yield ["defined", nameInText(fn.facts.name)];
		for (const { words } of record.answers.keys()) yield* words;
	}

	/** What was not understood where the answers of a record itself, its inner records aside, were looked for; see {@link Bodies.met}. */
	holesOf(record: Record): readonly HoleMet[] {
		if (!this.#isUntouched(record)) return this.holesAt(record.answers.keys());
		record.met ??= this.holesAt(record.answers.keys());
		return record.met;
	}

	/** What was not understood where the answers to some questions were looked for. One that was taken over unasked is asked now. */
	holesAt(questions: Iterable<Asked>): readonly HoleMet[] {
		const all = new Set<HoleMet>();
		for (const asked of questions) {
			this.answer(asked);
			const { question, name, from } = asked;
			const key = question === "callsAbout" ? `${question} ${name} ${from}` : `${question} ${name}`;
			for (const met of this.definitions.met(key)) all.add(met);
			for (const met of this.bodies.met(key)) all.add(met);
		}
		return all.size === 0 ? NOTHING : [...all];
	}
}

const bodyKeys = new WeakMap<FunctionDef, number>();

/** The key of the word on which the body of a function depends. */
function keyOfBody(fn: FunctionDef): number {
	let key = bodyKeys.get(fn);
	if (key === undefined) {
		key = keyOf(Role.defined, nameInText(fn.facts.name));
		bodyKeys.set(fn, key);
	}
	return key;
}

/** The answer under a key, found the first time it is asked for. */
export function remembered<K, T>(answers: Map<K, T>, key: K, find: () => T): T {
	let answer = answers.get(key);
	if (answer === undefined) {
		answer = find();
		answers.set(key, answer);
	}
	return answer;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}
