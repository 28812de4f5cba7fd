/** What is left of an mm when a function knows it no more: wrong by itself, or an effect on a field that others take part in. */

import type { Site } from "../../model/program.ts";
import { FALSE } from "../../model/values.ts";
import type { Place } from "./fields.ts";
import { type Calls, markOf, traceOf, written } from "./marks.ts";
import type { Held, Path } from "./path.ts";
import type { Role } from "./role.ts";
import { isNone } from "./take-step.ts";
import type { FieldEffect, Mark, Problem, ProblemKind, ReferenceKind } from "./types.ts";

/** What one function is found to do. */
export interface Findings {
	readonly name: string;
	readonly calls: Calls;
	readonly placeOf: (key: string) => Place;
	readonly problems: Map<string, Problem>;
	readonly effects: Map<string, FieldEffect>;
	readonly putsUnknown: Set<ReferenceKind>;
	passesOn: boolean;
	changesGiven: boolean;
	/** Ways that keep a reference to an mm that they were given; and those that fail and leave one. */
	readonly keeping: Case[];
	readonly failing: { readonly at: Case; readonly site: Site }[];
	/** The reference that callers count on of what the function returns. */
	readonly contract?: ReferenceKind;
	/** Whether what a call gives is part of a larger expression: somebody looks at it there. */
	readonly isLookedAt: (call: Site) => boolean;
	/** Calls that may take no reference, and whose result goes nowhere. */
	readonly discarded: ReadonlySet<Site>;
	/** How the function is run, as far as that forbids something; found when it is asked for. */
	readonly role: () => Role;
}

const KINDS: readonly ReferenceKind[] = ["users", "count"];
const LEAKS: Readonly<Record<ReferenceKind, ProblemKind>> = { users: "users-leak", count: "count-leak" };

/** The mm of an event or at an end, and what is said of it. */
export interface Case {
	readonly path: Path;
	readonly mm: number;
	readonly held: Held;
	readonly place: Place | undefined;
}

export function caseOf(findings: Findings, path: Path, mm: number): Case | undefined {
	const held = path.mms.get(mm);
	return held && { path, mm, held, place: held.root.root === "key" ? findings.placeOf(held.root.key) : undefined };
}

function nameOf({ held }: Case, mark: Mark): string {
	if (held.root.root === "key") return written(held.root.key);
	const inside = /\(([^(),]*\w)(?:,.*)?\)$/.exec(mark.text)?.[1];
	return held.root.root === "failed" && !held.gone ? mark.text : (inside ?? "the mm");
}

/** A caller has to look into the function. */
export function passOn(findings: Findings): void {
	findings.passesOn = true;
	findings.changesGiven = true;
}

/** Puts a problem down; of several of one kind at one place the first. */
export function addProblem(
	findings: Findings,
	at: Case,
	kind: ProblemKind,
	site: Site,
	why: string,
	more: { readonly other?: Site | undefined; readonly end?: { readonly site: Site; readonly text: string } } = {},
): void {
	const mark = markOf(findings.calls, site);
	const key = `${kind} ${mark.file}:${mark.line}:${mark.column}`;
	if (findings.problems.has(key)) return;
	findings.problems.set(key, {
		kind,
		at: mark,
		mm: nameOf(at, mark),
		...(more.other ? { other: markOf(findings.calls, more.other) } : {}),
		why,
		trace: traceOf(at.path, at.mm, findings.name, more.end),
	});
}

export function addEffect(
	findings: Findings,
	at: Case,
	effect: Pick<FieldEffect, "field" | "change" | "kind" | "from" | "aside">,
	site: Site,
	other?: Site,
): void {
	const mark = markOf(findings.calls, site);
	const key = `${effect.field} ${effect.change} ${effect.kind ?? ""} ${effect.from ?? ""} ${mark.file}:${mark.line}:${mark.column}`;
	if (findings.effects.has(key)) return;
	findings.effects.set(key, {
		...effect,
		at: mark,
		mm: nameOf(at, mark),
		...(other ? { other: markOf(findings.calls, other) } : {}),
		/* of what is only looked at nobody asks how it came about */
		trace: effect.change === "derefs" && !effect.aside ? [] : traceOf(at.path, at.mm, findings.name),
	});
}

/** The fields in which an mm is stored; undefined among them for places that are not followed. */
function fieldsOf(findings: Findings, { held }: Case): readonly (string | undefined)[] {
	return held.stored.map((key) => {
		const place = findings.placeOf(key);
		return place.place === "field" ? place.field : undefined;
	});
}

