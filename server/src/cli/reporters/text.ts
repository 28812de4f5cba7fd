import type { Finding, Hole, Report, Severity, TraceStep, Use } from "../../analysis/types.ts";
import { countFindings, countHoles, countUses } from "../../report/summary.ts";
import { formatTrace } from "../../report/trace.ts";
import { describeExploration, describeUse } from "../../report/use.ts";
import type { Paint } from "../paint.ts";

export interface TextOptions {
	readonly paint: Paint;
	/** Turns a column in UTF-16 units into one in bytes. */
	readonly byteColumn: (file: string, line: number, column: number) => number;
	/** List every use, not only what is wrong. */
	readonly listUses: boolean;
	/** List every hole, however many there are. */
	readonly listHoles: boolean;
	/** Findings that are known, and so are not listed. */
	readonly known?: number;
}

/** More holes than this are counted, not listed, unless all are asked for. */
const SOME_HOLES = 20;

/**
 * Writes a report for people and for editors: `path:line:column: severity[rule]: message`, the trace indented below it, and one line that
 * counts. Columns are bytes, as those of gcc.
 * @param allUses every use that was judged; those in `report.uses` are listed, all are counted
 */
export function writeText(report: Report, allUses: readonly Use[], options: TextOptions): string {
	const explained = new Set(report.findings.flatMap((finding) => (finding.trace && finding.useId !== undefined ? [finding.useId] : [])));
	const blocks: Block[] = [
		...(options.listUses ? report.uses.map((use) => ({ place: use, order: 0, lines: writeUse(use, explained.has(use.id), options) })) : []),
		...report.findings.map((finding) => ({ place: finding, order: 1, lines: writeFinding(finding, options) })),
	];
	blocks.sort(byPlace);
	const holes = options.listHoles ? report.holes : report.holes.slice(0, SOME_HOLES);
	const lines = [...blocks.flatMap((block) => block.lines), ...holes.map((hole) => writeHole(hole, options.paint))];
	const unlisted = report.holes.length - holes.length;
	if (unlisted > 0) lines.push(options.paint.dim(`… and ${unlisted} more holes; --strict lists them all`));
	const { stats } = report;
	const known = options.known ? [`${options.known} known`] : [];
	const parts = [countFindings(report.findings), ...known, countUses(allUses), countHoles(report.holes)];
	const read = `${stats.filesParsed} of ${stats.filesSeen} files parsed`;
	lines.push(options.paint.bold(`${parts.join("; ")}; Linux ${report.kernel}; ${read}`));
	return `${lines.join("\n")}\n`;
}

interface Block {
	readonly place: { readonly file: string; readonly line: number; readonly column: number };
	readonly order: number;
	readonly lines: readonly string[];
}

function byPlace(a: Block, b: Block): number {
	if (a.place.file !== b.place.file) return a.place.file < b.place.file ? -1 : 1;
	return a.place.line - b.place.line || a.place.column - b.place.column || a.order - b.order;
}

/** The trace of a use is left to its finding when that shows one. */
function writeUse(use: Use, explained: boolean, options: TextOptions): readonly string[] {
	const { paint } = options;
	const head = `${writePlace(use, options)}: ${paintVerdict(use, paint)}: ${describeUse(use)} ${paint.dim(`(${describeExploration(use.explored)})`)}`;
	return [
		head,
		...(use.assumes ?? []).map((assumed) => paint.dim(`    assumes: ${assumed}`)),
		...(explained || use.trace === undefined ? [] : writeTrace(use.trace, paint)),
	];
}

function writeFinding(finding: Finding, options: TextOptions): readonly string[] {
	const { paint } = options;
	const kind = paintSeverity(finding.severity, `${finding.severity}[${finding.rule}]`, paint);
	const [first = "", ...rest] = finding.message.split("\n");
	/* what is left to write says little here */
	const fixes = finding.fixes.map(({ title, applicability, verdictAfter }) => {
		const after = verdictAfter === undefined ? "" : `; the use is then ${verdictAfter}`;
		return `    fix: ${title} (${applicability}${after})`;
	});
	return [
		`${writePlace(finding, options)}: ${kind}: ${first}`,
		...rest.map((line) => `    ${line}`.trimEnd()),
		...(finding.introducedBy === undefined ? [] : [`    introduced by ${finding.introducedBy.file}:${finding.introducedBy.line}`]),
		...(finding.trace === undefined ? [] : writeTrace(finding.trace, paint)),
		...fixes,
	];
}

function writeTrace(trace: readonly TraceStep[], paint: Paint): readonly string[] {
	return formatTrace(trace).map((line) => {
		const arrow = line.indexOf("→");
		return `    ${arrow < 0 ? line : line.slice(0, arrow) + paint.dim(line.slice(arrow))}`;
	});
}

function writeHole(hole: Hole, paint: Paint): string {
	return `${paint.bold(`${hole.file}:${hole.line}`)}: hole: ${hole.why}`;
}

function writePlace(at: Block["place"], options: TextOptions): string {
	return options.paint.bold(`${at.file}:${at.line}:${options.byteColumn(at.file, at.line, at.column)}`);
}

function paintSeverity(severity: Severity, text: string, paint: Paint): string {
	return severity === "error" ? paint.red(text) : severity === "warning" ? paint.yellow(text) : paint.cyan(text);
}

function paintVerdict(use: Use, paint: Paint): string {
	const text = `use[${use.verdict}]`;
	if (use.verdict === "exposed") return paint.red(text);
	if (use.verdict === "held" || use.verdict === "guarded") return paint.green(text);
	return paint.yellow(text);
}
