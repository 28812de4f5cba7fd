/** Who owns references, judged function by function when it is asked for, as the findings of reports. */

import { judgeFields } from "../checker/ownership/balance.ts";
import { fieldsOf, findOwners, findThreads, leadingTo, partakingIn } from "../checker/ownership/candidates.ts";
import { writersOfField } from "../checker/ownership/fields.ts";
import { nameOfFunction, ownershipOf } from "../checker/ownership/function.ts";
import type { FieldEffect, Ownership, Problem } from "../checker/ownership/types.ts";
import type { Pieces } from "../facts/index.ts";
import { Memo } from "../program/memo.ts";
import { piecesDefiningAlso } from "../program/piece-index.ts";
import { lineIn } from "../program/places.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import type { Record } from "../program/questions.ts";
import { remembered } from "../program/tree-answers.ts";
import { OWNER_RULES } from "../rules/index.ts";
import { describeFailure } from "./failure.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Latest, LatestBySettings } from "./latest.ts";
import { joinUnclear, type SavedCheck, saveOutcome, unclearIn as unclearAt } from "./outcome.ts";
import { relocate } from "./relocate.ts";
import type { SavedOutcome, SavedOutcomes, Settings, Tree, Unclear } from "./snapshot.ts";
import type { Finding, Severity } from "./types.ts";

/** What was found out last about a function, and what has to be as it was for that to hold. */
interface Known {
	readonly own: Ownership;
	readonly basis: string;
	readonly record: Record;
}

const ownersFound = new Memo<"", readonly FunctionDef[]>();
const latestOwners = new LatestBySettings<FunctionDef, Known>();

/** The functions of a tree that take or give references. */
export interface Owners {
	/** Findings in the files for which `isAsked` holds; in all of them without. */
	tell(isAsked?: (file: string) => boolean): readonly Finding[];
	/** Files with functions that take or give references. */
	files(): Iterable<string>;
	/** What was not understood where functions take or give references, and the functions that were too much to judge; in the same files. */
	unclear(isAsked?: (file: string) => boolean): Unclear;
	/** Judges all functions, whatever was saved of them, those in the files for which `isAsked` holds first; one after the other. */
	prepare(isAsked: (file: string) => boolean): Generator<undefined, void>;
	save(): Pick<SavedOutcomes, "owners" | "told">;
}

