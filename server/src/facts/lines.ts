/** Lines of a text. Offsets and columns count UTF-16 units; lines count from 0. */

/** The offsets at which the lines of a text begin; the first is 0. */
export function lineStartsOf(text: string): Int32Array {
	let count = 1;
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
	const starts = new Int32Array(count);
	let line = 1;
	for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts[line++] = at + 1;
	return starts;
}

/** The line that holds an offset. */
export function lineAt(starts: Int32Array, offset: number): number {
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] ?? 0) <= offset) low = middle;
		else high = middle - 1;
	}
	return low;
}

/** Where a span stands: line and column of its start, and the starts of its later lines relative to its start. */
export interface Place {
	readonly start: number;
	readonly line: number;
	readonly column: number;
	readonly lineStarts: readonly number[];
}

/** The place of the span from `start` to `end`. */
export function placeOf(starts: Int32Array, start: number, end: number): Place {
	const line = lineAt(starts, start);
	const lineStarts: number[] = [];
	for (let later = line + 1; later < starts.length; later++) {
		const at = starts[later] ?? 0;
		if (at >= end) break;
		lineStarts.push(at - start);
	}
	return { start, line, column: start - (starts[line] ?? 0), lineStarts };
}
