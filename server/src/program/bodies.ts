/** Bodies of functions with the macros that matter expanded, and the functions in which something occurs. */

import type { Pieces, WordRole } from "../facts/index.ts";
import type { FunctionFacts, HoleFacts, Stmt } from "../facts/types.ts";
import { keyOf, Role } from "../syntax/postings.ts";
import { Answers, type Only } from "./answers.ts";
import { type Definitions, definedIn, type FunctionDef, type MacroDef } from "./definitions.ts";
import { bodyOfMacro, expandBody, unexpandedIn } from "./expand.ts";
import { type HoleMet, holesIn } from "./holes-met.ts";
import { type Occurrences, occurrencesIn } from "./occurrences.ts";
import type { Change, FilePieces } from "./piece-index.ts";
import { separateScopes } from "./scopes.ts";

/** Keys of what occurs in a body. */
function* keysOf(body: readonly Stmt[]): Iterable<number> {
	const occurrences = occurrencesIn(body);
	for (const [kind, role] of Object.entries(ROLES) as Iterable<[keyof Occurrences, WordRole]>)
		for (const name of occurrences[kind].keys()) yield keyOf(Role[role], name);
}

type Words = readonly (readonly [WordRole, string])[];

/** What can be looked for in bodies, and in which role the word then stands in the text. */
export const ROLES = {
	calls: "called",
	fieldCalls: "fieldCalled",
	stores: "fieldSet",
	initialized: "fieldSet",
	values: "value",
} as const satisfies Record<keyof Occurrences, WordRole>;

/** The question where macros that matter are called. */
const EXPANDING = "expanding";

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

/** A body, and the macros that were expanded in it. */
interface Expanded {
	readonly body: readonly Stmt[];
	readonly macros: ReadonlyMap<string, MacroDef>;
	/** The set of macros that it was last found to be right for. */
	matter: ReadonlySet<string>;
}

/** What was made last of a body, in one file. */
const made = new WeakMap<readonly Stmt[], { readonly file: string; readonly expanded: Expanded }>();

export class Bodies {
	readonly matter: ReadonlySet<string>;
	readonly #definitions: Definitions;
	readonly #bodies = new Map<FunctionFacts, readonly Stmt[]>();
	readonly #added = new Map<ReadonlySet<string>, readonly string[]>();
	readonly #answers: Answers<FunctionDef>;
	/** Calls of macros that matter: what occurs in such pieces only the expanded body tells. */
	readonly #expanding: readonly (readonly [WordRole, string])[];
	/** The pieces with one of them, by path. */
	#expandingPieces: ReadonlyMap<string, ReadonlySet<number>> | undefined;

	/**
	 * @param matter names of the macros to expand
	 * @param before those of nearly the same files
	 */
	constructor(definitions: Definitions, matter: ReadonlySet<string>, before?: Bodies) {
		this.matter = before && sameNames(before.matter, matter) ? before.matter : matter;
		this.#definitions = definitions;
		this.#expanding = [...this.matter].map((name) => ["called", name]);
		/* what a body holds where macros are expanded, other files decide */
		const isSame =
			before?.matter === this.matter &&
			definitions.included !== undefined &&
			!definitions.changes.some(({ now, then }) => this.#definesOne(now) || this.#definesOne(then));
		const same = isSame ? before : undefined;
		this.#answers = new Answers(same ? same.#answers : undefined, definitions.stamp, (path) => definitions.pieces.rankOf(path));
	}

	/** Whether a text defines one of the macros that matter. */
	#definesOne(pieces: Pieces | undefined): boolean {
		return pieces !== undefined && [...this.matter].some((name) => pieces.find("macro", name).length > 0);
	}

	/** The body of a function with the macros that matter expanded. */
	of(def: FunctionDef): readonly Stmt[] {
		let body = this.#bodies.get(def.facts);
		if (body === undefined) {
			body = this.#expand(def);
			this.#bodies.set(def.facts, body);
		}
		return body;
	}

