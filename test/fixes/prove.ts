/** Proves fixes of texts, without a disk. */

import { applyEdits, openView } from "../../server/src/analysis/index.ts";
import type { Extract, View } from "../../server/src/analysis/snapshot.ts";
import type { Finding, Fix, Report } from "../../server/src/analysis/types.ts";
import { factsOf } from "../facts/parse.ts";

type Texts = Readonly<Record<string, string>>;

/** The view of some texts. */
export function viewTexts(texts: Texts, kernel = "6.1") {
	const files = new Map(Object.entries(texts).map(([path, text]) => [path, { path, facts: factsOf(text) }]));
	const tree = { files, has: (path: string) => path in texts, text: (path: string) => texts[path] };
	return openView(tree, { kernel, kernelForced: true, functions: {}, severity: {}, scope: [] });
}

/** Each finding with its proved fixes. */
export function fixTexts(texts: Texts, kernel?: string): readonly (readonly [Finding, readonly Fix[]])[] {
	const view = viewTexts(texts, kernel);
	return view.judge([]).report.findings.map((finding) => [finding, proveAll(view, finding)]);
}

/** All fixes of a finding. */
export function proveAll(view: View, finding: Finding, extract: Extract = factsOf): readonly Fix[] {
	const proof = view.proveFixes(finding, extract, ["safe", "choice", "placeholder"]);
	for (;;) {
		const step = proof.next();
		if (step.done) return step.value;
	}
}

/** The texts with the edits of a fix. */
export function applyFix(texts: Texts, fix: Fix): Record<string, string> {
	return Object.fromEntries(
		Object.entries(texts).map(([path, text]) => [
			path,
			applyEdits(
				text,
				fix.edits.filter((edit) => edit.file === path),
			),
		]),
	);
}

/** Judges texts. */
export function judgeAgain(texts: Texts, kernel?: string): Report {
	return viewTexts(texts, kernel).judge([]).report;
}

/**
 * The one fix of that id for the finding of a rule.
 * @throws Error naming those that there are
 */
export function fixOf(texts: Texts, rule: string, id: string, kernel?: string): Fix {
	const fixes = fixTexts(texts, kernel).flatMap(([finding, found]) => (finding.rule === rule ? found : []));
	const fix = fixes.find((candidate) => candidate.id === id);
	if (!fix) throw new Error(`no fix ${id} of ${rule}, but ${fixes.map((candidate) => candidate.id).join(", ")}`);
	return fix;
}
