/** Proves fixes: applies the edits of a draft, takes the facts of the edited texts, and judges the use again. */

import type { Explained } from "../checker/explain.ts";
import type { Judged } from "../checker/judge.ts";
import { routesTo } from "../checker/routes.ts";
import type { FoundUse } from "../checker/uses.ts";
import type { FixDraft } from "../fixes/draft.ts";
import { makersFor } from "../fixes/index.ts";
import { applyEdits } from "../fixes/layout.ts";
import { type Slot, sameSlot } from "../program/callers.ts";
import type { Program } from "../program/program.ts";
import type { Extract, OpenView, Settings, SourceFile, Tree } from "./snapshot.ts";
import type { Finding, Fix, Report, Use } from "./types.ts";

/** A finding, and all that a proof needs to know of the view that it was found in. */
export interface Unproved {
	readonly finding: Finding;
	readonly judged: Judged;
	readonly explained: Explained;
	readonly program: Program;
	readonly tree: Tree;
	readonly settings: Settings;
	/** Every use in view. */
	readonly found: readonly FoundUse[];
	/** Judges files of the tree as it is. */
	judge(scope: readonly string[]): Pick<Report, "uses" | "findings">;
	readonly open: OpenView;
	readonly extract: Extract;
}

/**
 * The fixes of a finding that do what they say: with them the use has the verdict that was wanted, and no finding is new in the files that
 * are edited or in those with a use of the same field or macro. Those that leave a text to write must change nothing until it is written.
 * At most one is preferred.
 */
export function proveFixes(unproved: Unproved): readonly Fix[] {
	const { tree, program, judged, explained, finding } = unproved;
	const context = { program, judged, explained, text: (path: string) => tree.text(path) };
	const drafts = makersFor(finding.rule).flatMap((make) => make(context, finding));
	const related = filesRelated(unproved);
	const fixes: Fix[] = [];
	for (const draft of drafts) {
		const { wanted, ...fix } = draft;
		if (!holds(unproved, draft, related)) continue;
		fixes.push({ ...fix, preferred: fix.preferred && !fixes.some((other) => other.preferred), verdictAfter: wanted });
	}
	return fixes;
}

function holds(unproved: Unproved, draft: FixDraft, related: readonly string[]): boolean {
	const { finding, judge, open, settings } = unproved;
	const edited = editTree(unproved, draft);
	if (!edited) return false;
	const scope = [...new Set([...draft.edits.map((edit) => edit.file), ...related])];
	const before = new Set(judge(scope).findings.map((known) => known.fingerprint));
	const { report: after } = open(edited, settings).judge(scope);
	const use = after.uses.find((candidate) => candidate.id === finding.useId);
	if (use?.verdict !== draft.wanted || after.findings.some((known) => !before.has(known.fingerprint))) return false;
	if (draft.applicability === "placeholder") return after.findings.length === before.size;
	return !editsMacroOf(unproved, draft) || after.uses.every((other) => !sharesMacro(other, use) || isRight(other));
}

function isRight({ verdict }: Use): boolean {
	return verdict === "held" || verdict === "guarded";
}

function sharesMacro(a: Use, b: Use): boolean {
	return a.macro !== undefined && a.macro.name === b.macro?.name && a.macro.file === b.macro.file;
}

/** Whether a draft changes the macro that the use stands in: what it says there, it says of all uses of the macro. */
function editsMacroOf({ tree, judged }: Unproved, draft: FixDraft): boolean {
	const macro = judged.use.macro;
	const facts = macro && tree.files.get(macro.file)?.facts.macros.find(({ name, line }) => name === macro.name && line === macro.line);
	if (!macro || !facts) return false;
	return draft.edits.some(({ file, line }) => file === macro.file && line > facts.line && line <= facts.line + facts.lineStarts.length + 1);
}

/** The tree with the edits of a draft; undefined when a file of them is not there or cannot be parsed afterwards. */
function editTree({ tree, extract }: Unproved, draft: FixDraft): Tree | undefined {
	const texts = new Map<string, string>();
	const files = new Map<string, SourceFile>(tree.files);
	for (const path of new Set(draft.edits.map((edit) => edit.file))) {
		const edits = draft.edits.filter((edit) => edit.file === path);
		const text = tree.text(path);
		const edited = text === undefined ? undefined : applyEdits(text, edits);
		const facts = edited === undefined ? undefined : extract(edited);
		if (edited === undefined || facts === undefined) return undefined;
		texts.set(path, edited);
		files.set(path, { path, facts });
	}
	return { files, has: (path) => tree.has(path), text: (path) => texts.get(path) ?? tree.text(path) };
}

/** Files with a use through the same macro, or of an mm that comes through a field which brings it to this use. */
function filesRelated({ program, judged, found }: Unproved): readonly string[] {
	const own = slotsOf(program, judged.use);
	const { macro } = judged.use;
	const isRelated = (use: FoundUse): boolean =>
		(macro !== undefined && use.macro?.name === macro.name && use.macro.file === macro.file) ||
		slotsOf(program, use).some((slot) => own.some((other) => sameSlot(slot, other)));
	return [...new Set([judged.use.fn.file, ...found.filter(isRelated).map((use) => use.fn.file)])];
}

function slotsOf(program: Program, use: FoundUse): readonly Slot[] {
	return routesTo(program, use.fn, use.mm).routes.flatMap((route) => route.captures.map((capture) => capture.slot));
}
