/** Whether an interleaving really passes a line of a function, as far as the statements of the function show it. */

import type { FunctionFacts, Stmt } from "../facts/types.ts";
import { placeOf } from "../program/places.ts";
import { everyStmt } from "../program/walk.ts";

/** Statements that run one after the other unless one of them jumps. */
type Row = readonly Stmt[];

/** The rows that a statement runs some of, or none. */
function rowsIn(stmt: Stmt): readonly Row[] {
	switch (stmt.s) {
		case "if":
			return [stmt.then, stmt.else];
		case "loop":
		case "switch":
			return [stmt.body];
		case "arms":
			return stmt.arms;
		default:
			return [];
	}
}

/** A row with the statements of plain blocks in their places. */
function flatten(row: Row): Row {
	return row.flatMap((stmt) => (stmt.s === "block" ? flatten(stmt.body) : [stmt]));
}

/** A row that a line lies in, and which of its statements the line belongs to. */
interface Spot {
	readonly row: Row;
	readonly index: number;
}

/** The rows that hold a line (from 1), the outermost first. */
function spotsAt(fn: FunctionFacts, line: number): readonly Spot[] {
	const begins = (stmt: Stmt): number => placeOf(fn, stmt.at).line;
	const spots: Spot[] = [];
	let rows: readonly Row[] = [fn.body];
	for (;;) {
		const found = rows
			.map(flatten)
			.map((row) => ({ row, index: row.findLastIndex((stmt) => begins(stmt) <= line) }))
			.findLast(({ index }) => index >= 0);
		if (!found) return spots;
		spots.push(found);
		rows = rowsIn(found.row[found.index] as Stmt);
	}
}

const JUMPS: ReadonlySet<Stmt["s"]> = new Set<Stmt["s"]>(["return", "goto", "break", "continue"]);
const ENTRIES: ReadonlySet<Stmt["s"]> = new Set<Stmt["s"]>(["label", "case"]);

function has(row: Row, kinds: ReadonlySet<Stmt["s"]>): boolean {
	for (const stmt of everyStmt(row)) if (kinds.has(stmt.s)) return true;
	return false;
}

/**
 * Says whether code that takes steps at `lines` of a function certainly runs through `line` (all from 1): it takes a step there, or one
 * in the same row of statements that nothing comes to but through the line, or from which nothing leads but to it.
 */
export function isPassed(fn: FunctionFacts, lines: readonly number[], line: number): boolean {
	if (lines.includes(line)) return true;
	const last = placeOf(fn, fn.end - fn.start).line;
	const here = spotsAt(fn, line);
	const spot = here.at(-1);
	const stmt = spot?.row[spot.index];
	if (!spot || !stmt) return false;
	return lines.some((other) => {
		/* the flattened rows are new each time: statements are what stays the same */
		if (other <= fn.line || other > last) return false;
		const there = spotsAt(fn, other)[here.length - 1];
		if (!there || there.row[0] !== spot.row[0]) return false;
		return there.index >= spot.index
			? !has(spot.row.slice(spot.index + 1, there.index + 1), ENTRIES)
			: !has(spot.row.slice(there.index, spot.index), JUMPS);
	});
}
