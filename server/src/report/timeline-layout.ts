/** Where everything of a timeline stands, in pixels: the drawing itself decides nothing about sizes. */

import type { Timeline, TimelineStep } from "./timeline.ts";

/** Widths of the columns, from left to right: number, lanes, text, and for each mm its counters and page tables. */
export const WIDTH = { margin: 14, number: 26, lane: 62, text: 352, counter: 46, tables: 92 } as const;

/** Heights: of the head without and with a line that names the mms, of a line of text, of a line below it, and the room of a row. */
const HEIGHT = { head: 46, names: 18, line: 16, place: 14, note: 16, row: 12, foot: 12 } as const;

/** Characters of a line of code in the text column, and lines that one step may take. */
const CHARACTERS = 48;
const MAX_LINES = 3;

/** Characters of the smaller line below, which names a place. */
const PLACE_CHARACTERS = 54;

/** Characters of a branch with its place, which are smaller too, and how many of the branch at least. */
const BRANCH = { characters: 53, least: 24 } as const;

export interface Row {
	readonly step: TimelineStep;
	readonly top: number;
	readonly bottom: number;
	/** The middle of its first line: where its mark stands. */
	readonly y: number;
	readonly lines: readonly string[];
	/** Function and place, below the text. */
	readonly below?: string;
	/** The place alone, behind the text of a branch. */
	readonly behind?: string;
	/** What the row says about the rule, as the last line. */
	readonly note?: string;
}

export interface Layout {
	readonly width: number;
	readonly height: number;
	/** Where rows begin and end. */
	readonly top: number;
	readonly bottom: number;
	readonly rows: readonly Row[];
	readonly laneX: (lane: number) => number;
	readonly textX: number;
	/** Where the columns of an mm stand: the middles of the counters, the left of the page tables. */
	readonly columnsOf: (mm: number) => { readonly users: number; readonly count: number; readonly tables: number };
}

/** Lays a timeline out. `notes`: by index of the step, what is to be said about the rule there. */
export function layOut(timeline: Timeline, notes: ReadonlyMap<number, string>): Layout {
	const top = HEIGHT.head + (timeline.mms.length > 1 ? HEIGHT.names : 0);
	const rows: Row[] = [];
	let y: number = top;
	for (const [index, step] of timeline.steps.entries()) {
		const row = layRow(step, y, notes.get(index));
		rows.push(row);
		y = row.bottom;
	}
	const lanesX = WIDTH.margin + WIDTH.number;
	const textX = lanesX + timeline.lanes.length * WIDTH.lane + 8;
	const stateX = textX + WIDTH.text;
	const stateWidth = 2 * WIDTH.counter + WIDTH.tables;
	return {
		width: stateX + timeline.mms.length * stateWidth + WIDTH.margin,
		height: y + HEIGHT.foot,
		top,
		bottom: y,
		rows,
		laneX: (lane) => lanesX + (lane + 0.5) * WIDTH.lane,
		textX,
		columnsOf: (mm) => {
			const left = stateX + mm * stateWidth;
			return { users: left + 0.5 * WIDTH.counter, count: left + 1.5 * WIDTH.counter, tables: left + 2 * WIDTH.counter + 8 };
		},
	};
}

/** A branch takes one line, with its place behind; any other step has its place below. */
function layRow(step: TimelineStep, top: number, note: string | undefined): Row {
	const { place } = step;
	const below = step.isBranch || place === undefined ? undefined : describePlace(place);
	const behind = step.isBranch && place !== undefined ? `${place.file.slice(place.file.lastIndexOf("/") + 1)}:${place.line}` : undefined;
	const lines = step.isBranch
		? [cutMiddle(step.text, Math.max(BRANCH.least, BRANCH.characters - (behind?.length ?? 0)))]
		: wrap(step.text, MAX_LINES, CHARACTERS);
	const room = step.isBranch ? HEIGHT.row / 2 : HEIGHT.row;
	const own = room + lines.length * HEIGHT.line + (below === undefined ? 0 : HEIGHT.place) + (note === undefined ? 0 : HEIGHT.note);
	// What the page tables are at is said in two lines, beside the text.
	const saysPhase = step.moments.some((moment) => moment?.changed.tables === true);
	const height = saysPhase ? Math.max(own, HEIGHT.row + HEIGHT.line + HEIGHT.place) : own;
	return {
		step,
		top,
		bottom: top + height,
		y: top + room / 2 + HEIGHT.line / 2,
		lines,
		...(below !== undefined && { below }),
		...(behind !== undefined && { behind }),
		...(note !== undefined && { note }),
	};
}

/** Function, file and line; of a long path its end. */
function describePlace({ file, line, function: fn }: NonNullable<TimelineStep["place"]>): string {
	const at = `${file}:${line}`;
	const room = Math.max(PLACE_CHARACTERS - fn.length, 20);
	if (at.length <= room) return `${fn} · ${at}`;
	const end = at.slice(at.length - room + 1);
	return `${fn} · …${end.slice(Math.max(0, end.indexOf("/")))}`;
}

/** Breaks a text into lines of so many characters, after a blank where there is one; what does not fit ends in `…`. */
function wrap(text: string, most: number, room: number): readonly string[] {
	const lines: string[] = [];
	let rest = text;
	while (rest.length > room && lines.length < most - 1) {
		const blank = rest.lastIndexOf(" ", room);
		const end = blank > room / 2 ? blank : room;
		lines.push(rest.slice(0, end));
		rest = rest.slice(end).trimStart();
	}
	return [...lines, rest.length > room ? `${rest.slice(0, room - 1)}…` : rest];
}

/** Cuts a text so that its end stays: at a branch that is the way taken. */
function cutMiddle(text: string, room: number): string {
	const end = /: (true|false)[^:]*$/.exec(text)?.[0] ?? "";
	return text.length <= room ? text : `${text.slice(0, Math.max(1, room - end.length - 1))}…${end}`;
}
