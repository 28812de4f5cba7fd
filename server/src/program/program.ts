/**
 * Facts of many files as one program: names resolved, macros expanded, field writers and callers found.
 * Asking for something that other files may define or use records a need, so that whoever owns the files can bring them. All else that is
 * asked is recorded too ({@link Record}), so that what was found out holds for the next program where it would be answered the same.
 */

import { keyOfNeed, type Need, nameNeed, type Tree } from "../analysis/snapshot.ts";
import type { WordRole } from "../facts/index.ts";
import type { PrototypeFacts, Stmt, TypedefFacts } from "../facts/types.ts";
import { askedOf, type Meant, type Question } from "./asked.ts";
import type { Defined, FunctionDef, Kinds, MacroDef, StructDef, VariableDef } from "./definitions.ts";
import { macrosCalling } from "./expand.ts";
import type { HoleMet } from "./holes-met.ts";
import type { KernelTable } from "./kernel-table.ts";
import { type Occurrences, occurrencesIn } from "./occurrences.ts";
import { placedIn } from "./places.ts";
import { type Reached, Record } from "./questions.ts";
import { atCalls, atStores, type CallSite, type StoreSite } from "./sites.ts";
import { remembered, TreeAnswers } from "./tree-answers.ts";

export type { Defined, FunctionDef, MacroDef, StructDef, VariableDef } from "./definitions.ts";
export type { CallSite, StoreSite } from "./sites.ts";

export class Program {
	readonly kernel: KernelTable;
	readonly tree: Tree;
	/** Records of the questions that are being answered, the innermost last; the first is the program's. */
	readonly #records: Record[] = [new Record()];
	readonly #answers: TreeAnswers;
	readonly #calls = new Map<string, readonly CallSite[]>();
	readonly #fieldCalls = new Map<string, readonly CallSite[]>();
	readonly #stores = new Map<string, readonly StoreSite[]>();
	/** By tag, the files that name it. */
	readonly #naming = new Map<string, ReadonlySet<string>>();
	/** Words as one text: the same lists are asked about again and again. */
	readonly #reachingKeys = new Map<Reached["words"], Map<number, string>>();
	/** Records of which is known whether they hold. */
	readonly #holding = new Map<Record, boolean>();

	constructor(tree: Tree, kernel: KernelTable) {
		this.tree = tree;
		this.kernel = kernel;
		this.#answers = new TreeAnswers(tree, kernel);
		/* on record: what macros stand for decides everywhere */
		this.macrosCalling(kernel.actingOnMm());
	}

