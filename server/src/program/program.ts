/**
 * Facts of many files as one program: names resolved, macros expanded, field writers and callers found.
 * Asking for something that other files may define or use records a need, so that whoever owns the files can bring them. All else that is
 * asked is recorded too ({@link Record}), so that what was found out holds for the next program where it would be answered the same.
 */

import type { Need, Tree } from "../analysis/snapshot.ts";
import type { Pieces, WordRole } from "../facts/index.ts";
import type { PrototypeFacts, Stmt, TypedefFacts } from "../facts/types.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import { Bodies, ROLES } from "./bodies.ts";
import {
	type Defined,
	Definitions,
	type FunctionDef,
	type Kinds,
	type MacroDef,
	nameMeantBy,
	type StructDef,
	type VariableDef,
	wordsOfKind,
} from "./definitions.ts";
import { macrosCalling } from "./expand.ts";
import type { HoleMet } from "./holes-met.ts";
import type { KernelTable } from "./kernel-table.ts";
import { type CallExpr, type FieldStore, type Occurrences, occurrencesIn } from "./occurrences.ts";
import { type Reached, Record } from "./questions.ts";

export type { Defined, FunctionDef, MacroDef, StructDef, VariableDef } from "./definitions.ts";

export interface CallSite {
	readonly caller: FunctionDef;
	readonly call: CallExpr;
}
export interface StoreSite {
	readonly writer: FunctionDef;
	readonly store: FieldStore;
}

/** Definitions of which a file means one or some. */
type Meant = "functions" | "structs" | "typedefs" | "prototypes" | "variables" | "macros";
/** What can be asked: all that stands under a name, what a file means by it, in which bodies it occurs, its row; whether a file names another. */
type Question = keyof Kinds | `${Meant}Meant` | keyof Occurrences | "callsAbout" | "row" | "includes";

interface Indexed {
	readonly definitions: Definitions;
	readonly bodies: Bodies;
	readonly reaching: Map<string, ReadonlySet<number>>;
}

/** What was made last for a tree in which these pieces stood: the next program takes over what is the same. */
const latest = new WeakMap<Pieces, Indexed>();

function latestOf(tree: Tree): Indexed | undefined {
	for (const { pieces } of tree.files.values()) {
		const known = latest.get(pieces);
		if (known) return known;
	}
	return undefined;
}

export class Program {
	readonly kernel: KernelTable;
	readonly tree: Tree;
	/** Records of the questions that are being answered, the innermost last; the first is the program's. */
	readonly #records: Record[] = [new Record()];
	readonly #definitions: Definitions;
	readonly #bodies: Bodies;
	readonly #answers = new Map<string, readonly unknown[]>();
	readonly #calls = new Map<string, readonly CallSite[]>();
	readonly #fieldCalls = new Map<string, readonly CallSite[]>();
	readonly #stores = new Map<string, readonly StoreSite[]>();
	/** By tag, the files that name it. */
	readonly #naming = new Map<string, ReadonlySet<string>>();
	/** What the program right before was made of, when only the words in {@link #touched} can tell the two apart. */
	readonly #before: Definitions | undefined;
	readonly #touched: ReadonlySet<number> | undefined;
	/** By question, the functions that lead to some words; shared with programs in which the words are the same. */
	readonly #reaching: Map<string, ReadonlySet<number>>;
	/** Whether some file tells nothing of its words. */
	readonly #isBlind: boolean;
	/** Records of which is known whether they hold. */
	readonly #holding = new Map<Record, boolean>();

	constructor(tree: Tree, kernel: KernelTable) {
		this.tree = tree;
		this.kernel = kernel;
		this.#isBlind = [...tree.files.values()].some(({ pieces }) => pieces.postings === undefined);
		const before = latestOf(tree);
		this.#definitions = new Definitions(tree.files, before?.definitions);
		const matter = this.macrosCalling(kernel.actingOnMm());
		this.#bodies = new Bodies(this.#definitions, matter, before?.bodies);
		const leadsAsBefore = before?.bodies.matter === this.#bodies.matter && this.#definitions.pieces.reachesAs(before.definitions.pieces);
		this.#reaching = leadsAsBefore ? before.reaching : new Map();
		this.#before = leadsAsBefore && this.#definitions.hasSameIncludes ? before.definitions : undefined;
		this.#touched = this.#before?.pieces && this.#definitions.pieces.touchedSince(this.#before.pieces);
		const indexed = { definitions: this.#definitions, bodies: this.#bodies, reaching: this.#reaching };
		for (const { pieces } of tree.files.values()) latest.set(pieces, indexed);
	}

	get #record(): Record {
		return this.#records[this.#records.length - 1] as Record;
	}