	/** Functions in whose body something of that kind and name occurs, in the order of files and lines. The same list for the same question. */
	with(kind: keyof Occurrences, name: string): readonly FunctionDef[] {
		const { pieces } = this.#definitions;
		const word = [ROLES[kind], name] as const;
		return this.#answer(kind, name, `${kind} ${name}`, (only) => pieces.find([word, ...this.#expanding], only));
	}

	/** Functions that call a name and name a field, of whatever struct, in the order of files and lines. */
	withBoth(callee: string, field: string): readonly FunctionDef[] {
		const { pieces } = this.#definitions;
		return this.#answer("calls", callee, `callsAbout ${callee} ${field}`, (only) =>
			shared(pieces.find([[ROLES.calls, callee], ...this.#expanding], only), pieces.find([["field", field], ...this.#expanding], only)),
		);
	}

	#answer(kind: keyof Occurrences, name: string, key: string, find: (only: Only) => readonly FilePieces[]): readonly FunctionDef[] {
		const words = (): Words => [[ROLES[kind], name]];
		return this.#answers.get(key, words, (only, met) => this.#among(kind, name, find(only), met));
	}

	/** The functions, in some files, where one of some names is called and one named, as a value, that has one of some words; as far as words tell. */
	handing(
		callees: Iterable<string>,
		words: Iterable<readonly [WordRole, string]>,
		isAsked: (file: string) => boolean,
	): readonly FunctionDef[] {
		const { pieces } = this.#definitions;
		const all = pieces.find([...[...callees].map((name) => [ROLES.calls, name] as const), ...this.#expanding]);
		const calling = all.filter(({ file }) => isAsked(file.path));
		return pieces
			.mentioning(calling, [...words, ...this.#expanding])
			.flatMap(({ file, pieces: own }) => own.flatMap((piece) => file.pieces.facts(piece).functions.map((fn) => definedIn(file.path, fn))));
	}

	/** As {@link with}, in some files. */
	withIn(kind: keyof Occurrences, name: string, isAsked: (file: string) => boolean): Iterable<FunctionDef> {
		const all = this.#definitions.pieces.find([[ROLES[kind], name], ...this.#expanding]);
		const asked = all.filter(({ file }) => isAsked(file.path));
		return this.#among(kind, name, asked, []);
	}

	/**
	 * What was not understood of the pieces in which the answer to a question (`kind name`) was looked for, but for those that call macros that
	 * matter: see {@link metExpanding}.
	 */
	met(question: string): readonly HoleMet[] {
		return this.#answers.met(question);
	}

	/** What was not understood of the pieces that call macros that matter: anything may occur there, and every answer is looked for there. */
	metExpanding(): readonly HoleMet[] {
		const look = (only: Only, met: HoleMet[]): readonly FunctionDef[] => {
			for (const { file, pieces } of this.#definitions.pieces.find(this.#expanding, only))
				for (const piece of pieces) {
					const facts = file.pieces.facts(piece);
					const left = facts.functions.flatMap((fn) => unexpandedHoles(fn, this.of(definedIn(file.path, fn))));
					met.push(...holesIn(file.path, facts, left));
				}
			return [];
		};
		this.#answers.get(EXPANDING, () => this.#expanding, look);
		return this.#answers.met(EXPANDING);
	}

	#isExpanding(path: string, piece: number): boolean {
		this.#expandingPieces ??= new Map(
			this.#definitions.pieces.find(this.#expanding).map(({ file, pieces }) => [file.path, new Set(pieces)]),
		);
		return this.#expandingPieces.get(path)?.has(piece) === true;
	}

	/** Keys of what occurs where macros are expanded, in the pieces of a file that count as different: as it is, and as anybody was told last. */
	*expandedIn({ path, now, then }: Change, isWhole: boolean): Iterable<number> {
		const different = isWhole ? undefined : now && then && now.newSince?.(then);
		if (then) for (const fn of this.#calling(then, different?.then)) yield* keysOf(made.get(ownBodyOf(fn))?.expanded.body ?? []);
		if (now) for (const fn of this.#calling(now, different?.now)) yield* keysOf(this.of(definedIn(path, fn)));
	}

	/** The functions that call macros that matter. @param only in these pieces, else in all */
	#calling(pieces: Pieces, only?: ReadonlySet<number>): readonly FunctionFacts[] {
		const calling = new Set([...this.matter].flatMap((name) => [...pieces.find("called", name)]));
		return [...calling].filter((piece) => only === undefined || only.has(piece)).flatMap((piece) => pieces.facts(piece).functions);
	}

	*#among(kind: keyof Occurrences, name: string, places: readonly FilePieces[], met: HoleMet[]): Iterable<FunctionDef> {
		for (const { file, pieces } of places)
			for (const piece of pieces) {
				const facts = file.pieces.facts(piece);
				const functions = facts.functions.map((own) => definedIn(file.path, own));
				if (!this.#isExpanding(file.path, piece)) met.push(...holesIn(file.path, facts));
				for (const fn of functions) if (occurrencesIn(this.of(fn))[kind].has(name)) yield fn;
			}
	}

	#expand(def: FunctionDef): readonly Stmt[] {
		const own = ownBodyOf(def.facts);
		const known = made.get(own);
		if (known?.file === def.file && this.#isRight(own, known.expanded, def.file)) {
			known.expanded.matter = this.matter;
			return known.expanded.body;
		}
		const macros = new Map<string, MacroDef>();
		const body = expandBody(own, (name) => {
			const macro = this.#meant(name, def.file);
			if (macro) macros.set(name, macro);
			return macro;
		});
		made.set(own, { file: def.file, expanded: { body, macros, matter: this.matter } });
		return body;
	}

	#meant(name: string, file: string): MacroDef | undefined {
		return this.matter.has(name) ? this.#definitions.macro(name, file) : undefined;
	}

	/** Whether the same would come out now. */
	#isRight(own: readonly Stmt[], { macros, matter }: Expanded, file: string): boolean {
		for (const [name, macro] of macros) if (this.#meant(name, file) !== macro) return false;
		const added = this.#addedSince(matter);
		if (added.length === 0) return true;
		const calls = (body: readonly Stmt[] | undefined): boolean => {
			const called = body && occurrencesIn(body).calls;
			return called !== undefined && added.some((name) => called.has(name));
		};
		return !calls(own) && ![...macros.values()].some((macro) => calls(bodyOfMacro(macro.facts)));
	}

	/** What matters now and did not then. */
	#addedSince(then: ReadonlySet<string>): readonly string[] {
		if (then === this.matter) return [];
		let added = this.#added.get(then);
		if (!added) {
			added = [...this.matter].filter((name) => !then.has(name));
			this.#added.set(then, added);
		}
		return added;
	}
}

const holesOf = new WeakMap<FunctionFacts, { readonly body: readonly Stmt[]; readonly holes: readonly HoleFacts[] }>();

/** The macros that were too large to expand in the body of a function. The same objects for the same facts and body. */
function unexpandedHoles(fn: FunctionFacts, body: readonly Stmt[]): readonly HoleFacts[] {
	const left = unexpandedIn(body);
	if (left.size === 0) return [];
	const known = holesOf.get(fn);
	if (known?.body === body) return known.holes;
	const holes = [...left].map(([name, at]) => ({
		line: fn.line + fn.lineStarts.filter((start) => start <= at).length,
		why: `${name}() is not expanded: it stands for too much`,
	}));
	holesOf.set(fn, { body, holes });
	return holes;
}

/** The pieces that are in both lists. */
function shared(some: readonly FilePieces[], others: readonly FilePieces[]): readonly FilePieces[] {
	const byFile = new Map(others.map(({ file, pieces }) => [file, new Set(pieces)]));
	return some.map(({ file, pieces }) => ({ file, pieces: pieces.filter((piece) => byFile.get(file)?.has(piece)) }));
}

function sameNames(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
	return a.size === b.size && [...a].every((name) => b.has(name));
}