	get #record(): Record {
		return this.#records[this.#records.length - 1] as Record;
	}

	/** Records that files with these bytes could matter. */
	need(need: Need): void {
		this.#record.addNeed(keyOfNeed(need), need);
	}

	/** Answers a question, and says what was asked for it. Its needs are not those of who asks. */
	record<T>(ask: () => T): { readonly answer: T; readonly record: Record } {
		const record = new Record();
		record.heldIn = this.#answers.definitions.stamp;
		this.#records.push(record);
		try {
			return { answer: ask(), record };
		} finally {
			this.#records.pop();
			this.#record.addInner(record);
		}
	}

	/** Says that what was found out before, with this record, counts as asked now. */
	takeOver(record: Record): void {
		this.#record.addInner(record);
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
			holds = this.#answers.wouldAnswer(record) && this.#allHold(record.inner);
			this.#holding.set(record, holds);
			if (holds) record.heldIn = this.#answers.definitions.stamp;
		}
		return holds;
	}

	#allHold(records: Iterable<Record>): boolean {
		for (const record of records) if (!this.holds(record)) return false;
		return true;
	}

	/** The same for a record that each program is asked about: some memory, and little time where nothing was touched that matters to it. */
	stillHolds(record: Record): boolean {
		const known = this.#holding.get(record);
		if (known !== undefined || !this.#answers.isWhollyUntouched(record)) return this.holds(record);
		this.#holding.set(record, true);
		record.heldIn = this.#answers.definitions.stamp;
		return true;
	}

	/** Whether a record was found to hold in one of the last programs, so many back. */
	hasHeld({ heldIn }: Record, programs: number): boolean {
		const { history, version } = this.#answers.definitions.stamp;
		return heldIn?.history === history && heldIn.version >= version - programs;
	}

	/** What the words alone told in a record and its inner records. */
	*reachedIn(top: Record): Iterable<readonly [string, Reached]> {
		for (const record of top.all()) yield* record.reached;
	}

	/** Whether the words would tell the same now. */
	wouldReach(key: string, reached: Reached): boolean {
		return this.#answers.leading.wouldLead(key, reached);
	}

	/**
	 * What could not be understood where the answers of some records, and of the program's own questions, were looked for. What else was
	 * asked of the program meanwhile does not count.
	 */
	holesMet(records: Iterable<Record>): ReadonlySet<HoleMet> {
		const own = this.#records[0] as Record;
		const all = new Set(this.#answers.holesAt(own.answers.keys()));
		const seen = new Set<Record>();
		for (const top of records) for (const record of top.all(seen)) for (const met of this.#answers.holesOf(record)) all.add(met);
		const isOfBodies = [own, ...seen].some(({ answers }) => [...answers.keys()].some((asked) => asked.isOfBodies));
		if (isOfBodies) for (const met of this.#answers.bodies.metExpanding()) all.add(met);
		return all;
	}

	/** The words in their roles on which the answers of a record depend, its inner records' too, and the macros that matter. */
	*wordsOf(top: Record): Iterable<readonly [WordRole, string]> {
		/* what occurs where one of them is expanded, the words of that place do not tell */
		for (const name of this.#answers.bodies.matter) yield* [["macro", name] as const, ["called", name] as const];
		for (const record of top.all()) yield* this.#answers.wordsOf(record);
	}

	/** The words on which depends what macros stand for: of the program's own questions. */
	*wordsOfMacros(): Iterable<readonly [WordRole, string]> {
		for (const { question, words } of (this.#records[0] as Record).answers.keys())
			if (question === "macroCallers" || question === "aliases" || question === "macros") yield* words;
	}

	#ask(question: Question, name: string, from = ""): readonly unknown[] {
		const asked = askedOf(question, name, from);
		let answer = this.#record.answers.get(asked);
		if (answer === undefined) {
			answer = this.#answers.answer(asked);
			this.#record.addAnswer(asked, answer);
		}
		return answer;
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
		return [...found].sort((a, b) => this.inOrder(a, b));
	}

	/** The facts of a definition with the place where it stands in this tree. */
	placed<T extends { readonly start: number; readonly end?: number; readonly line: number }>({ file, facts }: Defined<T>): T {
		return placedIn(this.tree, file, facts);
	}

	/** Whether a definition, of this tree or an earlier one, stands in this one. */
	isThere({ file, facts }: FunctionDef): boolean {
		return this.tree.files.get(file)?.pieces.holds(facts.start) === true;
	}

	/** Compares functions by file and place. */
	inOrder(a: FunctionDef, b: FunctionDef): number {
		if (a.file !== b.file) return a.file < b.file ? -1 : 1;
		return this.placed(a).start - this.placed(b).start;
	}

	/**
	 * Tells from the words alone which functions can have one of some words in their body, or call at most so many levels deep one that
	 * has; expanded macros included. Where it says no, nothing has to be read.
	 */
	reaching(words: Reached["words"], levels: number): (name: string) => boolean {
		const key = this.#keyOfReaching(words, levels);
		return (name) => {
			const answer = this.#answers.leading.leads(key, { words, levels }, name);
			const known = this.#record.reached.get(key);
			if (known) known.names.set(name, answer);
			else this.#record.addReached(key, { words, levels, names: new Map([[name, answer]]) });
			return answer;
		};
	}

	#keyOfReaching(words: Reached["words"], levels: number): string {
		const byLevels = remembered(this.#reachingKeys, words, () => new Map<number, string>());
		return remembered(byLevels, levels, () => `${levels} ${words.map(([role, word]) => `${role} ${word}`).join(" ")}`);
	}

	/** The body of a function with the macros that matter expanded. */
	bodyOf(def: FunctionDef): readonly Stmt[] {
		const body = this.#answers.bodies.of(def);
		this.#record.addBody(def, body);
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
			for (const { facts } of this.#all("aliases", name)) if (this.#answers.aliased(facts.name) === name) all.add(facts.name);
		return all;
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
		if (outer && !(found && this.#ask("includes", found.file, from)[0])) this.need({ need: "tag", tag: outer, from });
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

	/** Says of names whether a function of that name has one of some words, as the words tell. Not on record: for what is asked quietly. */
	naming(words: readonly (readonly [WordRole, string])[]): (name: string) => boolean {
		const key = this.#keyOfReaching(words, 0);
		return (name) => this.#answers.leading.leads(key, { words, levels: 0 }, name);
	}

	/** Says of functions whether one of some words stands where they do. Not on record: for what is asked quietly. */
	holding(words: readonly (readonly [WordRole, string])[]): (fn: FunctionDef) => boolean {
		const places = new Map(
			this.#answers.definitions.pieces.find(words).map(({ file, pieces }) => [file.path, { file, pieces: new Set(pieces) }]),
		);
		return ({ file, facts }) => {
			const found = places.get(file);
			const { pieces } = found?.file ?? {};
			return found?.pieces.has(pieces?.at(pieces.offsetNow(facts.start + facts.nameAt)) ?? -1) === true;
		};
	}

	/**
	 * Calls of some names where a function is named, as a value, that has one of some words, in some files. Not on record: for what is asked
	 * quietly.
	 */
	callsHanding(
		names: Iterable<string>,
		words: readonly (readonly [WordRole, string])[],
		isAsked: (file: string) => boolean,
	): readonly CallSite[] {
		const all = [...names];
		return this.#answers.bodies.handing(all, words, isAsked).flatMap((fn) => {
			const { calls } = occurrencesIn(this.bodyOf(fn));
			return all.flatMap((name) => atCalls(fn, calls.get(name) ?? []));
		});
	}

	/** Says of files whether they name a struct by its tag, or include the file that defines it. */
	filesKnowing(tag: string, struct: StructDef | undefined): (file: string) => boolean {
		const outer = tag.replace(/^::/, "").replace(/::.*$/, "");
		const naming = remembered(
			this.#naming,
			outer,
			() => new Set(this.#answers.definitions.pieces.find([["type", outer]]).map(({ file }) => file.path)),
		);
		return (file) => naming.has(file) || (struct !== undefined && this.#answers.definitions.names(file, struct.file));
	}

	/** Calls of a name in files that know a struct ({@link filesKnowing}). */
	callsWithin(name: string, struct: StructDef): readonly CallSite[] {
		const functions = [...this.#answers.bodies.withIn("calls", name, this.filesKnowing(struct.facts.tag, struct))];
		return functions.flatMap((fn) => atCalls(fn, occurrencesIn(this.bodyOf(fn)).calls.get(name) ?? []));
	}

	/** Calls through a field of that name, whatever struct it belongs to. @param struct the one that is meant: who does not know it need not be read */
	callsThrough(field: string, struct?: StructDef): readonly CallSite[] {
		this.#needUsers({ need: "call", field }, struct);
		return this.#sitesIn(this.#with("fieldCalls", field), field, this.#fieldCalls, "fieldCalls", field, atCalls);
	}

	/**
	 * Stores to a field of that name, whatever struct it belongs to.
	 * @param struct as in {@link callsThrough}
	 * @param most where more files than that store to such a field, those are enough that are in view, and {@link isCommon}
	 */
	storesTo(field: string, struct?: StructDef, most?: number): readonly StoreSite[] {
		this.#needUsers(storesNeed(field, most), struct);
		return this.#sitesIn(this.#with("stores", field), field, this.#stores, "stores", field, atStores);
	}

	/** Whether so many files store to a field of that name that they were not read. */
	isCommon(field: string, most: number): boolean {
		return this.#ask("common", nameNeed(storesNeed(field, most)))[0] === true;
	}

	/** What was needed so far for the question that is being answered, and more files hold than are worth reading. */
	unread(): readonly Need[] {
		const needs = [...this.#record.needs.values()].filter((need) => need.need !== "field" || need.most === undefined);
		return needs.filter((need) => this.#ask("common", nameNeed(need))[0] === true);
	}

	/**
	 * Records what could hold something about a field: where only those who include a file know the struct, those who do, and else whoever
	 * names the field so. Headers of all are in folders of that name.
	 */
	#needUsers(need: Need, struct: StructDef | undefined): void {
		if (struct === undefined || /(?:^|\/)include\//.test(struct.file)) return this.need(need);
		for (const path of [struct.file, ...(this.#ask("includers", struct.file) as readonly string[])])
			this.need({ need: "include", file: path.slice(path.lastIndexOf("/") + 1) });
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

function storesNeed(field: string, most: number | undefined): Need {
	return { need: "field", field, ...(most !== undefined && { most }) };
}
