/** The page of the view of a timeline, as text: everything of the source escaped, no script but the extension's own, nothing from a network. */

import { VERDICT_MEANINGS } from "../../server/src/report/state.ts";
import type { Timeline } from "../../server/src/report/timeline.ts";
import { EDITOR_TIMELINE_STYLE } from "../../server/src/report/timeline-style.ts";
import { drawTimeline } from "../../server/src/report/timeline-svg.ts";
import { escapeXml } from "../../server/src/report/xml.ts";
import type { TraceResult } from "./protocol.ts";

export interface PageParts {
	/** Lets this page's style and script through, and no other; never used twice. */
	readonly nonce: string;
	/** URI of the script, and the source that the editor serves it from. */
	readonly script: string;
	readonly source: string;
}

const STYLE = `
body { padding: 0 1rem 1rem; color: var(--vscode-foreground); font: var(--vscode-font-size, 13px) var(--vscode-font-family, sans-serif); }
header { position: sticky; top: 0; background: var(--vscode-editor-background); padding: .75rem 0 .5rem; z-index: 1; }
h1 { font-size: 1.15em; margin: 0 0 .25rem; }
p { margin: .25rem 0; }
code { font-family: var(--vscode-editor-font-family, monospace); }
#said { min-height: 2.8em; border-left: 3px solid var(--vscode-focusBorder); padding-left: .6rem; }
button { font: inherit; color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent);
	border: 1px solid var(--vscode-button-border, var(--vscode-contrastBorder, transparent)); border-radius: 2px; padding: .2rem .7rem; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground, transparent); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
#timeline { overflow-x: auto; }
#timeline svg { display: block; max-width: 100%; min-width: 480px; height: auto; }
.row { cursor: pointer; }
`;

/** Writes the page. The timeline is a slider to keyboards and screen readers: its value is the step that is looked at. */
export function writeTimelinePage(result: TraceResult, timeline: Timeline, { nonce, script, source }: PageParts): string {
	const { title, why } = subjectOf(result);
	const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}' ${source}`;
	const numbers = timeline.steps.map((step) => step.number);
	const range = `aria-valuemin="${numbers[0] ?? 0}" aria-valuemax="${numbers.at(-1) ?? 0}" aria-valuenow="${numbers[0] ?? 0}"`;
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeXml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeXml(title)}</title>
<style nonce="${nonce}">${STYLE}${EDITOR_TIMELINE_STYLE}</style>
</head>
<body>
<header>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(why)}</p>
<p><button type="button" id="debug">Step in Debugger</button> <button type="button" id="svg">Copy as SVG</button> <button type="button" id="text">Copy as Text</button></p>
<p id="said"></p>
</header>
<div id="timeline" tabindex="0" role="slider" aria-orientation="vertical" aria-label="Step of the timeline" ${range}>
${drawTimeline(timeline, { title, id: "timeline" })}
</div>
<script nonce="${nonce}" src="${escapeXml(script)}"></script>
</body>
</html>
`;
}

/** What a timeline is of: its name, what is said of it, and what it is found again by. */
export interface Subject {
	readonly title: string;
	readonly why: string;
	readonly file: string;
	readonly ids: { readonly useId?: string; readonly findingId?: string };
}

/** Reads off what a timeline is of: a use, or a finding that belongs to none. */
export function subjectOf({ use, finding }: TraceResult): Subject {
	if (use !== undefined) {
		const { mm, function: fn, verdict, why, file, id } = use;
		return { title: `${mm} in ${fn}: ${verdict}`, why: why === "" ? VERDICT_MEANINGS[verdict] : why, file, ids: { useId: id } };
	}
	const { rule = "", function: fn = "", message = "", file = "", id } = finding ?? {};
	return { title: `${fn}: ${rule}`, why: message, file, ids: id === undefined ? {} : { findingId: id } };
}
