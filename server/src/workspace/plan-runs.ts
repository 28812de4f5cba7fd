import { escapeRegex } from "./glob.ts";

/** ripgrep looks for texts of this many letters in all as fast as for one text; for longer ones it is several times slower. */
const MANY_LETTERS = 220;
/** The end of a long text is enough to tell it from most others. */
const LONG_TEXT = 8;
/** A pass in Node takes about as long as this many runs of ripgrep. */
const MANY_RUNS = 6;
/** Shorter texts are part of half of all words. */
const SHORT_TEXT = 3;

/**
 * Makes patterns for ripgrep that find every file in which one of the texts occurs, and others.
 * @returns `undefined` where a pass over all files in Node is quicker
 */
export function planRuns(texts: readonly string[]): readonly string[] | undefined {
	if (texts.some((text) => text.length < SHORT_TEXT)) return undefined;
	const runs: string[][] = [];
	let letters = MANY_LETTERS;
	for (const text of new Set(texts.map((whole) => whole.slice(-LONG_TEXT)))) {
		letters += text.length;
		if (letters > MANY_LETTERS) {
			runs.push([]);
			letters = text.length;
		}
		runs.at(-1)?.push(escapeRegex(text));
	}
	return runs.length > MANY_RUNS ? undefined : runs.map((run) => run.join("|"));
}
