/** The timeline as SVG: one drawing, used by editors, pages and copies alike. It holds no script, no link and no style but by class. */

import { describeTables } from "./state.ts";
import { isWithoutTables, type Lane, type LaneKind, type Moment, type Timeline, type UseSpan, usesAt } from "./timeline.ts";
import { type Layout, layOut, type Row, WIDTH } from "./timeline-layout.ts";
import { findNotes } from "./timeline-notes.ts";
import { TIMELINE_CLASS } from "./timeline-style.ts";
import { escapeXml } from "./xml.ts";

export interface DrawingOptions {
	/** What the drawing is of, for people who cannot see it. */
	readonly title: string;
	/** Tells the drawings of one page apart: letters, digits and dashes. */
	readonly id: string;
	/** The style that it brings along; a page with many drawings has it once instead. */
	readonly style?: string;
}

/** Draws a timeline. Its rows are groups with the class `row` and the number of their step as `data-step`. */
export function drawTimeline(timeline: Timeline, { title, id, style }: DrawingOptions): string {
	const layout = layOut(timeline, findNotes(timeline));
	const { width, height } = layout;
	const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`;
	const titleId = `${id}-title`;
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" class="${TIMELINE_CLASS}" ${size} role="img" aria-labelledby="${titleId}">`,
		`<title id="${titleId}">${escapeXml(title)}</title>`,
		`<desc>${timeline.steps.map((step, index) => escapeXml(describeRow(timeline, index, step.number))).join(" ")}</desc>`,
		...(style === undefined ? [] : [`<style>${style}</style>`]),
		drawPatterns(id),
		`<rect class="card" width="${width}" height="${height}" rx="6"/>`,
		...drawHead(timeline, layout),
		...layout.rows.map((row, index) => drawBand(timeline, layout, row, index)),
		...timeline.lanes.flatMap((lane, index) => drawLife(lane, index, layout)),
		...drawTeardownStart(timeline, layout),
		...timeline.uses.flatMap((use) => drawUse(timeline, use, layout, id)),
		...timeline.mms.flatMap((_, mm) => drawStates(timeline, mm, layout, id)),
		...layout.rows.map((row, index) => drawRow(timeline, layout, row, index)),
		"</svg>",
		"",
	].join("\n");
}

/** Says of one step what the drawing shows: for the text behind the picture. */
function describeRow(timeline: Timeline, index: number, number: number): string {
	const step = timeline.steps[index];
	if (step === undefined) return "";
	const state = describeMoments(step.moments);
	return `${number}. ${timeline.lanes[step.lane]?.title ?? ""}: ${step.text}${state === "" ? "" : `, then ${state}`}.`;
}

function describeMoments(moments: readonly (Moment | undefined)[]): string {
	const known = moments.filter((moment) => moment !== undefined);
	return known
		.map(
			({ mm, after }) =>
				`${known.length > 1 ? `${mm}: ` : ""}users ${after.users}, count ${after.count}, page tables ${describeTables(after)}`,
		)
		.join("; ");
}

function drawPatterns(id: string): string {
	const hatch = (name: string, angle: number): string =>
		`<pattern id="${id}-${name}" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(${angle})"><rect class="hatch-back" width="7" height="7"/><path class="hatch-${name}" d="M1.5 0v7"/></pattern>`;
	return `<defs>${hatch("bad", 45)}${hatch("going", -45)}</defs>`;
}

function drawHead(timeline: Timeline, layout: Layout): readonly string[] {
	const baseline = layout.top - 12;
	const word = (x: number, y: number, text: string, anchor = "middle"): string =>
		`<text class="head" x="${x}" y="${y}" text-anchor="${anchor}">${escapeXml(text)}</text>`;
	const lanes = timeline.lanes.map((lane, index) => {
		const [first = "", ...rest] = lane.title.split(" ");
		const x = layout.laneX(index);
		const words = rest.length === 0 ? word(x, baseline, first) : `${word(x, baseline - 13, first)}${word(x, baseline, rest.join(" "))}`;
		return `<g><title>${escapeXml(lane.threads.join(", "))}</title>${words}</g>`;
	});
	const states = timeline.mms.flatMap((mm, index) => {
		const { users, count, tables } = layout.columnsOf(index);
		return [
			...(timeline.mms.length > 1 ? [word(count, baseline - 31, `mm ${mm}`)] : []),
			`${word(users, baseline - 13, "mm_")}${word(users, baseline, "users")}`,
			`${word(count, baseline - 13, "mm_")}${word(count, baseline, "count")}`,
			`${word(tables, baseline - 13, "page", "start")}${word(tables, baseline, "tables", "start")}`,
		];
	});
	const line = `<path class="rule" d="M${WIDTH.margin} ${layout.top - 4}H${layout.width - WIDTH.margin}"/>`;
	return [...lanes, word(layout.textX, baseline, "step", "start"), ...states, line];
}

