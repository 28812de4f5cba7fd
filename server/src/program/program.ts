/**
 * Facts of many files as one program: names resolved, macros expanded, field writers and callers found.
 * Asking for something that other files may define or use records a need, so that whoever owns the files can bring them.
 */

import type { Need, Tree } from "../analysis/snapshot.ts";
import type { FileFacts, PrototypeFacts, Stmt, TypedefFacts } from "../facts/types.ts";
import { Bodies } from "./bodies.ts";
import {
	type Defined,
	Definitions,
	type FunctionDef,
	type MacroDef,
	nameMeantBy,
	type StructDef,
	type VariableDef,
} from "./definitions.ts";
import { macrosCalling } from "./expand.ts";
import type { KernelTable } from "./kernel-table.ts";
import { type CallExpr, type FieldStore, occurrencesIn } from "./occurrences.ts";

export type { Defined, FunctionDef, MacroDef, StructDef, VariableDef } from "./definitions.ts";

export interface CallSite {
	readonly caller: FunctionDef;
	readonly call: CallExpr;
}
export interface StoreSite {
	readonly writer: FunctionDef;
	readonly store: FieldStore;
}

interface Indexed {
	readonly definitions: Definitions;
	readonly bodies: Bodies;
}

/** What was made last for a tree in which these facts stood: the next program takes over what is the same. */
const latest = new WeakMap<FileFacts, Indexed>();

function latestOf(tree: Tree): Indexed | undefined {
	for (const { facts } of tree.files.values()) {
		const known = latest.get(facts);
		if (known) return known;
	}
	return undefined;
}

export class Program {
	readonly kernel: KernelTable;
	readonly tree: Tree;
	/** Needs of the questions that are being answered, the innermost question last; the first are the program's. */
	readonly #needs: Map<string, Need>[] = [new Map()];
	readonly #definitions: Definitions;
	readonly #bodies: Bodies;
	readonly #calls = new Map<string, readonly CallSite[]>();
	readonly #fieldCalls = new Map<string, readonly CallSite[]>();
	readonly #stores = new Map<string, readonly StoreSite[]>();
	/** Rows of the table by name, and the files that mean another function by it. */
	readonly #kernelFunctions = new Map<string, { readonly row: ReturnType<KernelTable["function"]>; readonly own: readonly string[] }>();

