import type { Report, Use } from "../analysis/types.ts";
import { printable } from "../report/printable.ts";
import { writeJson } from "./reporters/json.ts";
import { type TextOptions, writeText } from "./reporters/text.ts";

/** What there is to print: the report as it was asked for, and every use that was judged. */
export interface Printed {
	readonly report: Report;
	readonly uses: readonly Use[];
	/** The folder that paths are relative to, where there is one on this machine. */
	readonly base?: string | undefined;
}

type Write = (printed: Printed, options: TextOptions) => string | Promise<string>;

/** How each format is written. What only few runs need is loaded then. */
const FORMATS = {
	text: ({ report, uses }, options) => writeText(printable(report), uses, options),
	json: ({ report }) => writeJson(report),
	sarif: async ({ report }, { listUses }) => (await import("./reporters/sarif.ts")).writeSarif(report, listUses),
	html: async (printed) => (await import("./reporters/html.ts")).writeHtml(printed),
} as const satisfies Readonly<Record<string, Write>>;

export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** Writes a report in a format. */
export async function writeFormat(format: Format, printed: Printed, options: TextOptions): Promise<string> {
	const write: Write = FORMATS[format];
	return await write(printed, options);
}
