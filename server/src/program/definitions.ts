/** What the files define, by name, and which of several definitions a file means. Files that did not change are not looked at again. */

import type { SourceFile } from "../analysis/snapshot.ts";
import type {
	Expr,
	FileFacts,
	FunctionFacts,
	MacroFacts,
	PrototypeFacts,
	StructFacts,
	TypedefFacts,
	VariableFacts,
} from "../facts/types.ts";
import { bodyOfMacro } from "./expand.ts";
import { graphOf, type IncludeGraph } from "./includes.ts";
import { addTo, type Entering, Layers } from "./layers.ts";
import { nearestByFolder } from "./nearest.ts";
import { bare, occurrencesIn } from "./occurrences.ts";

/** A definition in a file. Its identity is the object itself: one for each definition in the tree. */
export interface Defined<T> {
	readonly file: string;
	readonly facts: T;
}
export type FunctionDef = Defined<FunctionFacts>;
export type StructDef = Defined<StructFacts>;
export type MacroDef = Defined<MacroFacts>;
export type VariableDef = Defined<VariableFacts>;

/** A name in the initializer of a variable at file level, with the designator it stands under. */
export interface TableEntry {
	readonly file: string;
	readonly table: VariableDef;
	readonly path: string;
}

interface Kinds {
	readonly functions: FunctionDef;
	readonly structs: StructDef;
	readonly typedefs: Defined<TypedefFacts>;
	readonly prototypes: Defined<PrototypeFacts>;
	readonly variables: VariableDef;
	readonly macros: MacroDef;
	/** Entries of op tables, by the function that stands there. */
	readonly entries: TableEntry;
	/** Function-like macros, by what their bodies call. */
	readonly macroCallers: MacroDef;
	/** Object-like macros that are another name, by that name. */
	readonly aliases: MacroDef;
}

/** One file with the identities of its functions. */
export interface FileDefinitions {
	readonly path: string;
	readonly facts: FileFacts;
	readonly functions: readonly FunctionDef[];
}

const files = new WeakMap<FileFacts, FileDefinitions>();

/** The same object, and with it the same functions, as long as path and facts are. */
function definitionsIn({ path, facts }: SourceFile): FileDefinitions {
	let known = files.get(facts);
	if (known?.path !== path) {
		known = { path, facts, functions: facts.functions.map((fn) => ({ file: path, facts: fn })) };
		files.set(facts, known);
	}
	return known;
}

const ENTERING: Entering<Kinds, FileDefinitions> = {
	makeTables: () => ({
		functions: new Map(),
		structs: new Map(),
		typedefs: new Map(),
		prototypes: new Map(),
		variables: new Map(),
		macros: new Map(),
		entries: new Map(),
		macroCallers: new Map(),
		aliases: new Map(),
	}),
	enter: ({ path: file, facts, functions }, tables) => {
		for (const fn of functions) addTo(tables.functions, fn.facts.name, fn);
		for (const struct of facts.structs) addTo(tables.structs, struct.tag, { file, facts: struct });
		for (const typedef of facts.typedefs) addTo(tables.typedefs, typedef.name, { file, facts: typedef });
		for (const prototype of facts.prototypes) addTo(tables.prototypes, prototype.name, { file, facts: prototype });
		for (const macro of facts.macros) {
			const def: MacroDef = { file, facts: macro };
			addTo(tables.macros, macro.name, def);
			const other = nameMeantBy(macro);
			if (other) addTo(tables.aliases, other, def);
			const body = macro.params && bodyOfMacro(macro);
			if (body) for (const callee of occurrencesIn(body).calls.keys()) addTo(tables.macroCallers, callee, def);
		}
		for (const variable of facts.variables) {
			const table: VariableDef = { file, facts: variable };
			addTo(tables.variables, variable.name, table);
			const visit = (expr: Expr, path: string): void => {
				if (expr.e === "initializer") {
					for (const entry of expr.entries) visit(entry.value, [path, entry.path].filter(Boolean).join("."));
				} else {
					const inner = bare(expr);
					if (inner.e === "name" && path) addTo(tables.entries, inner.name, { file, table, path });
				}
			};
			if (variable.init) visit(variable.init, "");
		}
	},
};

/** `#define compat_get mmget`: the name that a macro is another name for. */
export function nameMeantBy(macro: MacroFacts): string | undefined {
	return !macro.params && macro.expr?.e === "name" ? macro.expr.name : undefined;
}

export class Definitions {
	readonly files: ReadonlyMap<string, FileDefinitions>;
	readonly #layers: Layers<Kinds, FileDefinitions>;
	readonly #includes: IncludeGraph;

	/** @param before those of nearly the same files: what is the same is taken over */
	constructor(sources: ReadonlyMap<string, SourceFile>, before?: Definitions) {
		this.files = new Map([...sources.values()].map((source) => [source.path, definitionsIn(source)]));
		this.#layers = new Layers(this.files, ENTERING, before ? before.#layers : undefined);
		this.#includes = graphOf(sources, before ? before.#includes : undefined);
	}

	/** All definitions of a name, in the order of files and lines. */
	all<Kind extends keyof Kinds>(kind: Kind, name: string): readonly Kinds[Kind][] {
		return this.#layers.get(kind, name);
	}

	/** Those that `from` means: its own, those it includes by the shortest way, or the nearest by folder. Several when equally near. */
	nearest<T>(candidates: readonly Defined<T>[], from: string): readonly Defined<T>[] {
		if (candidates.length < 2) return candidates;
		const own = candidates.filter((candidate) => candidate.file === from);
		if (own.length > 0) return own;
		const distances = this.#includes.distancesFrom(from);
		const included = candidates.filter((candidate) => distances?.has(candidate.file));
		if (included.length > 0) {
			const distanceOf = (candidate: Defined<T>): number => distances?.get(candidate.file) ?? Number.POSITIVE_INFINITY;
			const best = Math.min(...included.map(distanceOf));
			return included.filter((candidate) => distanceOf(candidate) === best);
		}
		return nearestByFolder(candidates, (candidate) => candidate.file, from);
	}

	/** Whether a file is the other, or includes it, as far as its includes are loaded. */
	names(from: string, file: string): boolean {
		return from === file || this.#includes.distancesFrom(from)?.has(file) === true;
	}

	/** The macro `name` as `from` sees it. */
	macro(name: string, from: string): MacroDef | undefined {
		return this.nearest(this.all("macros", name), from)[0];
	}
}
