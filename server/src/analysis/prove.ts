/** Proves fixes: applies the edits of a draft, takes the facts of the edited texts, and judges the use again. */

import type { Judged } from "../checker/judge.ts";
import type { FoundUse } from "../checker/uses.ts";
import type { FileFacts, MacroFacts } from "../facts/types.ts";
import type { FixDraft } from "../fixes/draft.ts";
import { makersFor } from "../fixes/index.ts";
import { applyEdits } from "../fixes/layout.ts";
import { keyOfSlot } from "../program/callers.ts";
import type { Program } from "../program/program.ts";
import { joinEdits } from "./edits.ts";
import { type Judgements, openJudgements } from "./judgements.ts";
import type { Extract, Settings, SourceFile, Tree } from "./snapshot.ts";
import type { Applicability, Finding, Fix, Use } from "./types.ts";

/** A finding, and the tree that it was found in. */
export interface Unproved {
	readonly finding: Finding;
	readonly judgements: Judgements;
	readonly tree: Tree;
	readonly settings: Settings;
	readonly extract: Extract;
	readonly wanted: readonly Applicability[];
}

/**
 * The fixes of a finding that do what they say: with them the use has the verdict that was wanted, and no use that they can change has a new
 * finding. Those that leave a text to write must change nothing until it is written. At most one is preferred.
 * Each step is a short piece of the work: the tree is not touched between them.
 */
export function* proveFixes(unproved: Unproved): Generator<undefined, readonly Fix[]> {
	const { tree, judgements, finding } = unproved;
	const use = [...judgements.places.values()].find((candidate) => judgements.idOf(candidate) === finding.useId);
	if (!use) return [];
	const context = { program: judgements.program, ...judgements.judge(use), text: (path: string) => tree.text(path) };
	const made = makersFor(finding.rule).flatMap((make) => make(context, finding));
	const drafts = made.filter((draft) => unproved.wanted.includes(draft.applicability));
	const fixes: Fix[] = [];
	for (const other of drafts.length > 0 ? judgements.places.values() : []) {
		judgements.judge(other);
		yield;
	}
	for (const draft of drafts) {
		const { wanted, ...fix } = draft;
		if (!(yield* holds(unproved, use, draft))) continue;
		fixes.push({
			...fix,
			edits: joinEdits(fix.edits),
			preferred: fix.preferred && !fixes.some((other) => other.preferred),
			verdictAfter: wanted,
		});
	}
	return fixes;
}

function* holds(unproved: Unproved, use: FoundUse, draft: FixDraft): Generator<undefined, boolean> {
	const { finding, judgements, settings } = unproved;
	const edited = editTree(unproved, draft);
	if (!edited) return false;
	const affected = usesAffected(unproved, use, draft);
	const ids = new Set(affected.map(judgements.idOf));
	const before = new Set(judgements.tell(affected).findings.map((known) => known.fingerprint));
	yield;
	const opened = openJudgements(edited, settings);
	const again = [...opened.places.values()].filter((other) => ids.has(opened.idOf(other)));
	for (const other of again) {
		opened.judge(other);
		yield;
	}
	const after = opened.tell(again);
	const fixed = after.uses.find((candidate) => candidate.id === finding.useId);
	if (fixed?.verdict !== draft.wanted || after.findings.some((known) => !before.has(known.fingerprint))) return false;
	if (draft.applicability !== "placeholder" && leavesReferences(judgements, opened, draft)) return false;
	if (draft.applicability === "placeholder") return after.findings.length === before.size;
	return macroEdited(unproved.tree, draft) === undefined || after.uses.every((other) => !sharesMacro(other, fixed) || isRight(other));
}

/** Whether the edits take or give back a reference that nobody gives back or holds. */
function leavesReferences(before: Judgements, after: Judgements, draft: FixDraft): boolean {
	const files = new Set(draft.edits.map(({ file }) => file));
	const isEdited = (file: string): boolean => files.has(file);
	const known = new Set(before.owners.tell(isEdited).map(({ fingerprint }) => fingerprint));
	return after.owners.tell(isEdited).some(({ fingerprint }) => !known.has(fingerprint));
}

