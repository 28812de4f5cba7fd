/** The uses of a tree, judged when they are asked for and at most once, as the plain data of reports. */

import type { KernelFeatures } from "../checker/assemble.ts";
import { type Explained, explain } from "../checker/explain.ts";
import { type Judged, judge as judgeRoutes } from "../checker/judge.ts";
import { textOf } from "../checker/lower-expressions.ts";
import { type FoundUse, findUses } from "../checker/uses.ts";
import { Work } from "../checker/work.ts";
import { decideFeature, IO_URING, USE_COUNTS } from "../kernel/features.ts";
import { functionSlots, kernelFunctions, type ReadText, signatureOf } from "../kernel/index.ts";
import { KernelTable } from "../program/kernel-table.ts";
import type { CallExpr } from "../program/occurrences.ts";
import { lineIn, placeOf } from "../program/places.ts";
import { type FunctionDef, Program } from "../program/program.ts";
import type { Record } from "../program/questions.ts";
import { USE_RULES } from "../rules/index.ts";
import { doneBefore } from "./done.ts";
import { describeFailure } from "./failure.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Ignore, isIgnored, readIgnores } from "./ignore.ts";
import { LatestBySettings } from "./latest.ts";
import { joinUnclear, type Outcome, outcomeOf, SavedCheck, saveOutcome, unclearIn } from "./outcome.ts";
import { type Owners, openOwners } from "./owners.ts";
import { relocate } from "./relocate.ts";
import type { SavedOutcome, SavedOutcomes, Settings, Tree, Unclear } from "./snapshot.ts";
import type { CarryingField, Finding, Fix, Report, Severity, Use, UseInView } from "./types.ts";

/** A use, and what came out about it. */
export interface Judgement {
	readonly judged: Judged;
	readonly explained: Explained;
}

/** What was found out last about a call, and what has to be as it was for that to hold. */
interface Known {
	readonly fn: FunctionDef;
	readonly basis: string;
	readonly judgement: Judgement;
	readonly outcome: Outcome;
	readonly record: Record;
}

const latestJudgements = new LatestBySettings<CallExpr, Known>();

/** The table that was made last for settings, and the texts that decided on it. */
const tables = new WeakMap<Settings, DecidedTable & { readonly texts: ReadonlyMap<string, string | undefined> }>();

interface DecidedTable {
	readonly table: KernelTable;
	readonly signature: string;
}

/** The same table as long as the same texts decide on it. */
function kernelTableOf(settings: Settings, readText: ReadText | undefined): DecidedTable {
	const before = tables.get(settings);
	if (before && [...before.texts].every(([path, text]) => readText?.(path) === text)) return before;
	const texts = new Map<string, string | undefined>();
	const read = (path: string): string | undefined => {
		const text = readText?.(path);
		texts.set(path, text);
		return text;
	};
	const functions = kernelFunctions(settings.kernel, settings.functions, readText && read);
	const table = new KernelTable(functions, functionSlots(settings.kernel), settings.functions);
	const decided = { table, signature: JSON.stringify([settings.kernel, signatureOf(functions)]), texts };
	tables.set(settings, decided);
	return decided;
}

/** A program, and the uses in it by file, line and column. */
export interface Judgements {
	readonly program: Program;
	readonly places: ReadonlyMap<UseInView, FoundUse>;
	idOf(use: FoundUse): string;
	judge(use: FoundUse): Judgement;
	/** What came out about a use, now or in an earlier program where that holds. */
	outcome(use: FoundUse): Outcome;
	/** What reports say of some uses, silenced or not. */
	tellAll(uses: Iterable<FoundUse>): Told;
	/** What was not understood on the way to some uses. */
	unclearOf(uses: Iterable<FoundUse>): Unclear;
	/** As tellAll; what is silenced is left out of the findings. */
	tell(uses: Iterable<FoundUse>): Told;
	/** The findings that no ignore comment silences. */
	heard(findings: readonly Finding[]): readonly Finding[];
	readonly owners: Owners;
	save(): SavedOutcomes;
	/** Fixes that were proved before for the finding of a use, or of none, if nothing that can matter to them has changed. */
	savedFixes(use: FoundUse | undefined, key: string): readonly Fix[] | undefined;
	/** Puts fixes down for {@link save}. */
	keepFixes(key: string, fixes: readonly Fix[]): void;
}

/** What reports say of some uses. */
export type Told = Pick<Report, "uses" | "findings">;