/**
 * Settles what a function has done to an mm. `returned`: its caller gets it.
 * @param failed the way ends there, and says that it has failed
 */
export function settle(findings: Findings, path: Path, mm: number, site: Site, returned: boolean, failed = false): void {
	const at = caseOf(findings, path, mm);
	if (!at || at.held.escaped) return;
	const { root } = at.held;
	if (root.root === "failed") {
		if (root.good === FALSE && !at.held.tested && !returned && !findings.isLookedAt(root.site))
			addProblem(findings, at, "result-unchecked", root.site, "it can fail, and nothing looks at its result");
		return;
	}
	const place = at.place?.place;
	if (root.root === "key" && place === "param") return settleParam(findings, at, site, returned, failed);
	if (root.root === "key" && place === "field") return settleField(findings, at, site, returned);
	if (root.root === "key" && (place === "own" || place === "unknown")) return settleUnknown(findings, at);
	if (root.root === "key" && at.held.lost) return settleLost(findings, at, site);
	/* what the kernel itself holds, it gives back */
	const { users, count, stored } = at.held;
	if (at.place?.place === "kernel" && at.place.reference !== "none" && users === 0 && count <= 0 && stored.length === 0) return;
	settleOwn(findings, at, site, returned);
}

/** A task lets go of an mm that it had: what it ran on lazily is dropped, unless it goes elsewhere. */
function settleLost(findings: Findings, at: Case, site: Site): void {
	const { users, count, stored, handed } = at.held;
	if (at.place?.place !== "kernel" || at.place.reference !== "lazy" || stored.length > 0) return;
	if (users < 0) addProblem(findings, at, "put-wrong-kind", at.held.put ?? site, "it holds mm_count, and mm_users is given back");
	else if (handed.length > 0) return;
	else if (count === 0 && !isNone(at.held.code))
		addProblem(findings, at, "count-leak", at.held.lost ?? site, "what it held is not given back");
}

/** An mm that a call gave, or that of a task: what was taken is this function's to give back, and nothing else. */
function settleOwn(findings: Findings, at: Case, site: Site, returned: boolean): void {
	const { held } = at;
	const { users, count, taken, put } = held;
	const start = held.root.root === "key" ? site : held.root.root === "failed" ? site : held.root.site;
	if (returned && findings.contract !== undefined) return settleContract(findings, at, findings.contract, start);
	const last = { site, text: "the function ends, or forgets it" };
	if ((users > 0 && count < 0) || (users < 0 && count > 0)) {
		const why =
			users > 0 ? "what was taken is mm_users, what is given back mm_count" : "what was taken is mm_count, what is given back mm_users";
		addProblem(findings, at, "put-wrong-kind", put ?? start, why, { other: taken ?? start });
		return;
	}
	if (users < 0 || count < 0) {
		addProblem(findings, at, "put-unowned", put ?? start, "it gives back a reference that was given back before, or never taken", {
			other: taken,
		});
		return;
	}
	if (returned) return passOn(findings);
	const fields = fieldsOf(findings, at);
	if (held.stored.length > 0) {
		if (users > 0 || count > 0) findings.passesOn = true;
		storeInAll(findings, at, fields, taken ?? site);
		return;
	}
	/* what a call gave is its caller's alone; of another mm the function that got it may have kept the reference */
	if (held.handed.length > 0 && held.root.root === "key") return;
	for (const kind of KINDS)
		if (held[kind] > 0)
			addProblem(findings, at, LEAKS[kind], taken ?? start, "on this way it is neither given back, stored, returned nor handed over", {
				end: last,
			});
}

/** One reference, however many fields it stands in. */
function storeInAll(findings: Findings, at: Case, fields: readonly (string | undefined)[], site: Site): void {
	const [first, ...others] = fields.filter((field) => field !== undefined);
	if (first === undefined) return;
	storeIn(findings, at, first, site);
	for (const field of others) if (field !== first) addEffect(findings, at, { field, change: "moves", from: first }, site);
}

/** What callers count on, and what they get. */
function settleContract(findings: Findings, at: Case, contract: ReferenceKind, start: Site): void {
	if (isNone(at.held.code)) return;
	for (const kind of KINDS) {
		const more = at.held[kind] - (kind === contract ? 1 : 0);
		if (more > 0) addProblem(findings, at, LEAKS[kind], at.held.taken ?? start, "nobody gives it back: callers do not count on it");
		if (more < 0) addProblem(findings, at, "put-unowned", at.held.put ?? start, "callers count on it, and it is not held");
	}
}

