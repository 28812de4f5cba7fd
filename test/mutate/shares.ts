/** The shares of mutants that are noticed, and which of them are tried. */

import type { Kind } from "./kinds.ts";
import type { Mutant } from "./sites.ts";

/** A mutant that was judged; `by`: the rule that noticed it. */
export interface Tried {
	readonly file: string;
	readonly mutant: Mutant;
	readonly by: string | undefined;
}

/** What is to be noticed of all, and of each kind. */
const OF_ALL = 0.9;
const OF_EACH = 0.75;

export function describeMutant(file: string, { kind, function: fn, line, was }: Mutant): string {
	return `${file}:${line}: ${kind} in ${fn}(): ${was.replace(/\s+/g, " ").slice(0, 90)}`;
}

/** The shares as a table, and whether they are what they have to be. */
export function layShares(tried: readonly Tried[], kinds: readonly Kind[]): { readonly text: string; readonly isEnough: boolean } {
	const lines: string[] = [];
	let isEnough = true;
	const add = (name: string, some: readonly Tried[], least: number): void => {
		if (some.length === 0) return;
		const noticed = some.filter(({ by }) => by !== undefined).length;
		const share = noticed / some.length;
		if (share < least) isEnough = false;
		lines.push(
			`${name.padEnd(14)} ${String(noticed).padStart(4)} of ${String(some.length).padStart(4)}  ${(share * 100).toFixed(1).padStart(5)} %`,
		);
	};
	for (const kind of kinds)
		add(
			kind,
			tried.filter(({ mutant }) => mutant.kind === kind),
			OF_EACH,
		);
	add("all", tried, OF_ALL);
	return { text: `${lines.join("\n")}\n`, isEnough };
}

/** So many of some things, the same for the same seed. */
export function pick<T>(all: readonly T[], count: number, seed: number): readonly T[] {
	let state = seed >>> 0 || 1;
	const next = (): number => {
		/* xorshift32 */
		state ^= state << 13;
		state >>>= 0;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state;
	};
	const keyed = all.map((item, index) => ({ item, index, key: next() }));
	const chosen = keyed.sort((a, b) => a.key - b.key).slice(0, count);
	return chosen.sort((a, b) => a.index - b.index).map(({ item }) => item);
}
