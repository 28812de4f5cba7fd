/** References that fields hold, over all functions: what one leaves in a field another has to give back. */

import { folderOf, type Group, groupsOf } from "./groups.ts";
import type { FieldEffect, Ownership, Problem, ProblemKind, ReferenceKind } from "./types.ts";

/** What is known of all functions that take part. */
export interface Owners {
	readonly functions: readonly Ownership[];
	/**
	 * What the functions do that store to a field (`tag.field`), whether or not they take part otherwise.
	 * @param folders where it is looked for also when the struct is not known
	 */
	writersOf(field: string, folders: ReadonlySet<string>): readonly Ownership[];
	/** Whether two files are never part of one kernel. */
	areApart(a: string, b: string): boolean;
}

const KINDS: readonly ReferenceKind[] = ["users", "count"];
const OTHER: Readonly<Record<ReferenceKind, ReferenceKind>> = { users: "count", count: "users" };
const LEAKS: Readonly<Record<ReferenceKind, ProblemKind>> = { users: "users-leak", count: "count-leak" };
const COUNTER: Readonly<Record<ReferenceKind, string>> = { users: "mm_users", count: "mm_count" };

/** Effects at which something can be reported. */
const CHANGING: ReadonlySet<FieldEffect["change"]> = new Set<FieldEffect["change"]>(["takes", "gives", "stores", "gets", "after"]);

/** What is wrong with the references that fields hold, as far as everything that takes part is in view. */
export function judgeFields(owners: Owners): readonly Problem[] {
	return groupsOf(owners.functions).flatMap((group) => {
		const changing = group.effects.filter(({ change, aside }) => aside || CHANGING.has(change));
		const files = new Set(changing.map(({ at }) => at.file));
		return [...files].flatMap((file) => {
			const effects = group.effects.filter(({ at }) => at.file === file || !files.has(at.file) || !owners.areApart(file, at.file));
			return judgeGroup(owners, { fields: group.fields, effects }).filter(({ at }) => at.file === file);
		});
	});
}

/** What is done to the fields of a group. */
type Of = (change: FieldEffect["change"], kind?: ReferenceKind) => readonly FieldEffect[];

function selectFrom(effects: readonly FieldEffect[]): Of {
	return (change, kind) => effects.filter((effect) => effect.change === change && (kind === undefined || effect.kind === kind));
}

function judgeGroup(owners: Owners, group: Group): readonly Problem[] {
	const { fields, effects } = group;
	const isUnclear = owners.functions.some((own) => own.unclear !== undefined && own.effects.some((effect) => effects.includes(effect)));
	if (isUnclear) return [];
	const field = [...fields].map((name) => name.replace(/^.*\//, ""))[0] ?? "";
	const folders = new Set(effects.map(({ at }) => folderOf(at.file)));
	/* who is looked into by its callers gives back what they have */
	const putsElsewhere = (kind: ReferenceKind): boolean =>
		owners.functions.some(
			(own) => own.putsUnknown.includes(kind) && folders.has(folderOf(own.entered[0] ?? "")) && !isEntered(owners, own),
		);
	const problems: Problem[] = [];
	const add = (kind: ProblemKind, found: readonly FieldEffect[], why: string, other?: FieldEffect): void => {
		for (const effect of found) {
			const related = other ? { other: other.at } : effect.other ? { other: effect.other } : {};
			problems.push({ kind, at: effect.at, mm: effect.mm, ...related, why, trace: effect.trace });
		}
	};
	const of = selectFrom(effects);
	for (const kind of KINDS) {
		const takes = of("takes", kind);
		if (takes.length === 0 || of("gives", kind).length > 0 || putsElsewhere(kind)) continue;
		const other = OTHER[kind];
		const wrong = of("gives", other);
		if (wrong.length > 0 && of("takes", other).length === 0)
			add("put-wrong-kind", wrong, `${field} holds ${COUNTER[kind]}, and ${COUNTER[other]} is given back`, takes[0]);
		else add(LEAKS[kind], takes, `nothing in view gives back what ${field} holds`);
	}
	for (const kind of KINDS)
		if (of("takes", kind).length > 0 && of("takes", OTHER[kind]).length === 0)
			add("use-after-put", of("after", kind), `${field} held the only reference`);
	const isAsked =
		KINDS.some((kind) => of("gives", kind).length > 0 && of("takes", kind).length === 0) ||
		of("gets").length > 0 ||
		effects.some(({ aside }) => aside);
	const all = isAsked ? withWriters(owners, group) : undefined;
	if (!all) return problems;
	const filledBy = selectFrom(all);
	for (const kind of KINDS) {
		const other = OTHER[kind];
		const filled = [...filledBy("stores"), ...filledBy("takes", other)];
		if (filledBy("takes", kind).length > 0 || filled.length === 0) continue;
		/* said above, as the wrong kind */
		if (filledBy("takes", other).length > 0 && filledBy("gives", other).length === 0) continue;
		add("put-unowned", of("gives", kind), `nothing in view takes ${COUNTER[kind]} for ${field}`, filled[0]);
	}
	const watched = all.some(({ change }) => change === "watched");
	const holdsUsers = filledBy("takes", "users").length > 0 || filledBy("gives", "users").length > 0;
	const holdsCount = filledBy("takes", "count").length > 0;
	if (!holdsUsers && (holdsCount || filledBy("stores").length > 0))
		add("get-from-zero", of("gets"), `${field} holds ${holdsCount ? "only mm_count" : "no reference"}`);
	if (holdsUsers || watched) return problems;
	const aside = (change: FieldEffect["change"]): readonly FieldEffect[] => of(change).filter((effect) => effect.aside);
	if (holdsCount) add("access-without-users-ref", aside("accesses"), `${field} holds only mm_count`);
	const [looked] = [...aside("accesses"), ...aside("derefs")];
	if (!holdsCount && looked) add("stored-without-ref", filledBy("stores"), `a thread of its own looks into it`, looked);
	return problems;
}

/** Whether an mm is stored of which the function does not know whence it comes. */
function isGiven({ change, from }: FieldEffect): boolean {
	return change === "moves" && from === "";
}

function isEntered({ functions }: Owners, { entered }: Ownership): boolean {
	return functions.some((other) => other.entered[0] !== entered[0] && other.entered.includes(entered[0] ?? ""));
}

/** All that is done to the fields, by who stores to them too; undefined where something is stored of which nobody knows whence. */
function withWriters(owners: Owners, { fields, effects }: Group): readonly FieldEffect[] | undefined {
	const folders = new Set(effects.map(({ at }) => folderOf(at.file)));
	const written = [...fields].flatMap((name) => owners.writersOf(name, folders));
	if (written.some(({ unclear }) => unclear !== undefined)) return undefined;
	const last = new Set([...fields].map((name) => name.replace(/^.*\//, "")));
	/* what a function is given to store, those say who look into it */
	const isAnswered = (effect: FieldEffect): boolean =>
		isGiven(effect) && owners.functions.some((own) => own.effects.includes(effect) && isEntered(owners, own));
	const all = [
		...effects.filter((effect) => !isAnswered(effect)),
		...written.flatMap((own) => own.effects.filter(({ field }) => last.has(field))),
	];
	return all.some(isGiven) ? undefined : all;
}
