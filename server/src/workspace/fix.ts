import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyEdits } from "../analysis/index.ts";
import type { Finding, TextEdit } from "../analysis/types.ts";
import { type CheckOptions, type CheckResult, checkPaths } from "./check.ts";
import { decodeSource } from "./decode.ts";
import type { Engine } from "./engine.ts";
import { describeError, InputError } from "./input-error.ts";

/** A round puts in at most one fix at each place; more rounds than this are given up. */
const MAX_ROUNDS = 32;

/** A file that is to be changed: its bytes on disk, what they say, and what is to stand there. */
export interface FixedFile {
	/** Relative to the base of the result. */
	readonly path: string;
	readonly bytes: Uint8Array;
	readonly before: string;
	readonly after: string;
}

export interface FixResult {
	/** What is left with the fixes in place. */
	readonly result: CheckResult;
	/** Sorted by path. */
	readonly files: readonly FixedFile[];
	/** Number of fixes that were put in. */
	readonly applied: number;
}

/**
 * Puts in the fixes of the findings in these paths that are safe, checks again, and so on until there are none. Nothing is written.
 * @throws InputError as {@link checkPaths} does, and for a file that cannot be read
 */
export async function fixPaths(options: CheckOptions, engine: Engine): Promise<FixResult> {
	const files = new Map<string, FixedFile>();
	let applied = 0;
	for (let round = 1; ; round++) {
		const texts = new Map([...files].map(([absolute, { after }]) => [absolute, after]));
		const result = await checkPaths({ ...options, fixes: ["safe"], texts }, engine);
		const chosen = round > MAX_ROUNDS ? [] : chooseFixes(result.report.findings);
		if (chosen.length === 0) return { result, files: [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1)), applied };
		for (const path of new Set(chosen.flat().map((edit) => edit.file))) {
			const absolute = join(result.base, path);
			const file = files.get(absolute) ?? readFile(absolute, path);
			const edits = chosen.flat().filter((edit) => edit.file === path);
			files.set(absolute, { ...file, after: applyEdits(file.after, edits) });
		}
		applied += chosen.length;
	}
}

/** The edits of one safe fix for each finding that has one, as long as they do not meet those of another. */
function chooseFixes(findings: readonly Finding[]): readonly (readonly TextEdit[])[] {
	const chosen: (readonly TextEdit[])[] = [];
	for (const { fixes } of findings) {
		const safe = fixes.filter((fix) => fix.applicability === "safe");
		const fix = safe.find((candidate) => candidate.preferred) ?? safe[0];
		if (fix && !fix.edits.some((edit) => chosen.flat().some((other) => meet(edit, other)))) chosen.push(fix.edits);
	}
	return chosen;
}

function meet(a: TextEdit, b: TextEdit): boolean {
	return a.file === b.file && isBefore(a.line, a.column, b.endLine, b.endColumn) && isBefore(b.line, b.column, a.endLine, a.endColumn);
}

function isBefore(line: number, column: number, otherLine: number, otherColumn: number): boolean {
	return line < otherLine || (line === otherLine && column <= otherColumn);
}

function readFile(absolute: string, path: string): FixedFile {
	try {
		const bytes = readFileSync(absolute);
		const text = decodeSource(bytes);
		return { path, bytes, before: text, after: text };
	} catch (error) {
		throw new InputError(`${path}: ${describeError(error)}`);
	}
}
