/** What the files define, by name, and which of several definitions a file means. Only pieces that may hold the answer are read. */

import type { SourceFile } from "../analysis/snapshot.ts";
import type { WordRole } from "../facts/index.ts";
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
import { Answers, type Only } from "./answers.ts";
import { bodyOfMacro } from "./expand.ts";
import { History, type Stamp } from "./history.ts";
import { type HoleMet, holesIn } from "./holes-met.ts";
import { graphOf, type IncludeGraph } from "./includes.ts";
import { nearestByFolder } from "./nearest.ts";
import { bare, occurrencesIn } from "./occurrences.ts";
import { type Change, PieceIndex, wordsIn } from "./piece-index.ts";
import { nameInText } from "./reaching.ts";

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

/** What can be asked about a name. */
export interface Kinds {
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

/** How a kind of question is answered from a file: in which roles the words stand, and what of the facts of a piece is meant. */
interface Answering<T> {
	readonly words: (name: string) => readonly (readonly [WordRole, string])[];
	readonly pick: (facts: FileFacts, name: string, file: string) => Iterable<T>;
}

const identities = new WeakMap<object, Defined<unknown>>();

/** The same object for the same facts of the same file. */
export function definedIn<T extends object>(file: string, facts: T): Defined<T> {
	let known = identities.get(facts) as Defined<T> | undefined;
	if (known?.file !== file) {
		known = { file, facts };
		identities.set(facts, known);
	}
	return known;
}

function named<T extends object>(
	role: WordRole,
	list: (facts: FileFacts) => readonly T[],
	nameOf: (item: T) => string,
): Answering<Defined<T>> {
	return {
		words: (name) => [[role, name]],
		pick: function* (facts, name, file) {
			for (const item of list(facts)) if (nameOf(item) === name) yield definedIn(file, item);
		},
	};
}

const nameOf = ({ name }: { readonly name: string }): string => name;

const ANSWERING: { readonly [Kind in keyof Kinds]: Answering<Kinds[Kind]> } = {
	functions: {
		...named("defined", (facts) => facts.functions, nameOf),
		words: (name) => [
			["defined", name],
			/* what SYSCALL_DEFINE and COMPAT_SYSCALL_DEFINE make of the name that is written */
			["defined", nameInText(name)],
		],
	},
	structs: {
		...named(
			"tag",
			(facts) => facts.structs,
			(struct) => struct.tag,
		),
		/* `T::f` is inside `T`, `::v` the type of the variable `v`, `X` perhaps that of a typedef */
		words: (tag) => {
			const outer = tag.replace(/^::/, "").replace(/::.*$/, "");
			return [
				["tag", outer],
				[tag.startsWith("::") ? "declared" : "typedef", outer],
			];
		},
	},
	typedefs: named("typedef", (facts) => facts.typedefs, nameOf),
	prototypes: named("declared", (facts) => facts.prototypes, nameOf),
	variables: named("declared", (facts) => facts.variables, nameOf),
	macros: named("macro", (facts) => facts.macros, nameOf),
	entries: {
		words: (name) => [["value", name]],
		pick: (facts, name, file) => facts.variables.flatMap((variable) => entriesOf(file, variable).get(name) ?? NONE),
	},
	macroCallers: {
		words: (name) => [["calledInMacro", name]],
		pick: function* (facts, name, file) {
			for (const macro of facts.macros) {
				const body = macro.params && bodyOfMacro(macro);
				if (body && occurrencesIn(body).calls.has(name)) yield definedIn(file, macro);
			}
		},
	},
	aliases: {
		words: (name) => [["valueInMacro", name]],
		pick: function* (facts, name, file) {
			for (const macro of facts.macros) if (nameMeantBy(macro) === name) yield definedIn(file, macro);
		},
	},
};

/** The words by which the pieces are found that can answer a question of some kind about a name. */
export function wordsOfKind(kind: keyof Kinds, name: string): readonly (readonly [WordRole, string])[] {
	return ANSWERING[kind].words(name);
}

const entries = new WeakMap<VariableFacts, { readonly file: string; readonly byName: ReadonlyMap<string, readonly TableEntry[]> }>();

/** What stands in the initializer of a variable, by name. */
function entriesOf(file: string, variable: VariableFacts): ReadonlyMap<string, readonly TableEntry[]> {
	let known = entries.get(variable);
	if (known?.file !== file) {
		const byName = new Map<string, TableEntry[]>();
		const table = definedIn(file, variable);
		const visit = (expr: Expr, path: string): void => {
			if (expr.e === "initializer") {
				for (const entry of expr.entries) visit(entry.value, [path, entry.path].filter(Boolean).join("."));
				return;
			}
			const inner = bare(expr);
			if (inner.e !== "name" || !path) return;
			const same = byName.get(inner.name);
			if (same) same.push({ file, table, path });
			else byName.set(inner.name, [{ file, table, path }]);
		};
		if (variable.init) visit(variable.init, "");
		known = { file, byName };
		entries.set(variable, known);
	}
	return known.byName;
}

const NONE: readonly never[] = [];

/** `#define compat_get mmget`: the name that a macro is another name for. */
export function nameMeantBy(macro: MacroFacts): string | undefined {
	return !macro.params && macro.expr?.e === "name" ? macro.expr.name : undefined;
}

export class Definitions {
	/** Stands for these definitions, for whoever must not keep them alive. */
	readonly stamp: Stamp;
	readonly pieces: PieceIndex;
	/** Files that differ from those before, as they are and as they were. */
	readonly changes: readonly Change[];
	/** The files whose names may mean something else since they include other files; undefined when all may. */
	readonly included: ReadonlySet<string> | undefined;
	readonly #includes: IncludeGraph;
	readonly #answers: Answers<Kinds[keyof Kinds]>;

