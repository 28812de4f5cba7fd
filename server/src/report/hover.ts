/** The hover: what stands at a place, what is held there, and why its uses are judged as they are. Short first, details after. */

import type { CallEffect, Described, HeldHere, Place, TraceStep, Use } from "../analysis/types.ts";
import { code, escapeText, linkTo, prose } from "./markdown.ts";
import { changesSomething, describeAfter, isOfItself } from "./related.ts";
import { describeState, describeTables, VERDICT_MEANINGS } from "./state.ts";
import { countUses } from "./summary.ts";
import { timelineOf, withoutBranches } from "./timeline.ts";
import { FIXED_TIMELINE_STYLES } from "./timeline-style.ts";
import { drawTimeline } from "./timeline-svg.ts";
import { describeStep } from "./trace.ts";
import { toDataUrl } from "./url.ts";
import { describeExploration } from "./use.ts";

/** Gives the URL of a line (from 1) of a file of the tree. */
export type Link = (file: string, line: number) => string;

/** How the interleaving of a use is shown: as a picture where the reader can see one, else as a table or a list. */
export interface Picturing {
	readonly theme: "light" | "dark";
	/** Gives the URL that opens the timeline of a use. */
	readonly openUrl: (useId: string) => string;
}

/** Tables and lists longer than this are cut in the middle. */
const MAX_ROWS = 12;
const MAX_LISTED = 4;

/** Characters of a picture's URL: editors cut Markdown off that is longer than 100,000 in all. */
const MAX_PICTURE = 60_000;

/** Writes what is known of a place as Markdown, at most some 40 lines. */
export function writeHover(described: Described, link: Link, picturing?: Picturing): string {
	const [first, ...others] = described.uses;
	const own = first !== undefined && first.line === described.line && first.column === described.column ? first : undefined;
	const blocks = [
		writeHead(described, own, link),
		...(described.held ? [writeHeld(described.held, described.uses, link)] : []),
		...(first ? [own ? prose(first.why, link) : writeVerdict(first, link), ...writeInterleaving(first, link, picturing)] : []),
		...(others.length > 0 ? [writeOthers(others, link)] : []),
	];
	const details = [
		...(described.subject.kind === "call" ? writeEffect(described.subject.effect, own !== undefined, link) : []),
		...writeWriters(described.writers, link),
		...(first ? [escapeText(capital(describeExploration(first.explored)))] : []),
		...(first?.assumes ?? []).slice(0, MAX_LISTED).map((assumed) => `Assumes that ${prose(assumed, link)}`),
	];
	return [...blocks, ...(details.length > 0 ? ["---", details.join("  \n")] : [])].join("\n\n");
}

function writeHead({ subject }: Described, own: Use | undefined, link: Link): string {
	switch (subject.kind) {
		case "call": {
			if (own) return `**${own.verdict}: ${escapeText(VERDICT_MEANINGS[own.verdict])}** — ${code(own.mm)}`;
			const { effect } = subject;
			return `**${escapeText(changeOf(effect))}** — ${code(effect.callee)}${likeOf(effect)}: ${prose(effect.summary, link)}`;
		}
		case "field": {
			const place = linkTo(escapeText(`${fileName(subject.file)}:${subject.definedAt}`), link(subject.file, subject.definedAt));
			return `**Carries an mm** — ${code(`${subject.struct}.${subject.field}`)}, ${place}`;
		}
		case "variable":
			return `**Points to an mm** — ${code(subject.name)}`;
	}
}

/** What a call does to the counters, in a few words. */
function changeOf({ users, count }: CallEffect): string {
	const changes = [...(users === undefined ? [] : [`mm_users ${users}`]), ...(count === undefined ? [] : [`mm_count ${count}`])];
	return changes.length > 0 ? changes.join(", ") : "mm_users and mm_count stay";
}

function likeOf({ actsLike }: CallEffect): string {
	return actsLike === undefined ? "" : ` (acts like ${code(actsLike)})`;
}

/** Which references are held, who took them, and the state of the mm. */
function writeHeld({ useId, references, after }: HeldHere, uses: readonly Use[], link: Link): string {
	const mm = uses.find((use) => use.id === useId)?.mm;
	const parts = (["users", "count"] as const).map((kind) => {
		const taken = references.filter((reference) => reference.kind === kind).map(({ step }) => writeStep(step, link));
		return taken.length === 0 ? `no **mm_${kind}**` : `**mm_${kind}** by ${listSome(taken)}`;
	});
	return `Held here${mm === undefined ? "" : ` for ${code(mm)}`}: ${parts.join("; ")} → ${escapeText(describeState(after))}`;
}

function writeStep(step: TraceStep, link: Link): string {
	return `${linkTo(code(step.step), link(step.file, step.line))} in ${code(step.function)}`;
}

