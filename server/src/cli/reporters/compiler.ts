import type { Finding, Hole } from "../../analysis/types.ts";
import { describeStepThere } from "../../report/related.ts";

export interface CompilerLineOptions {
	/** The name of a file as the build knows it. */
	readonly nameOf: (file: string) => string;
	/** Turns a column in UTF-16 units into one in bytes. */
	readonly byteColumn: (file: string, line: number, column: number) => number;
}

interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/**
 * Writes findings and holes as compilers and sparse do: `path:line:column: warning: message`, with a note for each step of the trace.
 * A build goes on, so that nothing is called an error.
 */
export function writeCompilerLines(findings: readonly Finding[], holes: readonly Hole[], options: CompilerLineOptions): string {
	const lines = [
		...findings.flatMap((finding) => writeFinding(finding, options)),
		...holes.map(({ file, line, why }) => `${options.nameOf(file)}:${line}:1: note: not understood: ${why}`),
	];
	return lines.map((line) => `${line}\n`).join("");
}

function writeFinding(finding: Finding, options: CompilerLineOptions): readonly string[] {
	const [first = "", ...rest] = finding.message.split("\n").map((line) => line.trim());
	const note = (at: Place, text: string): string => `${writePlace(at, options)}: note: ${text}`;
	return [
		`${writePlace(finding, options)}: warning: ${first} [${finding.rule}]`,
		...rest.filter((line) => line !== "").map((line) => note(finding, line)),
		/* what the owner does by itself stands nowhere */
		...(finding.trace ?? []).map((step, index) => note(step.file === "" ? finding : step, `${index + 1}. ${describeStepThere(step)}`)),
	];
}

function writePlace({ file, line, column }: Place, { nameOf, byteColumn }: CompilerLineOptions): string {
	return `${nameOf(file)}:${line}:${byteColumn(file, line, column)}`;
}
