/** Medians, ratios and tables. */

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const [low = Number.NaN, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
	return (low + high) / 2;
}

/** How many times as long as the other: the median over those pairs that ran one after the other. */
export function medianRatio(values: readonly number[], others: readonly number[]): number {
	return median(values.slice(0, others.length).map((value, index) => value / (others[index] ?? Number.NaN)));
}

/** Digits enough to tell two runs apart; `-` for what is not there. */
export function showNumber(value: number | undefined): string {
	if (value === undefined || !Number.isFinite(value)) return "-";
	return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** A Markdown table that reads as plain text too: the first column to the left, all others to the right. */
export function layTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
	const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
	const lay = (cells: readonly string[]): string =>
		`| ${widths.map((width, column) => (column === 0 ? (cells[0] ?? "").padEnd(width) : (cells[column] ?? "").padStart(width))).join(" | ")} |`;
	const rule = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
	return `${[lay(head), lay(rule), ...rows.map(lay)].join("\n")}\n`;
}
