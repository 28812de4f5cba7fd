import type { NeedPattern } from "./need-pattern.ts";

/** ripgrep looks for this many texts at once as fast as for one, and for more several times slower. */
const MANY_TEXTS = 10;
/** A pass in Node costs about as much as this many runs of ripgrep. */
const MANY_RUNS = 3;
/** Shorter texts are part of half of all words. */
const SHORT_TEXT = 3;
/** A shorter name of a member is looked for with what stands before it. */
const SHORT_MEMBER = 7;

/**
 * Makes patterns for ripgrep that find every file in which something matches, and others.
 * @returns `undefined` where a pass over all files in Node is quicker
 */
export function planNeedRuns(patterns: readonly NeedPattern[]): readonly string[] | undefined {
	const members = new Set<string>();
	const texts = new Set<string>();
	for (const { word, member } of patterns) {
		if (!/^\w+$/.test(word)) continue;
		if (member && word.length < SHORT_MEMBER) members.add(word);
		else texts.add(word);
	}
	const runs = members.size === 0 ? [] : [`(?:->|\\.)[ \\t]*(?:${[...members].join("|")})`];
	const others = planTextRuns([...texts]);
	return others === undefined || runs.length + others.length > MANY_RUNS ? undefined : [...runs, ...others];
}

/** Makes patterns for ripgrep that find every file in which one of the texts occurs; `undefined` as for {@link planNeedRuns}. */
export function planTextRuns(texts: readonly string[]): readonly string[] | undefined {
	if (texts.some((text) => text.length < SHORT_TEXT)) return undefined;
	const runs: string[] = [];
	for (let at = 0; at < texts.length; at += MANY_TEXTS) runs.push(texts.slice(at, at + MANY_TEXTS).join("|"));
	return runs.length > MANY_RUNS ? undefined : runs;
}