	constructor(tree: Tree, kernel: KernelTable) {
		this.tree = tree;
		this.kernel = kernel;
		const before = latestOf(tree);
		this.#definitions = new Definitions(tree.files, before?.definitions);
		const matter = this.macrosCalling(kernel.actingOnMm());
		this.#bodies = new Bodies(this.#definitions, matter, before?.bodies);
		const indexed = { definitions: this.#definitions, bodies: this.#bodies };
		for (const { facts } of tree.files.values()) latest.set(facts, indexed);
	}

	/** Records that files with these bytes could matter. */
	need(need: Need): void {
		this.#needs.at(-1)?.set(`${need.need} ${"name" in need ? need.name : "tag" in need ? need.tag : need.field}`, need);
	}

	/** Answers a question, and says what was needed for it; nothing of that is recorded. */
	collectNeeds<T>(ask: () => T): { readonly answer: T; readonly needs: readonly Need[] } {
		const needs = new Map<string, Need>();
		this.#needs.push(needs);
		try {
			return { answer: ask(), needs: [...needs.values()] };
		} finally {
			this.#needs.pop();
		}
	}

	/** Answers a question from what is loaded, without asking for more. */
	quietly<T>(ask: () => T): T {
		return this.collectNeeds(ask).answer;
	}

	/** Everything that was needed so far. */
	needs(): readonly Need[] {
		return [...(this.#needs[0]?.values() ?? [])];
	}

	/** The body of a function with the macros that matter expanded. */
	bodyOf(def: FunctionDef): readonly Stmt[] {
		return this.#bodies.of(def);
	}

	/** The macro `name` as `from` sees it. */
	macro(name: string, from: string): MacroDef | undefined {
		return this.#definitions.macro(name, from);
	}

	/** The names with the other names that object-like macros give them. */
	withAliases(names: Iterable<string>): ReadonlySet<string> {
		const all = new Set(names);
		for (const name of [...all])
			for (const { facts } of this.#definitions.all("aliases", name)) if (this.#aliased(facts.name) === name) all.add(facts.name);
		return all;
	}

	/** `#define compat_get mmget`: the kernel's function that a macro is another name for. */
	#aliased(name: string): string | undefined {
		const meant = this.#definitions.all("macros", name).map(({ facts }) => nameMeantBy(facts));
		return meant.findLast((other) => other !== undefined && this.kernel.function(other) !== undefined);
	}

	/** Names of the macros that call one of these functions, directly or through other macros. */
	macrosCalling(names: Iterable<string>): ReadonlySet<string> {
		return macrosCalling(names, (callee) => this.#definitions.all("macroCallers", callee), this.kernel);
	}

	/** Functions that call one of these names, whatever it means, in the order of files and lines. */
	functionsCalling(names: Iterable<string>): readonly FunctionDef[] {
		return this.#bodies.withAny("calls", names);
	}

	/** Functions that call through a field of one of these names, whatever struct it belongs to. */
	functionsCallingThrough(fields: Iterable<string>): readonly FunctionDef[] {
		return this.#bodies.withAny("fieldCalls", fields);
	}

	/** Functions that store to a field of one of these names, whatever struct it belongs to. */
	functionsStoringTo(fields: Iterable<string>): readonly FunctionDef[] {
		return this.#bodies.withAny("stores", fields);
	}

	/**
	 * The definitions that a call of `name` in `from` can mean: a function of the same file, else those with external linkage or
	 * in headers, nearest first. Several remain only when they are equally near (arms of one `#if`).
	 */
	functionsNamed(name: string, from: string): readonly FunctionDef[] {
		const all = this.#definitions.all("functions", name);
		const own = all.filter((def) => def.file === from);
		if (own.length > 0) return own;
		return this.#definitions.nearest(
			all.filter((def) => !def.facts.static || def.file.endsWith(".h")),
			from,
		);
	}

	/** What `name` returns, from a definition or a prototype. */
	returnsOf(name: string, from: string): Defined<Pick<PrototypeFacts, "returns" | "params">> | undefined {
		return this.functionsNamed(name, from)[0] ?? this.#definitions.nearest(this.#definitions.all("prototypes", name), from)[0];
	}

	/** The kernel's function of that name, unless the file (or a header it includes) defines a static function of its own with it. */
	kernelFunction(name: string, from: string): ReturnType<KernelTable["function"]> {
		const known = remembered(this.#kernelFunctions, name, () => {
			const row = this.kernel.function(name) ?? this.kernel.function(this.#aliased(name) ?? "");
			const own = row ? this.#definitions.all("functions", name) : [];
			return { row, own: own.filter((def) => def.facts.static && !this.kernel.defines(def.file, name)).map((def) => def.file) };
		});
		return known.own.includes(from) ? undefined : known.row;
	}

	/** The struct that `tag` means in `from`; of several in different files that are equally near, none: they are never merged. */
	struct(tag: string, from: string): StructDef | undefined {
		const [found, ...others] = this.#definitions.nearest(this.#definitions.all("structs", tag), from);
		/* an anonymous struct stands where what encloses it does; one that the file does not name may have a nearer one of its tag */
		const outer = tag.replace(/::.*$/, "");
		if (outer && !(found && this.#definitions.names(from, found.file))) this.need({ need: "tag", tag: outer });
		return found && others.some((other) => other.file !== found.file) ? undefined : found;
	}

	typedef(name: string, from: string): Defined<TypedefFacts> | undefined {
		return this.#definitions.nearest(this.#definitions.all("typedefs", name), from)[0];
	}

	variable(name: string, from: string): VariableDef | undefined {
		const found = this.#definitions.all("variables", name);
		return this.#definitions.nearest(
			found.filter((variable) => variable.file === from || !variable.facts.static || variable.file.endsWith(".h")),
			from,
		)[0];
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
		return remembered(this.#calls, name, () =>
			this.#bodies
				.with("calls", name)
				.flatMap((caller) => (occurrencesIn(this.bodyOf(caller)).calls.get(name) ?? []).map((call) => ({ caller, call }))),
		);
	}

	/** Calls through a field of that name, whatever struct it belongs to. */
	callsThrough(field: string): readonly CallSite[] {
		this.need({ need: "call", field });
		return remembered(this.#fieldCalls, field, () =>
			this.#bodies
				.with("fieldCalls", field)
				.flatMap((caller) => (occurrencesIn(this.bodyOf(caller)).fieldCalls.get(field) ?? []).map((call) => ({ caller, call }))),
		);
	}

	/** Stores to a field of that name, whatever struct it belongs to. */
	storesTo(field: string): readonly StoreSite[] {
		this.need({ need: "field", field });
		return remembered(this.#stores, field, () =>
			this.#bodies
				.with("stores", field)
				.flatMap((writer) => (occurrencesIn(this.bodyOf(writer)).stores.get(field) ?? []).map((store) => ({ writer, store }))),
		);
	}

	/** Functions with an initializer that names the field, whatever struct it belongs to. */
	initializing(field: string): readonly FunctionDef[] {
		return this.#bodies.with("initialized", field);
	}

	/** Op tables at file level in which the function stands, with the designator. */
	tablesWith(def: FunctionDef): readonly { readonly table: VariableDef; readonly path: string }[] {
		return this.#definitions.all("entries", def.facts.name).filter(({ table }) => this.#means(def, table.file));
	}

	/** Functions in whose body the function's name stands as a value (an argument, the right side of a store). */
	mentionsOf(def: FunctionDef): readonly FunctionDef[] {
		return this.#bodies.with("values", def.facts.name).filter((user) => this.#means(def, user.file));
	}
}

/** The answer under a key, found the first time it is asked for. */
function remembered<T>(answers: Map<string, T>, key: string, find: () => T): T {
	let answer = answers.get(key);
	if (answer === undefined) {
		answer = find();
		answers.set(key, answer);
	}
	return answer;
}