	/** @param before those of nearly the same files */
	constructor(files: ReadonlyMap<string, SourceFile>, before?: Definitions) {
		this.pieces = new PieceIndex(files, before?.pieces);
		this.changes = before ? this.pieces.changesSince(before.pieces) : [];
		const { graph, changed } = graphOf(files, before ? before.#includes : undefined);
		this.#includes = graph;
		this.included = changed;
		this.stamp = History.next(before?.stamp, {
			changes: this.changes.map((change) => wordsIn(change, changed?.has(change.path) === true)),
			leadsAsBefore: before !== undefined && this.pieces.reachesAs(before.pieces),
		});
		this.#answers = new Answers(before ? before.#answers : undefined, this.stamp, (path) => this.pieces.rankOf(path));
	}

	/** All definitions of a name, in the order of files and lines. The same list for the same question. */
	all<Kind extends keyof Kinds>(kind: Kind, name: string): readonly Kinds[Kind][] {
		const key = `${kind} ${name}`;
		const { words } = ANSWERING[kind];
		const answer = this.#answers.get(
			key,
			() => words(name),
			(only, met) => this.#find<Kinds[keyof Kinds]>(ANSWERING[kind], name, only, met),
		);
		return answer as readonly Kinds[Kind][];
	}

	*#find<T>({ words, pick }: Answering<T>, name: string, only: Only, met: HoleMet[]): Iterable<T> {
		for (const { file, pieces } of this.pieces.find(words(name), only))
			for (const piece of pieces) {
				const facts = file.pieces.facts(piece);
				met.push(...holesIn(file.path, facts));
				yield* pick(facts, name, file.path);
			}
	}

	/** What was not understood of the pieces in which the answer to a question (`kind name`) was looked for. */
	met(question: string): readonly HoleMet[] {
		return this.#answers.met(question);
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

	/** The headers that include a file, directly or through others, as far as they are loaded. */
	includersOf(file: string): readonly string[] {
		return this.pieces.paths().filter((path) => path !== file && path.endsWith(".h") && this.names(path, file));
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
