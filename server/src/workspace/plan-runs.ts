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
 * @param end what stands behind each text: the end of a word, or anything
 * @returns `undefined` where a pass over all files in Node is quicker
 */
export function planRuns(texts: readonly string[], end: "word" | "any"): readonly string[] | undefined {
	if (texts.some((text) => text.length < SHORT_TEXT)) return undefined;
	const runs: string[][] = [];
	const length = lengthForOneRun(texts);
	let letters = MANY_LETTERS;
	for (const text of new Set(texts.map((whole) => whole.slice(-length)))) {
		letters += text.length;
		if (letters > MANY_LETTERS) {
			runs.push([]);
			letters = text.length;
		}
		/* ripgrep looks for the text and then at what follows: that takes no longer, and of `->mm` leaves a quarter of the files */
		runs.at(-1)?.push(escapeRegex(text) + (end === "word" && /\w$/.test(text) ? "\\b" : ""));
	}
	return runs.length > MANY_RUNS ? undefined : runs.map((run) => run.join("|"));
}

/** The most letters of each text with which all fit into one run; where they cannot, {@link LONG_TEXT}. */
function lengthForOneRun(texts: readonly string[]): number {
	const lettersOf = (most: number): number => texts.reduce((sum, { length }) => sum + Math.min(length, most), 0);
	let length = Math.max(LONG_TEXT, ...texts.map((text) => text.length));
	while (length > LONG_TEXT && lettersOf(length) > MANY_LETTERS) length--;
	return length;
}
