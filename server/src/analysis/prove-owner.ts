/** Proves fixes of findings about references and ignore comments: applies the edits, and judges again who owns what. */

import { folderOf } from "../checker/ownership/groups.ts";
import type { OwnerDraft } from "../fixes/owner-draft.ts";
import { ownerMakersFor } from "../fixes/owners.ts";
import { editTree, functionsEdited, type Unproved } from "./edited.ts";
import { joinEdits } from "./edits.ts";
import { ABOUT_IGNORES, judgeIgnores } from "./judge-ignores.ts";
import { type Judgements, openJudgements } from "./judgements.ts";
import { nameOfRun } from "./outcome.ts";
import type { Settings, Tree } from "./snapshot.ts";
import type { Finding, Fix } from "./types.ts";

/** A tree, as far as edits of some files can change what is said of it. */
interface Scope {
	readonly files: ReadonlySet<string>;
	/** Ids of the uses in these files, and of those whose threads run through what is edited. */
	readonly uses: ReadonlySet<string>;
}

/**
 * The fixes that do what they say: with them the finding is gone, and none is new, about the references that files of the same folders keep,
 * the uses that the edits can change, and the ignore comments of the edited files.
 */
export function* proveOwnerFixes(unproved: Unproved): Generator<undefined, readonly Fix[]> {
	const { tree, judgements, finding, wanted } = unproved;
	const context = { program: judgements.program, text: (path: string) => tree.text(path) };
	const drafts = ownerMakersFor(finding.rule, ABOUT_IGNORES.has(finding.rule)).flatMap((make) => make(context, finding));
	const fixes: Fix[] = [];
	for (const draft of drafts) {
		if (!wanted.includes(draft.applicability) || fixes.some(({ id }) => id === draft.id)) continue;
		yield;
		if (!(yield* isMended(unproved, draft))) continue;
		fixes.push({ ...draft, edits: joinEdits(draft.edits), preferred: draft.preferred && !fixes.some((other) => other.preferred) });
	}
	return fixes;
}

function* isMended({ tree, judgements, finding, settings, extract }: Unproved, draft: OwnerDraft): Generator<undefined, boolean> {
	const { edits } = draft;
	const edited = editTree(tree, extract, edits);
	if (!edited) return false;
	const files = new Set(edits.map(({ file }) => file));
	const functions = functionsEdited(judgements.program, tree, edits);
	const uses = new Set<string>();
	for (const use of judgements.places.values()) {
		const isNear = files.has(use.fn.file) || functions.has(nameOfRun(use.fn.file, use.fn.facts.name));
		if (isNear || judgements.outcome(use).runs.some((fn) => functions.has(fn))) uses.add(judgements.idOf(use));
		yield;
	}
	const before = findingsIn(tree, judgements, settings, { files, uses });
	yield;
	const opened = openJudgements(edited, settings);
	const after = findingsIn(edited, opened, settings, { files, uses });
	if (draft.applicability === "placeholder") return isUntouched(before, after);
	const known = new Set(before.map(({ fingerprint }) => fingerprint));
	const isOfKind = ({ rule, file, function: fn }: Finding): boolean =>
		rule === finding.rule && file === finding.file && fn === finding.function;
	return (
		known.has(finding.fingerprint) &&
		after.every(({ fingerprint }) => known.has(fingerprint)) &&
		after.filter(isOfKind).length < before.filter(isOfKind).length
	);
}

/** Whether a comment that nobody has finished changes nothing: but for what is said of the comment itself. */
function isUntouched(before: readonly Finding[], after: readonly Finding[]): boolean {
	const said = (findings: readonly Finding[]): string =>
		findings
			.filter(({ rule }) => !ABOUT_IGNORES.has(rule))
			.map(({ fingerprint }) => fingerprint)
			.sort()
			.join();
	return said(before) === said(after);
}

/** What is found, silenced findings left out. */
function findingsIn(tree: Tree, judgements: Judgements, settings: Settings, { files, uses }: Scope): readonly Finding[] {
	const folders = new Set([...files].map(folderOf));
	const asked = [...judgements.places.values()].filter((use) => uses.has(judgements.idOf(use)) || files.has(use.fn.file));
	const all = [...judgements.tellAll(asked).findings, ...judgements.owners.tell((file) => folders.has(folderOf(file)))];
	const ignores = [...files].flatMap((file) => {
		const own = all.filter((finding) => finding.file === file);
		return judgeIgnores(file, tree.text(file) ?? "", own, settings, true);
	});
	return judgements.heard([...all, ...ignores]);
}
