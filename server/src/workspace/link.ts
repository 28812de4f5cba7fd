/** Judges a tree from the facts of its files alone. */

import type { SourceFile } from "../analysis/snapshot.ts";
import type { Hole, Report } from "../analysis/types.ts";
import { givenPieces } from "../facts/given.ts";
import { findPieces, Role } from "../syntax/index.ts";
import type { Engine } from "./engine.ts";
import { type FactsLine, readLine, type SourceLine } from "./facts-line.ts";
import { compileGlob } from "./glob.ts";
import { InputError } from "./input-error.ts";
import { mergeReports } from "./merge.ts";
import type { FileSettings } from "./settings-file.ts";

/** Lines of facts, as they were read from a file. */
export interface FactsInput {
	/** For messages. */
	readonly name: string;
	readonly bytes: Uint8Array;
}

/**
 * Judges all files whose facts are given as one tree; their order does not matter. No fix is looked for: a fix is proved on a text.
 * @param program the version of this program
 * @param kernel overrides what the tree and its settings file say
 * @throws InputError naming the line that cannot be used, or has a file that another line has too
 */
export function linkFacts(inputs: Iterable<FactsInput>, program: string, kernel: string | undefined, engine: Engine): Report {
	const started = performance.now();
	const given = takeLines(inputs, program);
	const { settings } = given;
	const stated = kernel ?? settings.kernel;
	const isExcluded = compileAll(settings.exclude ?? []);
	const sources = [...given.sources].filter(([path]) => !isExcluded(path)).sort(([a], [b]) => (a < b ? -1 : 1));
	const holes = given.holes.filter(({ file }) => !isExcluded(file));
	/* what is left out is in the tree all the same, and shows what the kernel has */
	const present = new Set([...given.sources.keys(), ...given.holes.map(({ file }) => file)]);
	const tree = {
		files: new Map(sources.map(([path, line]) => [path, readPieces(path, line)])),
		has: (path: string) => present.has(path),
		text: (path: string) => given.sources.get(path)?.text,
	};
	const view = engine.openView(tree, {
		kernel: stated ?? given.kernel ?? engine.newestKernel,
		kernelForced: stated !== undefined,
		functions: settings.functions ?? {},
		severity: settings.severity ?? {},
		scope: [],
	});
	const { report } = view.judge([]);
	const { holes: all, ...rest } = mergeReports([{ report: { ...report, holes: [...report.holes, ...holes] }, prefix: "" }]);
	const milliseconds = Math.round(performance.now() - started);
	return { ...rest, holes: all, stats: { ...rest.stats, filesSeen: sources.length + holes.length, bytesSeen: given.bytes, milliseconds } };
}

interface Given {
	readonly sources: ReadonlyMap<string, SourceLine>;
	readonly holes: readonly Hole[];
	readonly kernel: string | undefined;
	readonly settings: FileSettings;
	/** How many bytes all lines have. */
	readonly bytes: number;
}

function takeLines(inputs: Iterable<FactsInput>, program: string): Given {
	const places = new Map<string, string>();
	const sources = new Map<string, SourceLine>();
	const holes: Hole[] = [];
	let kernel: string | undefined;
	let settings: FileSettings = {};
	let bytes = 0;
	for (const input of inputs) {
		bytes += input.bytes.byteLength;
		for (const { line, place } of linesOf(input, program)) {
			const { file } = line;
			const before = places.get(file);
			if (before !== undefined) throw new InputError(`${place}: the facts of ${file} are in ${before} too`);
			places.set(file, place);
			if ("facts" in line) sources.set(file, line);
			else if ("hole" in line) holes.push({ file, line: 1, why: line.hole });
			else if ("settings" in line) settings = line.settings;
			else kernel = line.kernel;
		}
	}
	return { sources, holes, kernel, settings, bytes };
}

/** The lines of an input, one at a time: all of them together may be longer than a string can be. */
function* linesOf({ name, bytes }: FactsInput, program: string): Iterable<{ readonly line: FactsLine; readonly place: string }> {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	for (let start = 0, number = 1; start < buffer.length; number++) {
		const newline = buffer.indexOf(10, start);
		const end = newline < 0 ? buffer.length : newline;
		const place = `${name}:${number}`;
		yield { line: readLine(buffer.toString("utf8", start, end), place, program), place };
		start = end + 1;
	}
}

function readPieces(path: string, { facts, pieces, words }: SourceLine): SourceFile {
	const postings = { keys: Uint32Array.from(words.keys), pieces: Uint32Array.from(words.pieces) };
	return { path, pieces: givenPieces(facts, pieces, postings, (role, word) => findPieces(postings, Role[role], word)) };
}

function compileAll(globs: readonly string[]): (path: string) => boolean {
	const tests = globs.map(compileGlob);
	return (path) => tests.some((test) => test(path));
}
