/** Parses normalised text with tree-sitter. */

import { Language, Parser, type ParseState, type Range, type Tree } from "web-tree-sitter";
import { MAX_VARIANTS, type NormalisedText, normalise } from "./normalise.ts";
import { type Runtime, startRuntime } from "./runtime.ts";
import type { Mark } from "./stream.ts";

/** The runtime (web-tree-sitter.wasm) and the grammar (tree-sitter-c.wasm). */
export interface WasmBytes {
	readonly runtime: Uint8Array;
	readonly grammar: Uint8Array;
}

/** Longest text that is parsed, in UTF-16 units. */
export const MAX_LENGTH = 16 * 1024 * 1024;
/** Deepest nesting of brackets that is parsed. */
export const MAX_DEPTH = 1000;
/**
 * Most steps of the parser (it counts one for each hundred of its operations) for which it may be behind in its text. Where a text can
 * be read in many ways and stays so, the work grows with the square of its length. Of Linux 6.1 no file is further behind than 4.
 */
export const MAX_STEPS_BEHIND = 2000;
/** Steps in which it is expected to read a thousand characters: twice of what tables of numbers, the densest of C, take. */
const STEPS_FOR_A_THOUSAND = 20;
/** The parser reads UTF-16 and says where it is in bytes. */
const BYTES_OF_UNIT = 2;

/** Another reading of the part [start, end) of a file: another arm of the `#if`s that cut through it. Offsets in the tree are the file's. */
export interface Alternate {
	readonly start: number;
	readonly end: number;
	/** As long as the part. */
	readonly text: string;
	readonly marks: ReadonlyMap<number, Mark>;
	readonly tree: Tree;
}

export interface ParsedFile {
	readonly tree: Tree;
	/** The original. */
	readonly text: string;
	/** What was parsed: as long as the original. */
	readonly normalised: string;
	readonly marks: ReadonlyMap<number, Mark>;
	readonly alternates: readonly Alternate[];
	readonly defines: NormalisedText["defines"];
	/** Why some of the text is in no tree, by offset. */
	readonly unread: readonly { readonly at: number; readonly why: string }[];
	/** Frees the trees. */
	delete(): void;
}

export interface ParseFailure {
	readonly failure: "too-long" | "too-deep" | "too-ambiguous" | "parser-failed";
	readonly why: string;
}

export type ParseResult = ParsedFile | ParseFailure;

export interface Syntax {
	/** Parses a file. The caller frees the result with its `delete()`. */
	parse(text: string): ParseResult;
	/** Parses text as it is: no dialect pass, no limits but the parser's own. */
	parseRaw(text: string): Tree | ParseFailure;
	/** Frees the parser. */
	delete(): void;
}

/** Row and column (in UTF-16 units) of offsets, each asked for at or behind the one before: no line is counted twice. */
class LineCounter {
	private readonly text: string;
	private row = 0;
	private lineStart = 0;

	constructor(text: string) {
		this.text = text;
	}

	locate(offset: number): { row: number; column: number } {
		if (offset < this.lineStart) {
			this.row = 0;
			this.lineStart = 0;
		}
		for (let at = this.text.indexOf("\n", this.lineStart); at >= 0 && at < offset; at = this.text.indexOf("\n", at + 1)) {
			this.row++;
			this.lineStart = at + 1;
		}
		return { row: this.row, column: offset - this.lineStart };
	}
}

/**
 * What is asked every so many operations of the parser: whether it is too far behind in its text.
 * @param end where the text ends, blanks left out; what comes behind (the tree is balanced) takes time in proportion to what was read
 */
function watchSteps(end: number): (state: ParseState) => boolean {
	let behind = 0;
	let furthest = 0;
	return ({ currentOffset }) => {
		const at = currentOffset / BYTES_OF_UNIT;
		if (at >= end) return false;
		behind++;
		if (at > furthest) {
			behind = Math.max(0, behind - ((at - furthest) / 1000) * STEPS_FOR_A_THOUSAND);
			furthest = at;
		}
		return behind > MAX_STEPS_BEHIND;
	};
}

/** Starts the parser. Rejects when the bytes are no such modules. */
export async function loadSyntax(wasm: WasmBytes): Promise<Syntax> {
	const runtime: Runtime = await startRuntime(wasm.runtime);
	const language = await Language.load(wasm.grammar);
	let parser: Parser | undefined;
	/** Kept, as otherwise they would be freed when they are collected. */
	const abandoned: Parser[] = [];

	const run = (text: string, range?: Range): Tree | ParseFailure => {
		const start = range?.startIndex ?? 0;
		const isBehind = watchSteps(start + text.trimEnd().length);
		try {
			if (parser === undefined) {
				parser = new Parser();
				parser.setLanguage(language);
			}
			const read = (at: number) => text.slice(Math.max(0, at - start));
			const tree = parser.parse(read, null, { ...(range && { includedRanges: [range] }), progressCallback: isBehind });
			if (tree !== null) return tree;
			parser.reset();
			return { failure: "too-ambiguous", why: `it can be read in too many ways: the parser was ${MAX_STEPS_BEHIND} steps behind` };
		} catch (error) {
			// What it was at is half done, and so is what it holds: it is not freed, and the next parse starts another.
			if (parser !== undefined) abandoned.push(parser);
			parser = undefined;
			runtime.unwind();
			return { failure: "parser-failed", why: error instanceof Error ? error.message : String(error) };
		}
	};

	const parseAlternates = (text: string, normalised: NormalisedText): Alternate[] | ParseFailure => {
		const list: Alternate[] = [];
		const starts = new LineCounter(text);
		const ends = new LineCounter(text);
		for (const { start, end, text: part, marks } of normalised.alternates) {
			const tree = run(part, { startIndex: start, endIndex: end, startPosition: starts.locate(start), endPosition: ends.locate(end) });
			if ("failure" in tree) {
				for (const done of list) done.tree.delete();
				return tree;
			}
			list.push({ start, end, text: part, marks, tree });
		}
		return list;
	};

	return {
		parse(text) {
			if (text.length > MAX_LENGTH) return { failure: "too-long", why: `longer than ${MAX_LENGTH} characters` };
			const normalised = normalise(text);
			if (normalised.depth > MAX_DEPTH) return { failure: "too-deep", why: `brackets nest deeper than ${MAX_DEPTH}` };
			const tree = run(normalised.text);
			if ("failure" in tree) return tree;
			const alternates = parseAlternates(text, normalised);
			if ("failure" in alternates) {
				tree.delete();
				return alternates;
			}
			return {
				tree,
				text,
				normalised: normalised.text,
				marks: normalised.marks,
				alternates,
				defines: normalised.defines,
				unread: normalised.unread.map((at) => ({ at, why: `of the arms of #if in this definition ${MAX_VARIANTS} were read` })),
				delete() {
					tree.delete();
					for (const alternate of alternates) alternate.tree.delete();
				},
			};
		},
		parseRaw: (text) => run(text),
		delete() {
			parser?.delete();
			parser = undefined;
		},
	};
}