function writeVerdict(use: Use, link: Link): string {
	return `**${use.verdict}** — ${writeUse(use, link)}: ${prose(use.why, link)}`;
}

function writeUse(use: Use, link: Link): string {
	return linkTo(`${code(use.mm)} in ${code(use.function)}`, link(use.file, use.line));
}

/** The interleaving as a picture; else the trace of what breaks as a table, and how it goes well as a short list. */
function writeInterleaving(use: Use, link: Link, picturing?: Picturing): readonly string[] {
	const picture = picturing && writePicture(use, picturing);
	if (picture !== undefined) return [picture];
	if (use.trace) return writeTable(use.trace, link);
	const witness = use.witness ?? [];
	const changes = witness.flatMap((step, index) => (changesSomething(witness, index) ? [step] : []));
	const lines = changes.map((step) => `- ${writeStep(step, link)} → ${escapeText(describeAfter(step))}`);
	return lines.length === 0 ? [] : [cutMiddle(lines, 2 * MAX_LISTED, (left) => `- … ${left} more …`).join("\n")];
}

/** A picture without branches, which leads to the whole timeline; undefined where there is nothing to show, or too much. */
function writePicture(use: Use, { theme, openUrl }: Picturing): string | undefined {
	const timeline = timelineOf(use);
	if (timeline === undefined) return undefined;
	const alt = `How it ${timeline.isBroken ? "goes wrong" : "goes well"}: ${use.mm} in ${use.function}`;
	const drawn = drawTimeline(withoutBranches(timeline), { title: alt, id: "hover", style: FIXED_TIMELINE_STYLES[theme] });
	const url = toDataUrl(drawn);
	return url.length > MAX_PICTURE ? undefined : `!${linkTo(escapeText(alt), url)}\n\n${linkTo("Show timeline", openUrl(use.id))}`;
}

function writeTable(trace: readonly TraceStep[], link: Link): readonly string[] {
	const severalMms = new Set(trace.map((step) => step.mm).filter((mm) => mm !== "")).size > 1;
	const rows = trace.map((step, index) => ({ step, number: index + 1 }));
	const kept = rows.length > MAX_ROWS ? rows.filter(({ step }) => step.op !== "branch") : rows;
	const written = kept.map(({ step, number }) => {
		const shown = code(describeStep(step, severalMms));
		const what = isOfItself(step) ? prose(describeStep(step, severalMms), link) : linkTo(shown, link(step.file, step.line));
		const { users, count } = step.after;
		return `| ${number} | ${code(step.thread)} | ${what} | ${users} | ${count} | ${escapeText(describeTables(step.after))} |`;
	});
	const lines = cutMiddle(written, MAX_ROWS, (left) => `| … | | ${left} more steps | | | |`);
	const branches = rows.length - kept.length;
	const table = ["| # | thread | step | users | count | page tables |", "|--:|---|---|--:|--:|---|", ...lines].join("\n");
	return [table, ...(branches > 0 ? [`${branches} branch${branches === 1 ? "" : "es"} that change nothing are left out.`] : [])];
}

/** Leaves the middle of a list out when it is too long; `note` says how much. */
function cutMiddle(lines: readonly string[], limit: number, note: (left: number) => string): readonly string[] {
	if (lines.length <= limit) return lines;
	const half = Math.floor(limit / 2);
	return [...lines.slice(0, half), note(lines.length - 2 * half), ...lines.slice(-half)];
}

function writeOthers(uses: readonly Use[], link: Link): string {
	const listed = uses.slice(0, MAX_LISTED).map((use) => `- **${use.verdict}** — ${writeUse(use, link)}`);
	return [`Also ${escapeText(countUses(uses))}`, ...listed].join("\n");
}

function writeEffect(effect: CallEffect, headless: boolean, link: Link): readonly string[] {
	const summary = `${code(effect.callee)}${likeOf(effect)}: ${prose(`${effect.summary} ${changeOf(effect)}.`, link)}`;
	return [
		...(headless ? [summary] : []),
		...(effect.needs === undefined ? [] : [`Needs ${prose(effect.needs, link)}.`]),
		`Source: ${code(effect.source)}`,
	];
}

function writeWriters(writers: readonly Place[], link: Link): readonly string[] {
	const written = writers.map((place) => linkTo(code(place.text), link(place.file, place.line)));
	return written.length === 0 ? [] : [`Stored by ${listSome(written)}`];
}

function listSome(items: readonly string[]): string {
	const more = items.length - MAX_LISTED;
	return `${items.slice(0, MAX_LISTED).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function fileName(path: string): string {
	return path.slice(path.lastIndexOf("/") + 1);
}

function capital(text: string): string {
	return text.slice(0, 1).toUpperCase() + text.slice(1);
}