/** The uses of which the edits can change what is said: those with a field or the macro of this one, and those whose threads run through what is edited. */
function usesAffected({ judgements, tree }: Unproved, use: FoundUse, draft: FixDraft): readonly FoundUse[] {
	const edited = functionsEdited(judgements.program, tree, draft);
	const fields = new Set(fieldsOf(judgements.judge(use).judged));
	return [...judgements.places.values()].filter((other) => {
		const { judged } = judgements.judge(other);
		if (other === use || edited.has(nameOf(other.fn.file, other.fn.facts.name)) || sharesMacro(other, use)) return true;
		if (fieldsOf(judged).some((field) => fields.has(field))) return true;
		const threads = judged.routes.flatMap((route) => route.assembled.program.threads);
		return threads.some(({ code }) => code.some(({ site }) => edited.has(nameOf(site.file, site.function))));
	});
}

function fieldsOf(judged: Judged): readonly string[] {
	return judged.routes.flatMap((route) => route.wide.captures.map((capture) => keyOfSlot(capture.slot)));
}

function nameOf(file: string, fn: string): string {
	return `${file} ${fn}`;
}

/** The functions in which the edits stand, and those that call a macro in which they do. */
function functionsEdited(program: Program, tree: Tree, draft: FixDraft): ReadonlySet<string> {
	const edited = new Set<string>();
	for (const { file, line } of draft.edits)
		for (const fn of factsAround(tree, file, line).flatMap(({ functions }) => functions))
			if (line > fn.line && line <= fn.line + fn.lineStarts.length + 1) edited.add(nameOf(file, fn.name));
	const macro = macroEdited(tree, draft);
	for (const fn of macro ? program.functionsCalling([macro.name]) : []) edited.add(nameOf(fn.file, fn.facts.name));
	return edited;
}

/** The macro in which an edit of a draft stands. */
function macroEdited(tree: Tree, draft: FixDraft): MacroFacts | undefined {
	for (const { file, line } of draft.edits)
		for (const macro of factsAround(tree, file, line).flatMap(({ macros }) => macros))
			if (line > macro.line && line <= macro.line + macro.lineStarts.length + 1) return macro;
	return undefined;
}

/** The facts of the pieces that stand on a line (from 1) or right beside it. */
function factsAround(tree: Tree, file: string, line: number): readonly FileFacts[] {
	const pieces = tree.files.get(file)?.pieces;
	if (pieces === undefined) return [];
	return pieces.onLines(line - 2, line).map((piece) => pieces.facts(piece));
}

function isRight({ verdict }: Use): boolean {
	return verdict === "held" || verdict === "guarded";
}

function sharesMacro(a: Pick<Use, "macro">, b: Pick<Use, "macro">): boolean {
	return a.macro !== undefined && a.macro.name === b.macro?.name && a.macro.file === b.macro.file;
}

/** The tree with the edits of a draft; undefined when a file of them is not there. */
function editTree({ tree, extract }: Unproved, draft: FixDraft): Tree | undefined {
	const texts = new Map<string, string>();
	const files = new Map<string, SourceFile>(tree.files);
	for (const path of new Set(draft.edits.map((edit) => edit.file))) {
		const edits = draft.edits.filter((edit) => edit.file === path);
		const text = tree.text(path);
		const source = tree.files.get(path);
		const edited = text === undefined ? undefined : applyEdits(text, edits);
		if (edited === undefined || source === undefined) return undefined;
		texts.set(path, edited);
		files.set(path, { path, pieces: extract(edited, source.pieces) });
	}
	return {
		files,
		has: (path) => tree.has(path),
		text: (path) => texts.get(path) ?? tree.text(path),
		...(tree.common && { common: tree.common }),
	};
}
