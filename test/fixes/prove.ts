/** Proves fixes of texts, without a disk. */

import { applyEdits, openView } from "../../server/src/analysis/index.ts";
import type { Extract, View } from "../../server/src/analysis/snapshot.ts";
import type { Applicability, Finding, Fix, Report } from "../../server/src/analysis/types.ts";
import { readPieces } from "../facts/parse.ts";

type Texts = Readonly<Record<string, string>>;

const ALL: readonly Applicability[] = ["safe", "choice", "placeholder"];

/** The view of some texts. */
export function viewTexts(texts: Texts, kernel = "6.1") {
	const files = new Map(Object.entries(texts).map(([path, text]) => [path, { path, pieces: readPieces(text) }]));
	const tree = { files, has: (path: string) => path in texts, text: (path: string) => texts[path] };
	return openView(tree, { kernel, kernelForced: true, functions: {}, severity: {}, scope: [] });
}

/** Each finding with its proved fixes. */
export function fixTexts(texts: Texts, kernel?: string): readonly (readonly [Finding, readonly Fix[]])[] {
	const view = viewTexts(texts, kernel);
	return view.judge([]).report.findings.map((finding) => [finding, proveAll(view, finding)]);
}

/** The fixes of exposed uses that nothing is left to write in. */
export function mendTexts(texts: Texts, kernel?: string): readonly Fix[] {
	const view = viewTexts(texts, kernel);
	const exposed = view.judge([]).report.findings.filter((finding) => finding.rule === "use-without-users-ref");
	return exposed.flatMap((finding) => proveAll(view, finding, readPieces, ["safe", "choice"]));
}

/** All fixes of a finding. */
export function proveAll(
	view: View,
	finding: Finding,
	extract: Extract = readPieces,
	wanted: readonly Applicability[] = ALL,
): readonly Fix[] {
	const proof = view.proveFixes(finding, extract, wanted);
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

/** Judges texts; what is said of ignore comments themselves is left out. */
export function judgeAgain(texts: Texts, kernel?: string): Report {
	const { report } = viewTexts(texts, kernel).judge([]);
	return { ...report, findings: report.findings.filter(({ rule }) => !rule.startsWith("ignore-")) };
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
