import { join } from "node:path";
import type { Need } from "../analysis/snapshot.ts";
import { ByteReader } from "./byte-reader.ts";
import { type NeedPattern, patternOfNeed } from "./need-pattern.ts";
import type { Pause } from "./pause.ts";
import { listWithRipgrep } from "./ripgrep.ts";
import { WordTable } from "./word-table.ts";

/** Finds files by their bytes. Paths are relative to the root; a file that cannot be read holds nothing. */
export interface Search {
	/**
	 * The files in which one of the words occurs.
	 * @param words regular expressions for whole words, of letters, `\w`, groups, alternatives and repetition only
	 */
	findWords(root: string, files: readonly string[], words: readonly string[], pause?: Pause): Promise<ReadonlySet<string>>;
	/** The files that hold something for one of the needs. */
	findNeeds(root: string, files: readonly string[], needs: readonly Need[], pause?: Pause): Promise<ReadonlySet<string>>;
}

/** Below this many files, starting a program takes longer than reading them. */
const FEW_FILES = 200;
/** ripgrep is given no more words than this at once: beyond, its automaton grows slower than a pass in Node. */
const MANY_WORDS = 500;

/**
 * Makes a search.
 * @param ripgrep whether to let ripgrep, when it is on PATH, choose the files to look into; the result is the same
 */
export function makeSearch(ripgrep: boolean): Search {
	const narrow = async (root: string, files: readonly string[], words: readonly string[]): Promise<ReadonlySet<string> | undefined> =>
		ripgrep && files.length > FEW_FILES && words.length <= MANY_WORDS ? listWithRipgrep(root, files, words) : undefined;
	return {
		findWords: async (root, files, words, pause) => (await narrow(root, files, words)) ?? findByRegex(root, files, words, pause),
		findNeeds: async (root, files, needs, pause) => {
			const patterns = needs.map(patternOfNeed);
			const words = [...new Set(patterns.map((pattern) => pattern.word))].filter((word) => /^\w+$/.test(word));
			const candidates = await narrow(root, files, words);
			return findByWord(root, candidates === undefined ? files : files.filter((file) => candidates.has(file)), patterns, pause);
		},
	};
}

async function findByRegex(root: string, files: readonly string[], words: readonly string[], pause?: Pause): Promise<ReadonlySet<string>> {
	const regex = new RegExp(`\\b(?:${words.join("|")})\\b`);
	const reader = new ByteReader();
	return filter(files, (path) => regex.test(reader.read(join(root, path)).latin1()), pause);
}

async function filter(files: readonly string[], holds: (path: string) => boolean, pause?: Pause): Promise<ReadonlySet<string>> {
	const found = new Set<string>();
	for (const path of files) {
		if (holds(path)) found.add(path);
		await pause?.();
	}
	return found;
}

/** Looks for each word in one pass over the bytes; the line around a hit decides. */
async function findByWord(
	root: string,
	files: readonly string[],
	patterns: readonly NeedPattern[],
	pause?: Pause,
): Promise<ReadonlySet<string>> {
	const byWord = new Map<string, NeedPattern[]>();
	for (const pattern of patterns) {
		const same = byWord.get(pattern.word);
		if (same === undefined) byWord.set(pattern.word, [pattern]);
		else same.push(pattern);
	}
	const table = new WordTable(byWord.keys());
	const reader = new ByteReader();
	const holds = (path: string): boolean => {
		const bytes = reader.read(join(root, path));
		return table.findFirst(bytes, (word, start) => {
			const here = byWord.get(word) ?? [];
			if (here.some((pattern) => pattern.line === undefined)) return true;
			const line = bytes.lineAt(start);
			return here.some((pattern) => pattern.line?.test(line) === true);
		});
	};
	return filter(files, holds, pause);
}