/** The background of a row, below all that is drawn on it. */
function drawBand(timeline: Timeline, layout: Layout, row: Row, index: number): string {
	const height = row.bottom - row.top;
	const box = `x="4" y="${row.top}" width="${layout.width - 8}" height="${height}" rx="3"`;
	return `<g class="${classesOf(timeline, row, index)}" data-step="${row.step.number}"><rect class="band" ${box}/></g>`;
}

function classesOf(timeline: Timeline, row: Row, index: number): string {
	const isBad = row.note !== undefined || usesAt(timeline, index).some((use) => isWithoutTables(timeline, use, index));
	return ["row", ...(row.step.isBranch ? ["branch"] : []), ...(isBad ? ["bad"] : [])].join(" ");
}

/** A lane from its first step to its last. */
function drawLife(_lane: Lane, index: number, { rows, laneX, top, bottom }: Layout): readonly string[] {
	const own = rows.filter((row) => row.step.lane === index);
	const [first, last] = [own[0], own.at(-1)];
	if (first === undefined || last === undefined) return [];
	const x = laneX(index);
	return [
		`<path class="rail" d="M${x} ${top}V${bottom}"/>`,
		...(first === last ? [] : [`<path class="life" d="M${x} ${first.y}V${last.y}"/>`]),
	];
}

/** From the step that gave the last user back to the teardown that it begins. */
function drawTeardownStart(timeline: Timeline, { rows, laneX }: Layout): readonly string[] {
	const begin = timeline.steps.findIndex(({ lane }) => timeline.lanes[lane]?.kind === "teardown");
	const torn = timeline.steps[begin];
	const cause = timeline.steps.findLastIndex(
		({ step, moments }, index) =>
			index < begin && step.mm === torn?.step.mm && moments.some((moment) => moment?.mm === step.mm && moment.changed.users),
	);
	const [from, to] = [rows[cause], rows[begin]];
	if (from === undefined || to === undefined) return [];
	const [x, y] = [laneX(from.step.lane), laneX(to.step.lane)];
	return [`<path class="starts" d="M${x} ${from.y}H${y}V${to.y}"/>`];
}

/** A use as a span in the lane of its thread; where it has no whole page tables it is red and hatched. */
function drawUse(timeline: Timeline, use: UseSpan, { rows, laneX, bottom }: Layout, id: string): readonly string[] {
	const x = laneX(use.lane) - 9;
	const parts: { readonly without: boolean; readonly top: number; readonly end: number }[] = [];
	const end = use.to ?? rows.length;
	for (let index = use.from; index < end; index++) {
		const without = isWithoutTables(timeline, use, index);
		const top = rows[index]?.y ?? bottom;
		const next = rows[index + 1]?.y ?? bottom;
		const before = parts.at(-1);
		if (before?.without === without) parts[parts.length - 1] = { ...before, end: next };
		else parts.push({ without, top, end: next });
	}
	return parts.map(({ without, top, end: to }) => {
		const box = `x="${x}" y="${top}" width="18" height="${Math.max(0, to - top)}" rx="4"`;
		return without ? `<rect class="use without" ${box} fill="url(#${id}-bad)"/>` : `<rect class="use" ${box}/>`;
	});
}

/** The counters as numbers on a rail, written where they change, and the page tables as a bar. */
function drawStates(timeline: Timeline, mm: number, layout: Layout, id: string): readonly string[] {
	const { users, count, tables } = layout.columnsOf(mm);
	const first = timeline.steps.findIndex((step) => step.moments[mm] !== undefined);
	const from = layout.rows[first];
	if (from === undefined) return [];
	const drawn = [users, count].map((x) => `<path class="rail" d="M${x} ${from.y}V${layout.bottom}"/>`);
	let bar: { readonly tables: Moment["tables"]; readonly top: number } | undefined;
	const close = (bottom: number): void => {
		if (bar !== undefined) drawn.push(drawBar(bar.tables, tables, bar.top, bottom, id));
	};
	for (const [index, row] of layout.rows.entries()) {
		const moment = row.step.moments[mm];
		if (moment === undefined) continue;
		if (index === first || moment.changed.users) drawn.push(drawNumber(users, row.y, moment.after.users, moment.changed.users));
		if (index === first || moment.changed.count) drawn.push(drawNumber(count, row.y, moment.after.count, moment.changed.count));
		if (index === first || moment.changed.tables) drawn.push(...drawPhase(moment, tables + 20, row.y, bar?.tables !== moment.tables));
		if (bar?.tables === moment.tables) continue;
		close(row.y);
		bar = { tables: moment.tables, top: row.y };
	}
	close(layout.bottom);
	return drawn;
}

