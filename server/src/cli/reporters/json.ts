import type { Report } from "../../analysis/types.ts";

/** Writes a report as JSON, for programs: columns in UTF-16 units, paths relative to the root. */
export function writeJson(report: Report): string {
	return `${JSON.stringify(report, null, 2)}\n`;
}
