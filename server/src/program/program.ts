/**
 * Facts of many files as one program: names resolved, macros expanded, field writers and callers found.
 * Asking for something that other files may define or use records a need, so that whoever owns the files can bring them.
 */

import type { Need, Tree } from "../analysis/snapshot.ts";
import type { Expr, FunctionFacts, MacroFacts, PrototypeFacts, Stmt, StructFacts, TypedefFacts, VariableFacts } from "../facts/types.ts";
import { expandBody, macrosCalling, macrosThatMatter } from "./expand.ts";
import type { KernelTable } from "./kernel-table.ts";
import { includeDistances, nearestByFolder } from "./nearest.ts";
import { bare, type CallExpr, type FieldStore, occurrencesIn } from "./occurrences.ts";
import { separateScopes } from "./scopes.ts";

/** A definition in a file. Its identity is the object itself: one for each definition in the tree. */
export interface Defined<T> {
	readonly file: string;
	readonly facts: T;
}
export type FunctionDef = Defined<FunctionFacts>;
export type StructDef = Defined<StructFacts>;
export type MacroDef = Defined<MacroFacts>;
export type VariableDef = Defined<VariableFacts>;

export interface CallSite {
	readonly caller: FunctionDef;
	readonly call: CallExpr;
}
export interface StoreSite {
	readonly writer: FunctionDef;
	readonly store: FieldStore;
}

class Multimap<T> {
	readonly #map = new Map<string, T[]>();
	add(key: string, value: T): void {
		const list = this.#map.get(key);
		if (list) list.push(value);
		else this.#map.set(key, [value]);
	}
	get(key: string): readonly T[] {
		return this.#map.get(key) ?? [];
	}
	keys(): Iterable<string> {
		return this.#map.keys();
	}
}

export class Program {
	readonly kernel: KernelTable;
	readonly tree: Tree;
	readonly functions: readonly FunctionDef[];
	readonly #needs = new Map<string, Need>();
	readonly #aliases = new Map<string, string>();
	#quiet = 0;
	readonly #functionsByName = new Multimap<FunctionDef>();
	readonly #structsByTag = new Multimap<StructDef>();
	readonly #typedefs = new Multimap<Defined<TypedefFacts>>();
	readonly #prototypes = new Multimap<Defined<PrototypeFacts>>();
	readonly #macros = new Multimap<MacroDef>();
	readonly #variables = new Multimap<VariableDef>();
	readonly #callsByName = new Multimap<CallSite>();
	readonly #callsByField = new Multimap<CallSite>();
	readonly #storesByField = new Multimap<StoreSite>();
	readonly #valuesByName = new Multimap<FunctionDef>();
	readonly #tablesByName = new Multimap<{ readonly table: VariableDef; readonly path: string; readonly value: Expr }>();
	readonly #bodies = new Map<FunctionDef, readonly Stmt[]>();
	readonly #distances = new Map<string, ReadonlyMap<string, number>>();
	readonly #matter: ReadonlySet<string>;

	constructor(tree: Tree, kernel: KernelTable) {
		this.tree = tree;
		this.kernel = kernel;
		const functions: FunctionDef[] = [];
		for (const { path: file, facts } of tree.files.values()) {
			for (const macro of facts.macros) {
				this.#macros.add(macro.name, { file, facts: macro });
				/* #define compat_get mmget: another name for a function */
				if (!macro.params && macro.expr?.e === "name" && kernel.function(macro.expr.name)) this.#aliases.set(macro.name, macro.expr.name);
			}
			for (const struct of facts.structs) this.#structsByTag.add(struct.tag, { file, facts: struct });
			for (const typedef of facts.typedefs) this.#typedefs.add(typedef.name, { file, facts: typedef });
			for (const prototype of facts.prototypes) this.#prototypes.add(prototype.name, { file, facts: prototype });
			for (const variable of facts.variables) this.#addVariable({ file, facts: variable });
			for (const fn of facts.functions) {
				const def: FunctionDef = { file, facts: fn };
				functions.push(def);
				this.#functionsByName.add(fn.name, def);
			}
		}
		this.functions = functions;
		this.#matter = macrosThatMatter(this.#macros, kernel);
		for (const def of functions) {
			const found = occurrencesIn(this.bodyOf(def));
			for (const [name, calls] of found.calls) for (const call of calls) this.#callsByName.add(name, { caller: def, call });
			for (const [field, calls] of found.fieldCalls) for (const call of calls) this.#callsByField.add(field, { caller: def, call });
			for (const [field, stores] of found.stores) for (const store of stores) this.#storesByField.add(field, { writer: def, store });
			for (const name of found.values) this.#valuesByName.add(name, def);
		}
	}

