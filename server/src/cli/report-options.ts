/** What the commands that judge have in common: how a report is printed, and what of it counts. */

import type { Report, Severity } from "../analysis/types.ts";
import { isAtLeast, SEVERITIES } from "../report/summary.ts";
import { InputError } from "../workspace/input-error.ts";
import { KERNEL_VERSION } from "../workspace/settings-file.ts";
import { choose } from "./arguments.ts";
import { type Io, STATUS, type Status } from "./command.ts";
import { FORMAT_NAMES, type Format, writeFormat } from "./formats.ts";
import { writeResult } from "./output.ts";
import { choosePaint } from "./paint.ts";

/** Options of every command that prints a report. */
export const REPORT_OPTIONS = {
	format: { type: "string", default: "text" },
	output: { type: "string" },
	uses: { type: "boolean", default: false },
	kernel: { type: "string" },
	"min-severity": { type: "string", default: "warning" },
	strict: { type: "boolean", default: false },
	color: { type: "boolean" },
	"no-color": { type: "boolean" },
} as const;

interface Values {
	readonly format: string;
	readonly output?: string | undefined;
	readonly uses: boolean;
	readonly kernel?: string | undefined;
	readonly "min-severity": string;
	readonly strict: boolean;
	readonly color?: boolean | undefined;
	readonly "no-color"?: boolean | undefined;
}

/** How a report is to be printed. */
export interface ReportChoice {
	readonly format: Format;
	readonly output: string | undefined;
	/** Whether uses are listed that are right. */
	readonly uses: boolean;
	readonly least: Severity;
	readonly strict: boolean;
	readonly color: boolean | undefined;
}

/** What only the command knows of its report. */
export interface Printing {
	readonly byteColumn: (file: string, line: number, column: number) => number;
	/** Says whether something was not understood. */
	readonly isUncertain: (report: Report) => boolean;
	/** How many findings are known, and so are not in the report. */
	readonly known?: number;
	/** The folder that paths in the report are relative to, where there is one. */
	readonly base?: string;
}

/**
 * Takes the values of {@link REPORT_OPTIONS}.
 * @throws InputError naming the option that has a wrong one
 */
export function chooseReport(values: Values): ReportChoice {
	const format = choose("format", values.format, FORMAT_NAMES);
	const least = choose("min-severity", values["min-severity"], SEVERITIES);
	if (values.kernel !== undefined && !KERNEL_VERSION.test(values.kernel)) {
		throw new InputError(`option '--kernel' must be a version such as 6.1.192, not "${values.kernel}"`);
	}
	const color = values.color === true ? true : values["no-color"] === true ? false : undefined;
	return { format, output: values.output, uses: values.uses, least, strict: values.strict, color };
}

/** Prints a report; returns the exit status that it leads to. */
export async function printReport(report: Report, choice: ReportChoice, printing: Printing, io: Io): Promise<Status> {
	const { byteColumn, isUncertain, known = 0, base } = printing;
	const findings = report.findings.filter((finding) => isAtLeast(finding.severity, choice.least));
	const uncertain = choice.strict && isUncertain(report);
	const told = new Set(findings.map((finding) => finding.useId));
	const uses = choice.uses ? report.uses : report.uses.filter((use) => told.has(use.id));
	const shown: Report = { ...report, uses, findings };
	const text = await writeFormat(
		choice.format,
		{ report: shown, uses: report.uses, base },
		{
			paint: choosePaint(choice.color, choice.output !== undefined, io),
			byteColumn,
			listUses: choice.uses,
			listHoles: choice.strict,
			known,
		},
	);
	writeResult(text, choice.output, io);
	return findings.length > 0 || uncertain ? STATUS.findings : STATUS.clean;
}

/** Whether a report leaves something open: a hole, or a use of which nobody knows. */
export function leavesOpen({ holes, uses }: Pick<Report, "holes" | "uses">): boolean {
	return holes.length > 0 || uses.some((use) => use.verdict === "unknown");
}