/** Opens a tree; nothing is judged yet. */
export function openJudgements(tree: Tree, settings: Settings): Judgements {
	const shown = settings.kernelForced ? undefined : { has: (path: string) => tree.has(path), text: (path: string) => tree.text(path) };
	const { table: kernel, signature } = kernelTableOf(settings, shown?.text);
	const program = new Program(tree, kernel);
	const features = {
		ioUring: decideFeature(IO_URING, settings.kernel, shown) ?? true,
		useCounts: decideFeature(USE_COUNTS, settings.kernel, shown) ?? "always",
	};
	const places = new Map([...findUses(program)].sort((a, b) => inOrder(program, a, b)).map((use) => [placeOfUse(program, use), use]));
	const ids = idsOf(places);
	const idOf = (use: FoundUse): string => ids.get(use) ?? "";
	const latest = latestJudgements.of(settings);
	const basis = JSON.stringify([features, signature]);
	const done = doneBefore(settings, basis, new Set(ids.values()));
	const check = tree.saved && new SavedCheck(tree, tree.saved, program, basis);
	/** What was found out here, or earlier and holds. */
	const outcomes = new Map<FoundUse, Known | SavedOutcome>();
	const know = (use: FoundUse): Known => {
		const isRight = (known: Known): boolean => known.fn === use.fn && known.basis === basis && program.stillHolds(known.record);
		const before = latest.find(use.call, isRight);
		if (before) {
			program.takeOver(before.record);
			return before;
		}
		const work = new Work(program, done.get(idOf(use)));
		const { answer: judgement, record } = program.record(() => judgeUse(program, use, features, work));
		program.takeOver(record);
		done.set(idOf(use), work.done);
		const known = { fn: use.fn, basis, judgement, outcome: outcomeOf(judgement.judged, judgement.explained), record };
		latest.set(idOf(use), use.call, known);
		return known;
	};
	const find = (use: FoundUse): Known | SavedOutcome => {
		const known = outcomes.get(use) ?? check?.find(idOf(use)) ?? know(use);
		if ("needs" in known) for (const need of known.needs) program.need(need);
		else program.takeOver(known.record);
		outcomes.set(use, known);
		return known;
	};
	/** What came out, with the places of this tree: those of what was saved are. */
	const placed = (known: Known | SavedOutcome): Outcome => ("record" in known ? relocate(tree, known.outcome) : (known.outcome as Outcome));
	const ignores = new Map<string, readonly Ignore[]>();
	const isSilenced = ({ rule, file, line }: Finding): boolean => {
		const known = ignores.get(file) ?? readIgnores(tree.text(file) ?? "");
		ignores.set(file, known);
		return isIgnored(known, rule, line);
	};
	const heard = (findings: readonly Finding[]): readonly Finding[] => findings.filter((finding) => !isSilenced(finding));
	const tellAll = (asked: Iterable<FoundUse>): Told => {
		const uses: Use[] = [];
		const findings: Finding[] = [];
		const seen = new Map<string, number>();
		for (const use of asked) {
			const outcome = placed(find(use));
			const told = useOf(program, use, idOf(use), outcome);
			uses.push(told);
			findings.push(...findingsOf(use, told, outcome, settings, seen));
		}
		return { uses, findings };
	};
	const unclearOf = (asked: Iterable<FoundUse>): Unclear => {
		const all = [...asked].map(find);
		const records = all.flatMap((known) => ("record" in known ? [known.record] : []));
		const met = all.flatMap((known) => ("record" in known ? [] : [known.unclear]));
		return joinUnclear([...met, unclearIn(program, records)]);
	};
	const tell = (asked: Iterable<FoundUse>): Told => {
		const told = tellAll(asked);
		return { ...told, findings: heard(told.findings) };
	};
	const owners = openOwners(tree, program, settings, basis, check);
	const fixes = new Map<string, readonly Fix[]>();
	const save = (): SavedOutcomes => {
		const uses: { [id: string]: SavedOutcome } = {};
		for (const use of places.values()) {
			const known = outcomes.get(use) ?? check?.find(idOf(use));
			if (known) uses[idOf(use)] = "record" in known ? saveOutcome(program, known.record, placed(known)) : known;
		}
		const isSame = check?.isUnchanged === true && tree.saved !== undefined;
		return { basis, uses, ...owners.save(), fixes: { ...(isSame ? tree.saved.outcomes.fixes : {}), ...Object.fromEntries(fixes) } };
	};
	const savedFixes = (use: FoundUse | undefined, key: string): readonly Fix[] | undefined => {
		const saved = tree.saved?.outcomes.fixes[key];
		if (use === undefined) return check?.isUnchanged ? saved : undefined;
		const outcome = saved && check?.find(idOf(use))?.outcome;
		if (saved === undefined || outcome === undefined || !check) return undefined;
		const others = [...places.values()].filter((other) => check.find(idOf(other)) === undefined);
		const edited = new Set(saved.flatMap((fix) => fix.edits.map(({ file }) => file)));
		if ([...edited].some((file) => check.isChanged(file))) return undefined;
		/* a use that is judged anew must have nothing in common with this one */
		const fields = new Set(((outcome as Outcome).fields ?? []).map(nameOfField));
		const isApart = (other: FoundUse): boolean =>
			!edited.has(other.fn.file) &&
			other.fn.file !== use.fn.file &&
			(use.macro === undefined || other.macro?.name !== use.macro.name) &&
			!((find(other).outcome as Outcome).fields ?? []).some((field) => fields.has(nameOfField(field)));
		return check.hasSameUses(ids.values()) && others.every(isApart) ? saved : undefined;
	};
	const outcome = (use: FoundUse): Outcome => placed(find(use));
	const keepFixes = (key: string, proved: readonly Fix[]): void => void fixes.set(key, proved);
	return {
		program,
		places,
		idOf,
		judge: (use) => know(use).judgement,
		outcome,
		tellAll,
		unclearOf,
		tell,
		heard,
		owners,
		save,
		savedFixes,
		keepFixes,
	};
}

