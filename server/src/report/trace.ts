import type { TraceStep } from "../analysis/types.ts";
import { describeState } from "./state.ts";

/** A column wider than this is not waited for: its row is pushed out, the others stay readable. */
const MAX_COLUMN = 56;

/**
 * Draws a trace, one line a step: number, thread, place, what happens, and the state of the mm after it. Steps on different mms name
 * theirs. Nothing but plain text; no line ends in blanks.
 */
export function formatTrace(trace: readonly TraceStep[]): readonly string[] {
	const severalMms = new Set(trace.map((step) => step.mm).filter((mm) => mm !== "")).size > 1;
	const rows = trace.map((step, index) => [
		String(index + 1),
		oneLine(step.thread),
		step.file === "" ? "" : `${step.file}:${step.line}`,
		describeStep(step, severalMms),
		`→ ${describeState(step.after)}`,
	]);
	const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => widthWithin(row[column] ?? "", MAX_COLUMN))));
	return rows.map((row) =>
		row
			.map((cell, column) => (column === 0 ? cell.padStart(widths[0] ?? 0) : column < 4 ? cell.padEnd(widths[column] ?? 0) : cell))
			.join("  ")
			.trimEnd(),
	);
}

/** Says what one step does: its text, at a branch the way taken, and the mm where there are several. */
export function describeStep(step: TraceStep, nameMm: boolean): string {
	const way = step.branch === undefined ? "" : step.branch ? ": true" : ": false";
	return `${oneLine(step.step === "" ? step.op : step.step)}${way}${nameMm && step.mm !== "" ? ` [${step.mm}]` : ""}`;
}

/** Source expressions may span lines. */
function oneLine(text: string): string {
	return text.replace(/\s+/g, " ").trim();
}

function widthWithin(cell: string, limit: number): number {
	return cell.length <= limit ? cell.length : 0;
}