/** Opens the functions of a program; nothing is judged yet. */
export function openOwners(tree: Tree, program: Program, settings: Settings, basis: string, check: SavedCheck | undefined): Owners {
	const latest = latestOwners.of(settings);
	let found: { readonly answer: readonly FunctionDef[]; readonly record: Record } | undefined;
	const look = () => {
		found ??= program.record(() => ownersFound.answer(program, "", () => findOwners(program)));
		return found;
	};
	const all = (): readonly FunctionDef[] => look().answer;
	const key = JSON.stringify(settings.severity);
	const before = tree.saved?.outcomes;
	let told = check?.isUnchanged && before?.told?.settings === key ? before.told : undefined;
	/* arms of an `#if` have one name, and are judged anew */
	const isAlone = ({ file, facts }: FunctionDef): boolean =>
		program.quietly(() => program.functionsNamed(facts.name, file)).filter((other) => other.file === file).length < 2;
	const judged = new Map<FunctionDef, Known | SavedOutcome>();
	const placed = new Map<FunctionDef, Ownership>();
	const judge = (fn: FunctionDef): Ownership => {
		const saved = judged.get(fn) ?? check?.findOwner(nameOfFunction(fn));
		const known = saved && (judged.has(fn) || isAlone(fn)) ? saved : know(program, fn, basis, latest);
		judged.set(fn, known);
		/* with the places of this tree: those of what was saved are */
		return "own" in known ? remembered(placed, fn, () => relocate(tree, known.own)) : (known.outcome as Ownership);
	};
	/** The functions that can have something to tell of asked ones: what is wrong in one may only show from another that calls it. */
	const telling = (asked: readonly FunctionDef[], isAsked: (file: string) => boolean): readonly FunctionDef[] => {
		const isKnown = (fn: FunctionDef): boolean => judged.has(fn) || latest.has(fn) || check?.hasOwner(nameOfFunction(fn)) === true;
		let leading: ReadonlySet<FunctionDef> | undefined;
		const isTelling = (fn: FunctionDef): boolean => {
			/* what is known of one is quickly looked at again */
			if (isAsked(fn.file) || isKnown(fn)) return true;
			leading ??= program.quietly(() => leadingTo(program, asked));
			return leading.has(fn);
		};
		/* all arms of an `#if`, or none */
		const names = new Set(all().filter(isTelling).map(nameOfFunction));
		return all().filter((fn) => names.has(nameOfFunction(fn)));
	};
	const find = (isAsked: (file: string) => boolean): readonly Finding[] => {
		const asked = all().filter(({ file }) => isAsked(file));
		if (asked.length === 0) return [];
		const own = asked.map(judge);
		const effects = own.flatMap((one) => one.effects);
		const partaking = partakingIn(program, effects);
		/* who looks into what is stored, as a thread of its own, need not take anything */
		const stored = fieldsOf(effects.filter(({ change, kind }) => change === "stores" || kind === "count"));
		const threads = program.quietly(() => findThreads(program, stored, partaking.hasFile));
		/* not what was judged before: what is told of a file must not depend on that */
		const ofAsked = new Set(asked);
		const functions = [...new Set([...all().filter((fn) => ofAsked.has(fn) || partaking.has(fn)), ...threads])];
		const writersOf = (field: string, folders: ReadonlySet<string>): readonly Ownership[] =>
			writersOfField(program, field, folders).flatMap((fn) => storesOf(program, fn, field, judge));
		const areApart = (a: string, b: string): boolean => neverTogether(tree, a, b);
		const problems = [
			...problemsOf(telling(asked, isAsked), judge),
			...judgeFields({ functions: withArmsJoined(functions, judge), writersOf, areApart }),
		];
		return findingsOf(
			problems.filter(({ at }) => isAsked(at.file)),
			settings,
		);
	};
	const unclearIn = (isAsked: (file: string) => boolean): Unclear => {
		const { holes, functions } = unclearAt(program, [look().record]);
		const given = all().filter(({ file }) => isAsked(file));
		const tooMuch = given.flatMap((fn) => {
			const why = judge(fn).unclear;
			return why === undefined
				? []
				: [
						{
							file: fn.file,
							line: lineIn(tree, fn.file, fn.facts.line) + 1,
							why: `who owns the references in ${fn.facts.name}() is not judged: ${why}`,
						},
					];
		});
		const isIn = (place: string): boolean => isAsked(place.slice(0, place.lastIndexOf(":")));
		return joinUnclear([{ holes: [...holes.filter(({ file }) => isAsked(file)), ...tooMuch], functions: functions.filter(isIn) }]);
	};
	return {
		unclear: (isAsked = () => true) => (told ? told.unclear : unclearIn(isAsked)),
		files: () => told?.files ?? new Set(all().map(({ file }) => file)),
		prepare: function* (isAsked) {
			const asked = all().filter(({ file }) => isAsked(file));
			if (asked.length === 0) return;
			for (const fn of asked) {
				know(program, fn, basis, latest);
				yield;
			}
			program.quietly(() => find(isAsked));
			/* an edit may touch what the others are about */
			for (const fn of all()) {
				know(program, fn, basis, latest);
				yield;
			}
		},
		tell: (asks) => {
			const isAsked = asks ?? (() => true);
			if (told) return told.findings.filter(({ file }) => isAsked(file));
			const findings = find(isAsked);
			if (asks === undefined)
				told = { settings: key, files: [...new Set(all().map(({ file }) => file))], findings, unclear: unclearIn(isAsked) };
			return findings;
		},
		save: () => {
			const saved: { [id: string]: SavedOutcome } = {};
			for (const [fn, known] of judged)
				if (isAlone(fn)) saved[nameOfFunction(fn)] = "own" in known ? saveOutcome(program, known.record, judge(fn)) : known;
			/* what was not asked for again holds as long as nothing has changed */
			const owners = check?.isUnchanged ? { ...before?.owners, ...saved } : saved;
			return { owners, ...(told ? { told } : {}) };
		},
	};
}

/** What a function stores to a field; what it is given to store, its callers say, if some are in view. */
function storesOf(program: Program, fn: FunctionDef, field: string, judge: (fn: FunctionDef) => Ownership): readonly Ownership[] {
	const own = judge(fn);
	const isGiven = (effect: FieldEffect): boolean => effect.field === field && effect.change === "moves" && effect.from === "";
	if (!own.effects.some(isGiven)) return [own];
	const callers = program.quietly(() => program.callsOf(fn).map(({ caller }) => caller));
	if (callers.length === 0) return [own];
	return [{ ...own, effects: own.effects.filter((effect) => !isGiven(effect)) }, ...[...new Set(callers)].map(judge)];
}

/** Whether two files of one folder define a function of one name for all: they are never linked together. */
function neverTogether(tree: Tree, a: string, b: string): boolean {
	if (a.slice(0, a.lastIndexOf("/")) !== b.slice(0, b.lastIndexOf("/")) || a.endsWith(".h") || b.endsWith(".h")) return false;
	const one = tree.files.get(a)?.pieces;
	const other = tree.files.get(b)?.pieces;
	if (!one || !other) return false;
	const known = apart.get(one) ?? new WeakMap<Pieces, boolean>();
	apart.set(one, known);
	let answer = known.get(other);
	if (answer === undefined) {
		const own = new Set(definedForAll(one, other));
		answer = definedForAll(other, one).some((name) => own.has(name));
		known.set(other, answer);
	}
	return answer;
}

const apart = new WeakMap<Pieces, WeakMap<Pieces, boolean>>();

