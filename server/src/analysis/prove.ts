/** Proves fixes: applies the edits of a draft, takes the facts of the edited texts, and judges the use again. */

import type { Judged } from "../checker/judge.ts";
import type { FoundUse } from "../checker/uses.ts";
import type { FixDraft } from "../fixes/draft.ts";
import { makersFor } from "../fixes/index.ts";
import { keyOfSlot } from "../program/callers.ts";
import { editTree, functionsEdited, macroEdited, type Unproved } from "./edited.ts";
import { joinEdits } from "./edits.ts";
import { type Judgements, openJudgements } from "./judgements.ts";
import { nameOfRun } from "./outcome.ts";
import { proveOwnerFixes } from "./prove-owner.ts";
import type { Fix, Use } from "./types.ts";

/**
 * The fixes of a finding that do what they say: with them the use has the verdict that was wanted, and no use that they can change has a new
 * finding. Those that leave a text to write must change nothing until it is written. At most one is preferred.
 * Each step is a short piece of the work: the tree is not touched between them.
 */
export function* proveFixes(unproved: Unproved): Generator<undefined, readonly Fix[]> {
	const { tree, judgements, finding } = unproved;
	const use = [...judgements.places.values()].find((candidate) => judgements.idOf(candidate) === finding.useId);
	if (finding.useId === undefined) return yield* proveOwnerFixes(unproved);
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
	const edited = editTree(unproved.tree, unproved.extract, draft.edits);
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
	return macroEdited(unproved.tree, draft.edits) === undefined || after.uses.every((other) => !sharesMacro(other, fixed) || isRight(other));
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
	const edited = functionsEdited(judgements.program, tree, draft.edits);
	const fields = new Set(fieldsOf(judgements.judge(use).judged));
	return [...judgements.places.values()].filter((other) => {
		const { judged } = judgements.judge(other);
		if (other === use || edited.has(nameOfRun(other.fn.file, other.fn.facts.name)) || sharesMacro(other, use)) return true;
		if (fieldsOf(judged).some((field) => fields.has(field))) return true;
		return judgements.outcome(other).runs.some((fn) => edited.has(fn));
	});
}

function fieldsOf(judged: Judged): readonly string[] {
	return judged.routes.flatMap((route) => route.wide.captures.map((capture) => keyOfSlot(capture.slot)));
}

function isRight({ verdict }: Use): boolean {
	return verdict === "held" || verdict === "guarded";
}

function sharesMacro(a: Pick<Use, "macro">, b: Pick<Use, "macro">): boolean {
	return a.macro !== undefined && a.macro.name === b.macro?.name && a.macro.file === b.macro.file;
}