	/** Records that files with these bytes could matter. */
	need(need: Need): void {
		this.#record.needs.set(`${need.need} ${"name" in need ? need.name : "tag" in need ? need.tag : need.field}`, need);
	}

	/** Answers a question, and says what was asked for it. Its needs are not those of who asks. */
	record<T>(ask: () => T): { readonly answer: T; readonly record: Record } {
		const record = new Record();
		record.heldIn = this.#definitions;
		this.#record.inner.add(record);
		this.#records.push(record);
		try {
			return { answer: ask(), record };
		} finally {
			this.#records.pop();
		}
	}

	/** Says that what was found out before, with this record, counts as asked now. */
	takeOver(record: Record): void {
		this.#record.inner.add(record);
		for (const need of record.needs.values()) this.need(need);
	}

	/** Answers a question from what is loaded, without asking for more. */
	quietly<T>(ask: () => T): T {
		return this.record(ask).answer;
	}

	/** Everything that was needed so far. */
	needs(): readonly Need[] {
		return [...(this.#records[0]?.needs.values() ?? [])];
	}

	/** Whether all that was asked in a record of this or an earlier program would be answered the same now. */
	holds(record: Record): boolean {
		let holds = this.#holding.get(record);
		if (holds === undefined) {
			/* while it is being looked at: one that lies within itself */
			this.#holding.set(record, true);
			holds = (this.#isUntouched(record) || this.#wouldAnswer(record)) && [...record.inner].every((inner) => this.holds(inner));
			this.#holding.set(record, holds);
			if (holds) record.heldIn = this.#definitions;
		}
		return holds;
	}

	/** Whether it held in the program right before, and no word on which it depends has to do with what is different now. */
	#isUntouched(record: Record): boolean {
		const touched = this.#touched;
		if (touched === undefined || record.heldIn !== this.#before) return false;
		record.keys ??= [...new Set([...this.#wordsOfOne(record)].map(([role, word]) => keyOf(Role[role], word)))];
		return !record.keys.some((key) => touched.has(key));
	}

	#wouldAnswer(record: Record): boolean {
		for (const [key, answer] of record.answers) if (!sameItems(this.#answer(key), answer)) return false;
		for (const [def, body] of record.bodies) if (this.#bodies.of(def) !== body) return false;
		for (const [key, reached] of record.reached) if (!this.wouldReach(key, reached)) return false;
		return true;
	}

	/** Whether the words would tell the same now. */
	wouldReach(key: string, { words, levels, names }: Reached): boolean {
		for (const [name, answer] of names) if (this.reaches(key, words, levels, name) !== answer) return false;
		return true;
	}

	/** What the words alone told in a record and its inner records. */
	*reachedIn(top: Record): Iterable<readonly [string, Reached]> {
		for (const record of top.all()) yield* record.reached;
	}

	/** What could not be understood where the answers of some records, and of the program's own questions, were looked for. */
	holesMet(records: Iterable<Record>): readonly HoleMet[] {
		if (this.#definitions.isClear && this.#bodies.isClear) return [];
		const questions = new Set<string>();
		const seen = new Set<Record>();
		for (const top of [this.#records[0] as Record, ...records])
			for (const record of top.all(seen))
				for (const key of record.answers.keys()) questions.add(key.slice(0, key.lastIndexOf("\0")).replace("\0", " "));
		const met = [...questions].flatMap((question) => [...this.#definitions.holesAt(question), ...this.#bodies.holesAt(question)]);
		const byPiece = new Map(met.map((piece) => [piece.holes[0] ?? piece.functions[0], piece]));
		return [...byPiece.values()].sort((a, b) => (a.file === b.file ? lineOf(a) - lineOf(b) : a.file < b.file ? -1 : 1));
	}

	/** The words in their roles on which the answers of a record depend, its inner records' too, and the macros that matter. */
	*wordsOf(top: Record): Iterable<readonly [WordRole, string]> {
		for (const record of top.all()) yield* this.#wordsOfOne(record);
	}

	*#wordsOfOne(record: Record): Iterable<readonly [WordRole, string]> {
		for (const name of this.#bodies.matter) yield ["macro", name];
		for (const fn of record.bodies.keys()) yield ["defined", fn.facts.name.replace(/^__do_(?:compat_)?sys_/, "")];
		for (const key of record.answers.keys()) {
			const [question = "", name = ""] = key.split("\0");
			yield* wordsFor(question.replace(/Meant$/, ""), name);
		}
	}

	/** The words on which depends what macros stand for: of the program's own questions. */
	*wordsOfMacros(): Iterable<readonly [WordRole, string]> {
		for (const key of (this.#records[0] as Record).answers.keys()) {
			const [question = "", name = ""] = key.split("\0");
			if (question === "macroCallers" || question === "aliases" || question === "macros") yield* wordsFor(question, name);
		}
	}

	#ask(question: Question, name: string, from = ""): readonly unknown[] {
		const key = `${question}\0${name}\0${from}`;
		const { answers } = this.#record;
		let answer = answers.get(key);
		if (answer === undefined) {
			answer = this.#answer(key);
			answers.set(key, answer);
		}
		return answer;
	}

	#answer(key: string): readonly unknown[] {
		let answer = this.#answers.get(key);
		if (answer === undefined) {
			const [question = "", name = "", from = ""] = key.split("\0");
			answer = this.#find(question as Question, name, from);
			this.#answers.set(key, answer);
		}
		return answer;
	}

	#find(question: Question, name: string, from: string): readonly unknown[] {
		switch (question) {
			case "calls":
			case "fieldCalls":
			case "stores":
			case "initialized":
			case "values":
				return this.#bodies.with(question, name);
			case "callsAbout":
				return this.#bodies.withBoth(name, from);
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
				const row = this.kernel.function(name) ?? this.kernel.function(this.#aliased(name) ?? "");
				const own = row ? this.#definitions.all("functions", name) : [];
				return own.some((def) => def.file === from && def.facts.static && !this.kernel.defines(def.file, name)) ? [] : [row];
			}
			case "includes":
				return [this.#definitions.names(from, name)];
			default:
				return this.#definitions.all(question, name);
		}
	}

	/** Definitions of a file's own count before all others, of which only some are visible to it. */
	#meantOf<Kind extends Meant>(kind: Kind, name: string, from: string, isVisible: (def: Kinds[Kind]) => boolean = () => true) {
		const all: readonly Kinds[Kind][] = this.#definitions.all(kind, name);
		const own = all.filter((def) => def.file === from);
		return own.length > 0 ? own : this.#definitions.nearest<unknown>(all.filter(isVisible), from);
	}

	#all<Kind extends keyof Kinds>(kind: Kind, name: string): readonly Kinds[Kind][] {
		return this.#ask(kind, name) as readonly Kinds[Kind][];
	}

	#meant<Kind extends Meant>(kind: Kind, name: string, from: string): readonly Kinds[Kind][] {
		this.#ask(kind, name);
		return this.#ask(`${kind}Meant`, name, from) as readonly Kinds[Kind][];
	}

	#with(kind: keyof Occurrences, name: string): readonly FunctionDef[] {
		return this.#ask(kind, name) as readonly FunctionDef[];
	}

	#withAny(kind: keyof Occurrences, names: Iterable<string>): readonly FunctionDef[] {
		const found = new Set([...names].flatMap((name) => this.#with(kind, name)));
		return [...found].sort((a, b) => (a.file === b.file ? a.facts.start - b.facts.start : a.file < b.file ? -1 : 1));
	}

	/**
	 * Tells from the words alone which functions can have one of some words in their body, or call at most so many levels deep one that
	 * has; expanded macros included. Where it says no, nothing has to be read.
	 */
	reaching(words: Reached["words"], levels: number): (name: string) => boolean {
		const key = `${levels} ${words.map(([role, word]) => `${role} ${word}`).join(" ")}`;
		return (name) => {
			const { reached } = this.#record;
			const answer = this.reaches(key, words, levels, name);
			const known = reached.get(key);
			if (known) known.names.set(name, answer);
			else reached.set(key, { words, levels, names: new Map([[name, answer]]) });
			return answer;
		};
	}

	/** One answer of {@link reaching}, not recorded. `key` stands for words and levels. */
	reaches(key: string, words: Reached["words"], levels: number, name: string): boolean {
		const keys = remembered(this.#reaching, key, () => {
			const expanded = [...this.#bodies.matter].map((macro) => ["called", macro] as const);
			return this.#definitions.pieces.reaching([...words, ...expanded], levels);
		});
		const isKnown = (own: string): boolean => keys.has(keyOf(Role.defined, own));
		return isKnown(name) || isKnown(name.replace(/^__do_(?:compat_)?sys_/, "")) || this.#isBlind;
	}

	/** The body of a function with the macros that matter expanded. */
	bodyOf(def: FunctionDef): readonly Stmt[] {
		const body = this.#bodies.of(def);
		this.#record.bodies.set(def, body);
		return body;
	}

	/** The macro `name` as `from` sees it. */
	macro(name: string, from: string): MacroDef | undefined {
		return this.#meant("macros", name, from)[0];
	}

	/** The names with the other names that object-like macros give them. */
	withAliases(names: Iterable<string>): ReadonlySet<string> {
		const all = new Set(names);
		for (const name of [...all])
			for (const { facts } of this.#all("aliases", name)) if (this.#aliased(facts.name) === name) all.add(facts.name);
		return all;
	}

	/** `#define compat_get mmget`: the kernel's function that a macro is another name for. */
	#aliased(name: string): string | undefined {
		const meant = this.#all("macros", name).map(({ facts }) => nameMeantBy(facts));
		return meant.findLast((other) => other !== undefined && this.kernel.function(other) !== undefined);
	}

	/** Names of the macros that call one of these functions, directly or through other macros. */
	macrosCalling(names: Iterable<string>): ReadonlySet<string> {
		return macrosCalling(names, (callee) => this.#all("macroCallers", callee), this.kernel);
	}

	/** Functions that call one of these names, whatever it means, in the order of files and lines. */
	functionsCalling(names: Iterable<string>): readonly FunctionDef[] {
		return this.#withAny("calls", names);
	}

	/** Functions that call through a field of one of these names, whatever struct it belongs to. */
	functionsCallingThrough(fields: Iterable<string>): readonly FunctionDef[] {
		return this.#withAny("fieldCalls", fields);
	}

	/** Functions that store to a field of one of these names, whatever struct it belongs to. */
	functionsStoringTo(fields: Iterable<string>): readonly FunctionDef[] {
		return this.#withAny("stores", fields);
	}

	/**
	 * The definitions that a call of `name` in `from` can mean: a function of the same file, else those with external linkage or
	 * in headers, nearest first. Several remain only when they are equally near (arms of one `#if`).
	 */
	functionsNamed(name: string, from: string): readonly FunctionDef[] {
		return this.#meant("functions", name, from);
	}

	/** What `name` returns, from a definition or a prototype. */
	returnsOf(name: string, from: string): Defined<Pick<PrototypeFacts, "returns" | "params">> | undefined {
		return this.functionsNamed(name, from)[0] ?? this.#meant("prototypes", name, from)[0];
	}

	/** The kernel's function of that name, unless the file (or a header it includes) defines a static function of its own with it. */
	kernelFunction(name: string, from: string): ReturnType<KernelTable["function"]> {
		return this.#ask("row", name, from)[0] as ReturnType<KernelTable["function"]>;
	}

	/** The struct that `tag` means in `from`; of several in different files that are equally near, none: they are never merged. */
	struct(tag: string, from: string): StructDef | undefined {
		const [found, ...others] = this.#meant("structs", tag, from);
		/* an anonymous struct stands where what encloses it does; one that the file does not name may have a nearer one of its tag */
		const outer = tag.replace(/::.*$/, "");
		if (outer && !(found && this.#ask("includes", found.file, from)[0])) this.need({ need: "tag", tag: outer });
		return found && others.some((other) => other.file !== found.file) ? undefined : found;
	}

	typedef(name: string, from: string): Defined<TypedefFacts> | undefined {
		return this.#meant("typedefs", name, from)[0];
	}

	variable(name: string, from: string): VariableDef | undefined {
		return this.#meant("variables", name, from)[0];
	}

	/** Direct calls of a function, by name, from where that name means this definition. */
	callsOf(def: FunctionDef): readonly CallSite[] {
		if (!def.facts.static || def.file.endsWith(".h")) this.need({ need: "name", name: def.facts.name });
		return this.callsNamed(def.facts.name).filter((site) => this.#means(def, site.caller.file));
	}

	/** Whether the name of a function means this definition in a file. */
	#means(def: FunctionDef, from: string): boolean {
		return this.functionsNamed(def.facts.name, from).includes(def);
	}

	/** Calls of a name, whatever it means (kernel functions). */
	callsNamed(name: string): readonly CallSite[] {
		return this.#sitesIn(this.#with("calls", name), name, this.#calls, "calls", name, atCalls);
	}

	/** Calls of a name in functions that name a field of that name too, whatever struct it belongs to: all in which that field can be meant. */
	callsAbout(name: string, field: string): readonly CallSite[] {
		return this.#sitesIn(
			this.#ask("callsAbout", name, field) as readonly FunctionDef[],
			`${name} ${field}`,
			this.#calls,
			"calls",
			name,
			atCalls,
		);
	}

	/** Calls of a name in files that name a struct by its tag, or include the file that defines it. */
	callsWithin(name: string, struct: StructDef): readonly CallSite[] {
		const outer = struct.facts.tag.replace(/^::/, "").replace(/::.*$/, "");
		const naming = remembered(
			this.#naming,
			outer,
			() => new Set(this.#definitions.pieces.find([["type", outer]]).map(({ file }) => file.path)),
		);
		const isAsked = (file: string): boolean => naming.has(file) || this.#definitions.names(file, struct.file);
		const functions = [...this.#bodies.withIn("calls", name, isAsked)];
		return functions.flatMap((fn) => atCalls(fn, occurrencesIn(this.bodyOf(fn)).calls.get(name) ?? []));
	}

	/** Calls through a field of that name, whatever struct it belongs to. */
	callsThrough(field: string): readonly CallSite[] {
		this.need({ need: "call", field });
		return this.#sitesIn(this.#with("fieldCalls", field), field, this.#fieldCalls, "fieldCalls", field, atCalls);
	}

	/** Stores to a field of that name, whatever struct it belongs to. */
	storesTo(field: string): readonly StoreSite[] {
		this.need({ need: "field", field });
		const place = (writer: FunctionDef, stores: readonly FieldStore[]): readonly StoreSite[] => stores.map((store) => ({ writer, store }));
		return this.#sitesIn(this.#with("stores", field), field, this.#stores, "stores", field, place);
	}

	/** What occurs under a name in some functions, with the function that it occurs in; `key` tells apart what is remembered in `known`. */
	#sitesIn<Kind extends "calls" | "fieldCalls" | "stores", T>(
		functions: readonly FunctionDef[],
		key: string,
		known: Map<string, readonly T[]>,
		kind: Kind,
		name: string,
		place: (fn: FunctionDef, found: NonNullable<ReturnType<Occurrences[Kind]["get"]>>) => readonly T[],
	): readonly T[] {
		const bodies = functions.map((fn) => this.bodyOf(fn));
		return remembered(known, key, () =>
			functions.flatMap((fn, i) => {
				const found = occurrencesIn(bodies[i] ?? [])[kind].get(name);
				return found ? place(fn, found as NonNullable<ReturnType<Occurrences[Kind]["get"]>>) : [];
			}),
		);
	}

	/** Functions with an initializer that names the field, whatever struct it belongs to. */
	initializing(field: string): readonly FunctionDef[] {
		return this.#with("initialized", field);
	}

	/** Op tables at file level in which the function stands, with the designator. */
	tablesWith(def: FunctionDef): readonly { readonly table: VariableDef; readonly path: string }[] {
		return this.#all("entries", def.facts.name).filter(({ table }) => this.#means(def, table.file));
	}

	/** Functions in whose body the function's name stands as a value (an argument, the right side of a store). */
	mentionsOf(def: FunctionDef): readonly FunctionDef[] {
		return this.#with("values", def.facts.name).filter((user) => this.#means(def, user.file));
	}
}

function atCalls(caller: FunctionDef, calls: readonly CallExpr[]): readonly CallSite[] {
	return calls.map((call) => ({ caller, call }));
}

/** The words by which the pieces are found that decide a question. */
function wordsFor(question: string, name: string): readonly (readonly [WordRole, string])[] {
	if (question in ROLES) return [[ROLES[question as keyof Occurrences], name]];
	if (question === "callsAbout") return [[ROLES.calls, name]];
	if (question === "row") return [...wordsOfKind("functions", name), ...wordsOfKind("macros", name)];
	return question === "includes" ? [] : wordsOfKind(question as keyof Kinds, name);
}

/** The answer under a key, found the first time it is asked for. */
function remembered<K, T>(answers: Map<K, T>, key: K, find: () => T): T {
	let answer = answers.get(key);
	if (answer === undefined) {
		answer = find();
		answers.set(key, answer);
	}
	return answer;
}

function lineOf({ holes, functions }: HoleMet): number {
	return (holes[0] ?? functions[0])?.line ?? 0;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
	return a === b || (a.length === b.length && a.every((item, i) => item === b[i]));
}