function nameOfField({ struct, field, file }: CarryingField): string {
	return `${file} ${struct} ${field}`;
}

function judgeUse(program: Program, use: FoundUse, features: KernelFeatures, work: Work): Judgement {
	try {
		const judged = judgeRoutes(program, use, features, work);
		return { judged, explained: explain(program, judged, work) };
	} catch (error) {
		const why = `Nothing is known of this use: ${describeFailure(error)}.`;
		return {
			judged: { use, routes: [], lost: [], nulls: 0, contract: false },
			explained: { verdict: "unknown", why, assumes: [], contradictions: [] },
		};
	}
}

/** Ids of uses: they depend on the file, the function, the expression, and which of several alike it is. */
function idsOf(found: ReadonlyMap<UseInView, FoundUse>): ReadonlyMap<FoundUse, string> {
	const seen = new Map<string, number>();
	return new Map(
		[...found].map(([{ file, function: fn, mm }, use]) => [use, fingerprintOf("use", file, fn, mm, nthOf(seen, `${file}\0${fn}\0${mm}`))]),
	);
}

function placeOfUse(program: Program, { fn, call, mm }: FoundUse): UseInView {
	const facts = program.placed(fn);
	const start = placeOf(facts, call.at);
	const end = placeOf(facts, Math.max(call.end, call.at + 1));
	return { file: fn.file, ...start, endLine: end.line, endColumn: end.column, function: fn.facts.name, mm: textOf(mm) };
}

function inOrder(program: Program, a: FoundUse, b: FoundUse): number {
	return program.inOrder(a.fn, b.fn) || a.call.at - b.call.at;
}

function calleeOf(found: FoundUse): string {
	return textOf(found.call.callee);
}

function nthOf(seen: Map<string, number>, key: string): number {
	const nth = seen.get(key) ?? 0;
	seen.set(key, nth + 1);
	return nth;
}

function useOf(program: Program, found: FoundUse, id: string, explained: Outcome): Use {
	const place = placeOfUse(program, found);
	return {
		id,
		...place,
		verdict: explained.verdict,
		why: explained.why,
		...(explained.guarantee ? { guarantee: explained.guarantee } : {}),
		...(found.macro
			? { macro: { name: found.macro.name, file: found.macro.file, line: lineIn(program.tree, found.macro.file, found.macro.line) + 1 } }
			: {}),
		explored: explained.explored,
		...(explained.assumes.length > 0 ? { assumes: explained.assumes } : {}),
		...(explained.captures ? { captures: explained.captures } : {}),
		...(explained.fields ? { fields: explained.fields } : {}),
		...(explained.witness ? { witness: explained.witness } : {}),
		...(explained.trace ? { trace: explained.trace } : {}),
		...(explained.graphs ? { graphs: explained.graphs } : {}),
	};
}

function findingsOf(found: FoundUse, use: Use, explained: Outcome, settings: Settings, seen: Map<string, number>): readonly Finding[] {
	const findings: Finding[] = [];
	for (const rule of USE_RULES)
		for (const match of rule.match({ mm: use.mm, call: calleeOf(found) }, explained)) {
			const severity = settings.severity[rule.id] ?? rule.severity;
			if (severity === "off") continue;
			const place = match.at
				? { file: match.at.file, line: match.at.line, column: 1, endLine: match.at.line, endColumn: 1 }
				: { file: use.file, line: use.line, column: use.column, endLine: use.endLine, endColumn: use.endColumn };
			const key = match.at ? `${rule.id}\0${place.file}\0${match.at.line}` : `${rule.id}\0${place.file}\0${use.function}\0${use.mm}`;
			/* several uses of one macro speak of the same comment */
			if (match.at && seen.has(key)) continue;
			const fingerprint = fingerprintOf(rule.id, place.file, use.function, match.at ? match.message : use.mm, nthOf(seen, key));
			findings.push({
				id: fingerprint,
				useId: use.id,
				fingerprint,
				rule: rule.id,
				severity: severity as Severity,
				...place,
				function: use.function,
				message: match.message,
				...(match.withTrace && use.trace ? { trace: use.trace } : {}),
				...(match.withTrace && use.graphs ? { graphs: use.graphs } : {}),
				fixes: [],
			});
		}
	return findings;
}