function drawNumber(x: number, y: number, value: number, hasChanged: boolean): string {
	const half = 6 + 4 * String(value).length;
	const chip = `<rect class="chip" x="${x - half}" y="${y - 9}" width="${2 * half}" height="18" rx="9"/>`;
	return `<g${hasChanged ? ' class="changed"' : ""}>${chip}<text class="code value" x="${x}" y="${y + 4}" text-anchor="middle">${value}</text></g>`;
}

function drawBar(tables: Moment["tables"], x: number, top: number, bottom: number, id: string): string {
	const fill = tables === "going" ? ` fill="url(#${id}-going)"` : "";
	return `<rect class="${tables}" x="${x}" y="${top}" width="12" height="${Math.max(0, bottom - top)}"${fill}/>`;
}

/** Says how far the page tables are where that is new, and what the teardown is at. */
function drawPhase({ after, tables }: Moment, x: number, y: number, isNew: boolean): readonly string[] {
	const more = after.struct === "freed" ? "struct freed" : PHASES[after.pageTables];
	return [
		...(isNew ? [`<text class="head" x="${x}" y="${y + 4}">${tables}</text>`] : []),
		...(more === undefined ? [] : [`<text class="dim" x="${x}" y="${y + (isNew ? 18 : 4)}">${more}</text>`]),
	];
}

const PHASES: Partial<Readonly<Record<Moment["after"]["pageTables"], string>>> = {
	exit_aio: "exit_aio",
	release: "release",
	unmapping: "unmapping",
};

/** Each kind of lane has a mark of its own, so that no colour is needed to tell them apart. */
const MARKS: Readonly<Record<LaneKind, (x: number, y: number) => string>> = {
	owner: (x, y) => `<circle class="mark" cx="${x}" cy="${y}" r="6"/>`,
	"kernel-thread": (x, y) => `<rect class="mark" x="${x - 6}" y="${y - 6}" width="12" height="12"/>`,
	teardown: (x, y) => `<path class="mark" d="M${x - 7} ${y - 6}h14l-7 13z"/>`,
	driver: (x, y) => `<path class="mark" d="M${x} ${y - 8}l8 8-8 8-8-8z"/>`,
};

function drawRow(timeline: Timeline, { laneX, textX, width }: Layout, row: Row, index: number): string {
	const { step, y } = row;
	const x = laneX(step.lane);
	const lane = timeline.lanes[step.lane];
	const mark = step.isBranch ? `<circle class="mark" cx="${x}" cy="${y}" r="3.5"/>` : ((lane && MARKS[lane.kind](x, y)) ?? "");
	const line = (at: number, classes: string, text: string): string =>
		`<text class="${classes}" x="${textX}" y="${at}">${escapeXml(text)}</text>`;
	let at = y + 4;
	const classes = step.place === undefined ? "words" : "code";
	const texts =
		row.behind === undefined
			? row.lines.map((text, number) => line(at + 16 * number, classes, text))
			: [drawBranch(textX, at, row.lines.join(" "), row.behind)];
	at += 16 * (row.lines.length - 1);
	if (row.below !== undefined) {
		at += 14;
		texts.push(line(at, "dim", row.below));
	}
	if (row.note !== undefined) texts.push(line(at + 16, "note", row.note));
	const numbered = `<text class="number" x="${WIDTH.margin + 14}" y="${y + 4}" text-anchor="end">${step.number}</text>`;
	// Whoever points at a row reads all of it, uncut.
	const whole = `<title>${escapeXml(describeWhole(timeline, index))}</title>`;
	const target = `<rect class="target" x="4" y="${row.top}" width="${width - 8}" height="${row.bottom - row.top}" fill="none" pointer-events="all"/>`;
	return `<g class="${classesOf(timeline, row, index)}" data-step="${step.number}">${whole}${target}${mark}${numbered}${texts.join("")}</g>`;
}

function drawBranch(x: number, y: number, text: string, place: string): string {
	return `<text class="code" x="${x}" y="${y}">${escapeXml(text)}<tspan class="dim" dx="10">${escapeXml(place)}</tspan></text>`;
}

function describeWhole(timeline: Timeline, index: number): string {
	const step = timeline.steps[index];
	if (step === undefined) return "";
	const where = step.place === undefined ? "" : ` (${step.place.function}, ${step.place.file}:${step.place.line})`;
	return `${describeRow(timeline, index, step.number)}${where}`;
}
