/** A report as one page that needs nothing else: no script, style, font or picture from elsewhere, and it reads well without its script. */

import { type Finding, type Report, type Use, VERDICTS, type Verdict } from "../analysis/types.ts";
import { PAGE_SCRIPT } from "./html-script.ts";
import { PAGE_STYLE } from "./html-style.ts";
import { type Entry, writeEntry } from "./html-use.ts";
import { VERDICT_MEANINGS } from "./state.ts";
import { countFindings, countHoles, countUses } from "./summary.ts";
import { escapeXml } from "./xml.ts";

/** Where a link to a line can lead: a URL with `{file}` and `{line}` in it, both encoded already. */
export interface LinkTarget {
	readonly title: string;
	readonly template: string;
}

export interface PageOptions {
	/** The first is what links lead to. */
	readonly targets: readonly LinkTarget[];
	/** Gives the hash of a text as `sha256-…`, so that the page may run this style and this script and no other. */
	readonly hash: (text: string) => string;
}

/** Holes beyond this many are counted, not listed. */
const MAX_HOLES = 200;

/** Writes the page. `uses`: every use that was judged; all are on it, with the findings of the report. */
export function writePage(report: Report, uses: readonly Use[], options: PageOptions): string {
	const entries = listEntries(report, uses);
	const title = `mm-lifetime: Linux ${report.kernel}`;
	const policy = `default-src 'none'; style-src '${options.hash(PAGE_STYLE)}'; script-src '${options.hash(PAGE_SCRIPT)}'; base-uri 'none'; form-action 'none'`;
	const template = options.targets[0]?.template ?? "{file}";
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeXml(title)}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml([countUses(uses), countFindings(report.findings), countHoles(report.holes)].join("; "))}</p>
${writeFilter(entries, options.targets)}
</header>
<main>
${entries.map((entry, index) => writeEntry(entry, `use-${index + 1}`, template)).join("\n")}
${writeHoles(report.holes)}
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

/** Uses with their findings, the worst first, then findings that belong to no use. */
function listEntries({ findings }: Report, uses: readonly Use[]): readonly Entry[] {
	const ids = new Set(uses.map((use) => use.id));
	const ofUse = (use: Use): readonly Finding[] => findings.filter((finding) => finding.useId === use.id);
	const others = findings.filter((finding) => finding.useId === undefined || !ids.has(finding.useId));
	const worst = (use: Use): number => -VERDICTS.indexOf(use.verdict);
	return [
		...others.map((finding) => ({ findings: [finding] })),
		...uses.map((use) => ({ use, findings: ofUse(use) })).toSorted((a, b) => worst(a.use) - worst(b.use)),
	];
}

/** What filters the list. Hidden until the script is there that makes it work. */
function writeFilter(entries: readonly Entry[], targets: readonly LinkTarget[]): string {
	const count = (verdict: Verdict | "finding"): number => entries.filter((entry) => (entry.use?.verdict ?? "finding") === verdict).length;
	const kinds = (["finding", ...VERDICTS.toReversed()] as const).filter((verdict) => count(verdict) > 0);
	const boxes = kinds.map((verdict) => {
		const meaning = verdict === "finding" ? "findings that belong to no use" : VERDICT_MEANINGS[verdict];
		return `<label title="${escapeXml(meaning)}"><input type="checkbox" name="verdict" value="${verdict}" checked> <span class="${verdict}">${verdict}</span> ${count(verdict)}</label>`;
	});
	const choices = targets.map(({ title, template }) => `<option data-template="${escapeXml(template)}">${escapeXml(title)}</option>`);
	return `<form id="filter" hidden>
<fieldset><legend>Verdicts</legend>${boxes.join("")}</fieldset>
<div><label class="above" for="search">Search (press /)</label><input type="search" id="search" placeholder="function, file, words"></div>
<div><label class="above" for="links">Lines open in</label><select id="links">${choices.join("")}</select></div>
<div><button type="button" id="open">Open all</button> <button type="button" id="close">Close all</button></div>
<output id="shown" for="filter search"></output>
</form>`;
}

function writeHoles(holes: Report["holes"]): string {
	if (holes.length === 0) return "";
	const rows = holes
		.slice(0, MAX_HOLES)
		.map(({ file, line, why }) => `<li><span class="place">${escapeXml(`${file}:${line}`)}</span>: ${escapeXml(why)}</li>`);
	const more = holes.length > MAX_HOLES ? `<p>… and ${holes.length - MAX_HOLES} more.</p>` : "";
	return `<details><summary>${escapeXml(countHoles(holes))}: what was not understood</summary><ul>${rows.join("")}</ul>${more}</details>`;
}
