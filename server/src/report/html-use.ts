/** One use on the page of a report: what is said of it, its timeline, and the same as a table. */

import type { Finding, Use } from "../analysis/types.ts";
import { describeTables, VERDICT_MEANINGS } from "./state.ts";
import { type Timeline, type TimelineStep, timelineOf } from "./timeline.ts";
import { drawTimeline } from "./timeline-svg.ts";
import { encodePath } from "./url.ts";
import { describeExploration, describeUse } from "./use.ts";
import { escapeXml } from "./xml.ts";

/** A use with its findings, or a finding that belongs to no use. */
export interface Entry {
	readonly use?: Use;
	readonly findings: readonly Finding[];
}

/** Writes one entry; what is wrong is open. `id` tells entries apart, `template` is where links to lines lead. */
export function writeEntry(entry: Entry, id: string, template: string): string {
	const { use, findings } = entry;
	const about = use ?? findings[0];
	if (about === undefined) return "";
	const verdict = use?.verdict ?? "finding";
	const head = use === undefined ? `${about.function}: ${findings[0]?.rule}` : `${use.mm} in ${use.function}`;
	const place = `${about.file}:${about.line}`;
	const words = [
		verdict,
		head,
		place,
		use === undefined ? "" : describeUse(use),
		...findings.flatMap(({ rule, message }) => [rule, message]),
	];
	const timeline = timelineOf({ ...use, ...findings.find((finding) => finding.trace !== undefined) });
	return `<details class="use" id="${id}" data-verdict="${verdict}" data-text="${escapeXml(words.join(" ").toLowerCase())}"${findings.length > 0 ? " open" : ""}>
<summary><span class="badge ${verdict}">${verdict}</span> <h2>${escapeXml(head)}</h2> <span class="place dim">${escapeXml(place)}</span></summary>
<div class="body">
${findings.map((finding) => writeFinding(finding, template)).join("\n")}
${use === undefined ? "" : writeUse(use, findings.length === 0, template)}
${timeline === undefined ? "" : writeTimeline(timeline, head, id, template)}
</div>
</details>`;
}

function writeFinding(finding: Finding, template: string): string {
	const fixes = finding.fixes.map(
		({ title, applicability, verdictAfter }) =>
			`<li>${escapeXml(title)} <span class="dim">(${applicability}${verdictAfter === undefined ? "" : `; ${verdictAfter} after it`})</span></li>`,
	);
	return `<p><strong>${finding.severity}</strong> ${writeLink(finding.file, finding.line, template)} ${escapeXml(finding.message)} <span class="dim">[${escapeXml(finding.rule)}]</span></p>${
		fixes.length > 0 ? `<p>Fixes that were proved:</p><ul>${fixes.join("")}</ul>` : ""
	}`;
}

/** What is said of a use besides its findings: without one, why its verdict is what it is. */
function writeUse(use: Use, saysWhy: boolean, template: string): string {
	const assumes = (use.assumes ?? []).map((assumed) => `<li>Assumes that ${escapeXml(assumed)}</li>`);
	const list = assumes.length > 0 ? `<ul>${assumes.join("")}</ul>` : "";
	const why = `<p>${writeLink(use.file, use.line, template)} ${escapeXml(use.why === "" ? VERDICT_MEANINGS[use.verdict] : use.why)}</p>`;
	return `${saysWhy ? why : ""}
<p class="dim">${escapeXml(describeExploration(use.explored))}</p>${list}`;
}

function writeTimeline(timeline: Timeline, title: string, id: string, template: string): string {
	const what = timeline.isBroken ? "How it goes wrong" : "How it goes well";
	const drawing = drawTimeline(timeline, { title: `${what}: ${title}`, id });
	const rows = timeline.steps.map((step) => writeRow(timeline, step, template));
	const heads = ["#", "thread", "step", "place"].map((head) => `<th scope="col">${head}</th>`);
	const states = timeline.mms.map((mm) => {
		const named = timeline.mms.length > 1 ? `${escapeXml(mm)}: ` : "";
		return `<th scope="col" class="n">${named}users</th><th scope="col" class="n">${named}count</th><th scope="col">${named}page tables</th>`;
	});
	return `<h3>${what}</h3>
<figure tabindex="0" role="group" aria-label="${escapeXml(`${what}: ${title}`)}">${drawing}</figure>
<details><summary>The same as a table, with links</summary>
<div class="scroll" tabindex="0" role="group" aria-label="${escapeXml(`Table: ${title}`)}"><table><thead><tr>${heads.join("")}${states.join("")}</tr></thead>
<tbody>${rows.join("")}</tbody></table></div></details>`;
}

function writeRow({ lanes, mms }: Timeline, { number, lane, text, place, moments }: TimelineStep, template: string): string {
	const where = place === undefined ? "" : `${writeLink(place.file, place.line, template)} ${escapeXml(place.function)}`;
	const states = mms.map((_, index) => {
		const after = moments[index]?.after;
		return after === undefined
			? "<td></td><td></td><td></td>"
			: `<td class="n">${after.users}</td><td class="n">${after.count}</td><td>${escapeXml(describeTables(after))}</td>`;
	});
	const thread = escapeXml(lanes[lane]?.title ?? "");
	return `<tr><td class="n">${number}</td><td>${thread}</td><td><code>${escapeXml(text)}</code></td><td>${where}</td>${states.join("")}</tr>`;
}

/** A link to a line. Each part of the path is encoded, so that it stays what it is wherever the template puts it. */
function writeLink(file: string, line: number, template: string): string {
	const path = encodePath(file);
	const href = template.replace("{file}", () => path).replace("{line}", () => String(line));
	return `<a class="place" data-file="${escapeXml(path)}" data-line="${line}" href="${escapeXml(href)}">${escapeXml(`${file}:${line}`)}</a>`;
}