function storeIn(findings: Findings, at: Case, field: string, site: Site): void {
	const { users, count } = at.held;
	for (const kind of KINDS) if (at.held[kind] > 0) addEffect(findings, at, { field, change: "takes", kind }, site);
	if (at.held.watched) addEffect(findings, at, { field, change: "watched" }, site);
	if (users !== 0 || count !== 0) return;
	addEffect(findings, at, { field, change: "stores" }, site);
}

/** What was taken is mm_users, and what is given back mm_count: no way leads from one to the other. */
function isMixed(findings: Findings, at: Case, site: Site): boolean {
	const { users, count, taken, put } = at.held;
	if (users <= 0 || count >= 0) return false;
	addProblem(findings, at, "put-wrong-kind", put ?? site, "what was taken is mm_users, what is given back mm_count", { other: taken });
	return true;
}

function settleParam(findings: Findings, at: Case, site: Site, returned: boolean, failed: boolean): void {
	const { held } = at;
	if (isMixed(findings, at, site)) return;
	const isMore = held.users > 0 || held.count > 0;
	if (isMore && held.stored.length > 0) findings.keeping.push(at);
	if (isMore && failed && held.stored.length === 0 && !returned) findings.failing.push({ at, site });
	const changes = held.users !== 0 || held.count !== 0;
	const isOwn = held.users >= 0 && held.count >= 0 && changes && held.stored.length > 0 && !returned;
	if (isOwn) findings.passesOn = true;
	else if (changes || held.stored.length > 0 || returned) passOn(findings);
	for (const kind of KINDS) if (held[kind] < 0) findings.putsUnknown.add(kind);
	const fields = fieldsOf(findings, at);
	if (changes) storeInAll(findings, at, fields, held.taken ?? site);
	else for (const field of fields) if (field !== undefined) addEffect(findings, at, { field, change: "moves", from: "" }, site);
}

/** A function that keeps what it takes of a given mm in an object when all goes well, and when it fails has no object to keep it in. */
export function settleFailing(findings: Findings): void {
	const { keeping, failing } = findings;
	/* who gets it on the way that keeps it, too, takes no reference over */
	const isKnown = (site: Site): boolean => keeping.every(({ held }) => held.handed.includes(site));
	for (const { at, site } of keeping.length > 0 ? failing : [])
		for (const kind of KINDS)
			if (at.held[kind] > 0 && at.held.handed.every(isKnown))
				addProblem(
					findings,
					at,
					LEAKS[kind],
					at.held.taken ?? site,
					"on this way the function fails, and nobody can know that it is held",
					{
						end: { site, text: "the function fails" },
					},
				);
}

function settleField(findings: Findings, at: Case, site: Site, returned: boolean): void {
	const { held, place } = at;
	if (place?.place !== "field") return;
	const others = fieldsOf(findings, at).filter((field) => field !== undefined && field !== place.field);
	const isNew = held.users > 0 || held.count > 0;
	if (isMixed(findings, at, site)) return;
	if (isNew && held.lost && others.length === 0 && held.stored.length === 0 && held.users >= 0 && held.count >= 0) {
		addProblem(findings, at, "grab-before-assign", held.taken ?? site, "the field gets its mm only afterwards", { other: held.lost });
		/* it was meant for what the field holds then */
		for (const kind of KINDS)
			if (held[kind] > 0) addEffect(findings, at, { field: place.field, change: "takes", kind }, held.taken ?? site);
		return;
	}
	if (returned) passOn(findings);
	if (returned && isNew) return;
	if (others.length > 0) {
		if (isNew) return storeInAll(findings, at, others, held.taken ?? site);
		for (const field of others) if (field !== undefined) addEffect(findings, at, { field, change: "moves", from: place.field }, site);
	}
	for (const kind of KINDS) {
		if (held[kind] > 0) addEffect(findings, at, { field: place.field, change: "takes", kind }, held.taken ?? site, held.put);
		if (held[kind] < 0) addEffect(findings, at, { field: place.field, change: "gives", kind }, held.put ?? site, held.taken);
	}
}

function settleUnknown(findings: Findings, { held }: Case): void {
	for (const kind of KINDS) if (held[kind] < 0) findings.putsUnknown.add(kind);
}