	#addVariable(table: VariableDef): void {
		this.#variables.add(table.facts.name, table);
		const visit = (expr: Expr, path: string): void => {
			if (expr.e === "initializer") {
				for (const entry of expr.entries) visit(entry.value, [path, entry.path].filter(Boolean).join("."));
			} else {
				const inner = bare(expr);
				if (inner.e === "name" && path) this.#tablesByName.add(inner.name, { table, path, value: expr });
			}
		};
		if (table.facts.init) visit(table.facts.init, "");
	}

	/** Records that files with these bytes could matter. */
	need(need: Need): void {
		if (this.#quiet === 0) this.#needs.set(JSON.stringify(need), need);
	}

	/** Answers a question from what is loaded, without asking for more. */
	quietly<T>(ask: () => T): T {
		this.#quiet++;
		try {
			return ask();
		} finally {
			this.#quiet--;
		}
	}

	/** Everything that was needed so far. */
	needs(): readonly Need[] {
		return [...this.#needs.values()];
	}

	/** The body of a function with the macros that matter expanded. */
	bodyOf(def: FunctionDef): readonly Stmt[] {
		let body = this.#bodies.get(def);
		if (!body) {
			const own = separateScopes(
				def.facts.body,
				def.facts.params.map((param) => param.name),
			);
			body = expandBody(own, (name) => (this.#matter.has(name) ? this.macro(name, def.file) : undefined));
			this.#bodies.set(def, body);
		}
		return body;
	}

	/** The function-like macro `name` as `from` sees it. */
	macro(name: string, from: string): MacroDef | undefined {
		return this.#nearest(this.#macros.get(name), from)[0];
	}

	/** The names with the other names that object-like macros give them. */
	withAliases(names: Iterable<string>): ReadonlySet<string> {
		const all = new Set(names);
		for (const [alias, target] of this.#aliases) if (all.has(target)) all.add(alias);
		return all;
	}

	/** Names of the macros that call one of these functions, directly or through other macros. */
	macrosCalling(names: ReadonlySet<string>): ReadonlySet<string> {
		return macrosCalling(this.#macros, this.kernel, (callee) => names.has(callee));
	}

	#nearest<T>(candidates: readonly Defined<T>[], from: string): readonly Defined<T>[] {
		if (candidates.length < 2) return candidates;
		const own = candidates.filter((candidate) => candidate.file === from);
		if (own.length > 0) return own;
		let distances = this.#distances.get(from);
		const file = this.tree.files.get(from);
		if (!distances && file) {
			distances = includeDistances(file, this.tree.files);
			this.#distances.set(from, distances);
		}
		const included = candidates.filter((candidate) => distances?.has(candidate.file));
		if (included.length > 0) {
			const distanceOf = (candidate: Defined<T>): number => distances?.get(candidate.file) ?? Number.POSITIVE_INFINITY;
			const best = Math.min(...included.map(distanceOf));
			return included.filter((candidate) => distanceOf(candidate) === best);
		}
		return nearestByFolder(candidates, (candidate) => candidate.file, from);
	}

	/**
	 * The definitions that a call of `name` in `from` can mean: a function of the same file, else those with external linkage or
	 * in headers, nearest first. Several remain only when they are equally near (arms of one `#if`).
	 */
	functionsNamed(name: string, from: string): readonly FunctionDef[] {
		const all = this.#functionsByName.get(name);
		const own = all.filter((def) => def.file === from);
		if (own.length > 0) return own;
		return this.#nearest(
			all.filter((def) => !def.facts.static || def.file.endsWith(".h")),
			from,
		);
	}

	/** What `name` returns, from a definition or a prototype. */
	returnsOf(name: string, from: string): Defined<Pick<PrototypeFacts, "returns" | "params">> | undefined {
		return this.functionsNamed(name, from)[0] ?? this.#nearest(this.#prototypes.get(name), from)[0];
	}

	/** The kernel's function of that name, unless the file (or a header it includes) defines a static function of its own with it. */
	kernelFunction(name: string, from: string): ReturnType<KernelTable["function"]> {
		const row = this.kernel.function(name) ?? this.kernel.function(this.#aliases.get(name) ?? "");
		if (!row) return undefined;
		const own = this.#functionsByName
			.get(name)
			.some((def) => def.file === from && def.facts.static && !this.kernel.defines(def.file, name));
		return own ? undefined : row;
	}

	/** The struct that `tag` means in `from`; of several in different files that are equally near, none: they are never merged. */
	struct(tag: string, from: string): StructDef | undefined {
		const [found, ...others] = this.#nearest(this.#structsByTag.get(tag), from);
		if (found && others.some((other) => other.file !== found.file)) return undefined;
		/* an anonymous struct stands where what encloses it does */
		const outer = tag.replace(/::.*$/, "");
		if (!found && outer) this.need({ need: "tag", tag: outer });
		return found;
	}

	typedef(name: string, from: string): Defined<TypedefFacts> | undefined {
		return this.#nearest(this.#typedefs.get(name), from)[0];
	}

	variable(name: string, from: string): VariableDef | undefined {
		const found = this.#variables.get(name);
		return this.#nearest(
			found.filter((variable) => variable.file === from || !variable.facts.static || variable.file.endsWith(".h")),
			from,
		)[0];
	}

	/** Direct calls of a function, by name, from where that name means this definition. */
	callsOf(def: FunctionDef): readonly CallSite[] {
		if (!def.facts.static || def.file.endsWith(".h")) this.need({ need: "name", name: def.facts.name });
		return this.#callsByName.get(def.facts.name).filter((site) => this.functionsNamed(def.facts.name, site.caller.file).includes(def));
	}

	/** Calls of a name, whatever it means (kernel functions). */
	callsNamed(name: string): readonly CallSite[] {
		return this.#callsByName.get(name);
	}

	/** Calls through a field of that name, whatever struct it belongs to. */
	callsThrough(field: string): readonly CallSite[] {
		this.need({ need: "call", field });
		return this.#callsByField.get(field);
	}

	/** Stores to a field of that name, whatever struct it belongs to. */
	storesTo(field: string): readonly StoreSite[] {
		this.need({ need: "field", field });
		return this.#storesByField.get(field);
	}

	/** Op tables at file level in which the function stands, with the designator. */
	tablesWith(def: FunctionDef): readonly { readonly table: VariableDef; readonly path: string }[] {
		return this.#tablesByName.get(def.facts.name).filter(({ table }) => this.functionsNamed(def.facts.name, table.file).includes(def));
	}

	/** Functions in whose body the function's name stands as a value (an argument, the right side of a store). */
	mentionsOf(def: FunctionDef): readonly FunctionDef[] {
		return this.#valuesByName.get(def.facts.name).filter((user) => this.functionsNamed(def.facts.name, user.file).includes(def));
	}
}
