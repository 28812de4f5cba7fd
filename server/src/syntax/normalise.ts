/** The dialect pass: a text of the same length that the grammar understands, and the other arms of what an `#if` cuts through. */

import { readConditionals } from "./conditionals.ts";
import { Directive, Kind, lex, type Tokens } from "./lexer.ts";
import { rewrite } from "./rewrite.ts";
import { type Region, type Selection, select } from "./selection.ts";
import { Sheet } from "./sheet.ts";
import { buildStream, type Mark } from "./stream.ts";

/** At most this many texts of one definition: one for each arm that no other text holds. */
export const MAX_VARIANTS = 12;

/** Another reading of the part [start, end) of the text. */
export interface AlternateText {
	readonly start: number;
	readonly end: number;
	/** As long as the part; offset 0 is `start`. */
	readonly text: string;
	readonly marks: ReadonlyMap<number, Mark>;
}

export interface NormalisedText {
	/** As long as the original; every newline stands where it stood. */
	readonly text: string;
	/** What rewritten places stood for, by the offset of their first character. */
	readonly marks: ReadonlyMap<number, Mark>;
	readonly alternates: readonly AlternateText[];
	/** All `#define` lines: offsets [start, end), those that the tree does not show included. */
	readonly defines: readonly { readonly start: number; readonly end: number }[];
	/** Offsets of definitions of which not every arm is in some text. */
	readonly unread: readonly number[];
	/** Deepest nesting of brackets in any of the texts. */
	readonly depth: number;
}

function write(
	text: string,
	tokens: Tokens,
	range: Region,
	selection: Selection,
	from: number,
	to: number,
): { text: string; marks: Map<number, Mark>; depth: number } {
	const sheet = new Sheet(text, from, to);
	const marks = new Map<number, Mark>();
	const stream = buildStream(text, tokens, range.from, range.to, selection.live, sheet, marks);
	rewrite(stream);
	return { text: sheet.toText(), marks, depth: stream.depth };
}

/** Normalises a C text. Total: any text has a result of its own length. */
export function normalise(text: string): NormalisedText {
	const tokens = lex(text);
	const conditionals = readConditionals(text, tokens);
	const whole: Region = { from: 0, to: tokens.count };
	const primary = select(tokens, conditionals, whole, new Set());
	const alternates: AlternateText[] = [];
	// Regions have no group in common, so one set serves all.
	const covered = new Set(primary.chosen);
	const written = write(text, tokens, whole, primary, 0, text.length);
	let { depth } = written;
	const unread: number[] = [];
	for (const region of primary.regions) {
		const start = tokens.start[region.from] ?? 0;
		const end = tokens.end[region.to - 1] ?? start;
		for (let n = 1; ; n++) {
			const selection = select(tokens, conditionals, region, covered);
			const fresh = selection.chosen.filter((key) => !covered.has(key));
			if (fresh.length === 0) break;
			if (n === MAX_VARIANTS) {
				unread.push(start);
				break;
			}
			for (const key of fresh) covered.add(key);
			const other = write(text, tokens, region, selection, start, end);
			alternates.push({ start, end, text: other.text, marks: other.marks });
			depth = Math.max(depth, other.depth);
		}
	}
	const defines: { start: number; end: number }[] = [];
	for (let i = 0; i < tokens.count; i++) {
		if (tokens.kind[i] === Kind.directive && tokens.what[i] === Directive.define) {
			defines.push({ start: tokens.start[i] ?? 0, end: tokens.end[i] ?? 0 });
		}
	}
	return { text: written.text, marks: written.marks, alternates, defines, unread, depth };
}
