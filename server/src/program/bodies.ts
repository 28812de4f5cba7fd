/** Bodies of functions with the macros that matter expanded, and what occurs in them. Expanded once, as long as the same macros are meant. */

import type { FileFacts, FunctionFacts, Stmt } from "../facts/types.ts";
import type { Definitions, FileDefinitions, FunctionDef, MacroDef } from "./definitions.ts";
import { bodyOfMacro, expandBody } from "./expand.ts";
import { addTo, type Entering, Layers } from "./layers.ts";
import { occurrencesIn } from "./occurrences.ts";
import { separateScopes } from "./scopes.ts";

/** Functions in whose body something of a name occurs, by kind. */
interface Kinds {
	readonly calls: FunctionDef;
	readonly fieldCalls: FunctionDef;
	readonly stores: FunctionDef;
	readonly initialized: FunctionDef;
	readonly values: FunctionDef;
}

/** The bodies of one file, and what they were made from. */
interface FileBodies {
	readonly definitions: FileDefinitions;
	/** Bodies that are not as written. */
	readonly changed: ReadonlyMap<FunctionFacts, readonly Stmt[]>;
	/** The macros that were expanded. */
	readonly macros: ReadonlyMap<string, MacroDef>;
}

/** By body: that of a function that only moves stays the same. */
const ownBodies = new WeakMap<readonly Stmt[], readonly Stmt[]>();

/** The body without macros expanded, each name in it one variable. */
function ownBodyOf(fn: FunctionFacts): readonly Stmt[] {
	let own = ownBodies.get(fn.body);
	if (!own) {
		own = separateScopes(
			fn.body,
			fn.params.map((param) => param.name),
		);
		ownBodies.set(fn.body, own);
	}
	return own;
}

function bodyIn(bodies: FileBodies, fn: FunctionFacts): readonly Stmt[] {
	return bodies.changed.get(fn) ?? fn.body;
}

const ENTERING: Entering<Kinds, FileBodies> = {
	makeTables: () => ({ calls: new Map(), fieldCalls: new Map(), stores: new Map(), initialized: new Map(), values: new Map() }),
	enter: (bodies, tables) => {
		for (const fn of bodies.definitions.functions) {
			const found = occurrencesIn(bodyIn(bodies, fn.facts));
			for (const name of found.calls.keys()) addTo(tables.calls, name, fn);
			for (const field of found.fieldCalls.keys()) addTo(tables.fieldCalls, field, fn);
			for (const field of found.stores.keys()) addTo(tables.stores, field, fn);
			for (const field of found.initialized) addTo(tables.initialized, field, fn);
			for (const name of found.values) addTo(tables.values, name, fn);
		}
	},
};

/** The bodies that were made last for a file, and the set of macros that they were last found to be right for. */
const made = new WeakMap<FileFacts, { readonly bodies: FileBodies; readonly matter: ReadonlySet<string> }>();

/** Makes the bodies of files as one set of macros that matter has them. */
class Expander {
	readonly #definitions: Definitions;
	readonly #matter: ReadonlySet<string>;
	readonly #added = new Map<ReadonlySet<string>, readonly string[]>();

	constructor(definitions: Definitions, matter: ReadonlySet<string>) {
		this.#definitions = definitions;
		this.#matter = matter;
	}

	/** The same object as before when nothing that it was made from is different. */
	bodiesOf(file: FileDefinitions): FileBodies {
		const before = made.get(file.facts);
		const bodies = before?.bodies.definitions === file && this.#isRight(before) ? before.bodies : this.#expand(file);
		if (before?.bodies !== bodies || before.matter !== this.#matter) made.set(file.facts, { bodies, matter: this.#matter });
		return bodies;
	}

	#find(name: string, file: string): MacroDef | undefined {
		return this.#matter.has(name) ? this.#definitions.macro(name, file) : undefined;
	}

	#isRight({ bodies, matter }: { readonly bodies: FileBodies; readonly matter: ReadonlySet<string> }): boolean {
		const file = bodies.definitions.path;
		for (const [name, macro] of bodies.macros) {
			const now = this.#find(name, file);
			if (now?.facts !== macro.facts || now.file !== macro.file) return false;
		}
		const added = this.#addedSince(matter);
		if (added.length === 0) return true;
		const calls = (body: readonly Stmt[] | undefined): boolean => {
			const called = body && occurrencesIn(body).calls;
			return called !== undefined && added.some((name) => called.has(name));
		};
		return (
			!bodies.definitions.functions.some((fn) => calls(ownBodyOf(fn.facts))) &&
			![...bodies.macros.values()].some((macro) => calls(bodyOfMacro(macro.facts)))
		);
	}

	/** What matters now and did not then. */
	#addedSince(then: ReadonlySet<string>): readonly string[] {
		if (then === this.#matter) return [];
		let added = this.#added.get(then);
		if (!added) {
			added = [...this.#matter].filter((name) => !then.has(name));
			this.#added.set(then, added);
		}
		return added;
	}

	#expand(definitions: FileDefinitions): FileBodies {
		const changed = new Map<FunctionFacts, readonly Stmt[]>();
		const macros = new Map<string, MacroDef>();
		const find = (name: string): MacroDef | undefined => {
			const macro = this.#find(name, definitions.path);
			if (macro) macros.set(name, macro);
			return macro;
		};
		for (const { facts } of definitions.functions) {
			const body = expandBody(ownBodyOf(facts), find);
			if (body !== facts.body) changed.set(facts, body);
		}
		return { definitions, changed, macros };
	}
}

export class Bodies {
	readonly matter: ReadonlySet<string>;
	readonly #files: ReadonlyMap<string, FileBodies>;
	readonly #layers: Layers<Kinds, FileBodies>;

	/**
	 * @param matter names of the macros to expand
	 * @param before those of nearly the same files: what is the same is taken over
	 */
	constructor(definitions: Definitions, matter: ReadonlySet<string>, before?: Bodies) {
		this.matter = before && sameNames(before.matter, matter) ? before.matter : matter;
		const expander = new Expander(definitions, this.matter);
		this.#files = new Map([...definitions.files.values()].map((file) => [file.path, expander.bodiesOf(file)]));
		this.#layers = new Layers(this.#files, ENTERING, before ? before.#layers : undefined);
	}

	/** The body of a function with the macros that matter expanded. */
	of(def: FunctionDef): readonly Stmt[] {
		const bodies = this.#files.get(def.file);
		return bodies ? bodyIn(bodies, def.facts) : def.facts.body;
	}

	/** Functions in whose body something of that kind and name occurs, in the order of files and lines. */
	with(kind: keyof Kinds, name: string): readonly FunctionDef[] {
		return this.#layers.get(kind, name);
	}

	/** Functions in whose body something of that kind and of any of the names occurs, in the order of files and lines. */
	withAny(kind: keyof Kinds, names: Iterable<string>): readonly FunctionDef[] {
		const found = new Set<FunctionDef>();
		for (const name of names) for (const fn of this.with(kind, name)) found.add(fn);
		const files = new Set([...found].map((fn) => fn.file));
		return [...this.#files.values()].flatMap(({ definitions }) =>
			files.has(definitions.path) ? definitions.functions.filter((fn) => found.has(fn)) : [],
		);
	}
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
	return a.size === b.size && [...a].every((name) => b.has(name));
}