/** The functions with external linkage in the pieces of a file that define a word which another file defines too. */
function definedForAll(own: Pieces, other: Pieces): readonly string[] {
	return [...piecesDefiningAlso(own, other)].flatMap((piece) =>
		own
			.facts(piece)
			.functions.filter((fn) => !fn.static)
			.map(({ name }) => name),
	);
}

/** Functions with the other readings of the same text: arms of an `#if` that cuts through a definition share some of it, two definitions nothing. */
function armsOf(functions: readonly FunctionDef[]): ReadonlyMap<FunctionDef, readonly FunctionDef[]> {
	const named = new Map<string, FunctionDef[][]>();
	const arms = new Map<FunctionDef, readonly FunctionDef[]>();
	for (const fn of functions) {
		const groups = named.get(nameOfFunction(fn)) ?? [];
		named.set(nameOfFunction(fn), groups);
		const same = groups.find((group) => group.some(({ facts }) => facts.start < fn.facts.end && fn.facts.start < facts.end));
		if (same) same.push(fn);
		else groups.push([fn]);
		arms.set(fn, same ?? (groups.at(-1) as FunctionDef[]));
	}
	return arms;
}

/** What functions do; of one that an `#if` cuts through, only that is taken which all its arms take. */
function withArmsJoined(functions: readonly FunctionDef[], judge: (fn: FunctionDef) => Ownership): readonly Ownership[] {
	const arms = armsOf(functions);
	return functions.map((fn) => {
		const others = (arms.get(fn) ?? []).filter((other) => other !== fn).map(judge);
		const own = judge(fn);
		const isInAll = ({ change, at, kind }: FieldEffect): boolean =>
			change !== "takes" ||
			others.every(({ effects }) => effects.some((same) => same.change === change && same.kind === kind && same.at.line === at.line));
		return others.length === 0 ? own : { ...own, effects: own.effects.filter(isInAll) };
	});
}

/** The problems of some functions; of one that an `#if` cuts through, those of all its arms. */
function problemsOf(functions: readonly FunctionDef[], judge: (fn: FunctionDef) => Ownership): readonly Problem[] {
	return [...new Set(armsOf(functions).values())].flatMap(([first, ...others]) =>
		(first ? judge(first).problems : []).filter((problem) =>
			others.every((other) => judge(other).problems.some((same) => isOfOne(same, problem))),
		),
	);
}

/** Whether two problems are about one reference: with every arm something is wrong with it, be it not the same. */
function isOfOne(one: Problem, other: Problem): boolean {
	const lines = [one.at.line, one.other?.line];
	return lines.includes(other.at.line) || (other.other !== undefined && lines.includes(other.other.line));
}

function know(program: Program, fn: FunctionDef, basis: string, latest: Latest<FunctionDef, Known>): Known {
	const before = latest.find(fn, (known) => known.basis === basis && program.stillHolds(known.record));
	if (before) return before;
	const { answer: own, record } = program.quietly(() => program.record(() => judgeOwner(program, fn)));
	const known = { own, basis, record };
	const sameName = program.quietly(() => program.functionsNamed(fn.facts.name, fn.file));
	latest.set(`${nameOfFunction(fn)} ${sameName.indexOf(fn)}`, fn, known);
	return known;
}

function judgeOwner(program: Program, fn: FunctionDef): Ownership {
	try {
		return ownershipOf(program, fn);
	} catch (error) {
		return {
			problems: [],
			effects: [],
			passesOn: false,
			changesGiven: false,
			entered: [],
			putsUnknown: [],
			unclear: describeFailure(error),
		};
	}
}

function findingsOf(problems: readonly Problem[], settings: Settings): readonly Finding[] {
	const findings: Finding[] = [];
	const places = new Set<string>();
	const nth = new Map<string, number>();
	const inOrder = [...problems].sort((a, b) =>
		a.at.file === b.at.file ? a.at.line - b.at.line || a.at.column - b.at.column : a.at.file < b.at.file ? -1 : 1,
	);
	for (const problem of inOrder) {
		const rule = OWNER_RULES.find(({ id }) => id === problem.kind);
		const severity = rule && (settings.severity[rule.id] ?? rule.severity);
		if (!rule || severity === "off") continue;
		const { file, function: fn, line, column, endLine, endColumn } = problem.at;
		const place = `${rule.id} ${file}:${line}:${column}`;
		/* a function that is looked into by several is the same each time */
		if (places.has(place)) continue;
		places.add(place);
		const key = `${rule.id}\0${file}\0${fn}\0${problem.mm}`;
		const fingerprint = fingerprintOf(rule.id, file, fn, problem.mm, nth.get(key) ?? 0);
		nth.set(key, (nth.get(key) ?? 0) + 1);
		findings.push({
			id: fingerprint,
			fingerprint,
			rule: rule.id,
			severity: severity as Severity,
			file,
			function: fn,
			line,
			column,
			endLine,
			endColumn,
			message: rule.message(problem),
			...(problem.trace.length > 0 ? { trace: problem.trace } : {}),
			fixes: [],
		});
	}
	return findings;
}
