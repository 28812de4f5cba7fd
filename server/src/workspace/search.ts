import type { Need } from "../analysis/snapshot.ts";
import { ByteReader } from "./byte-reader.ts";
import { type NeedPattern, patternOfNeed } from "./need-pattern.ts";
import type { Pause } from "./pause.ts";
import { planRuns } from "./plan-runs.ts";
import { listWithRipgrep } from "./ripgrep.ts";
import { WordFinder } from "./word-finder.ts";
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

/** Below this many files, starting a program that may look at more than them takes longer than reading them. */
const FEW_FILES = 2000;

/**
 * Makes a search.
 * @param ripgrep whether to let ripgrep, when it is on PATH, choose the files to look into; the result is the same
 * @param threads how many ripgrep may use; by default it decides
 */
export function makeSearch(ripgrep: boolean, threads?: number): Search {
	const find = async (
		root: string,
		files: readonly string[],
		runs: readonly string[] | undefined,
		holds: (bytes: ByteReader) => boolean,
		pause?: Pause,
	): Promise<ReadonlySet<string>> => {
		const reader = new ByteReader();
		const found = new Set<string>();
		/* whoever found them first */
		const inOrder = (): ReadonlySet<string> => new Set(files.filter((path) => found.has(path)));
		const look = async (path: string): Promise<void> => {
			if (holds(reader.read(`${root}/${path}`))) found.add(path);
			if (pause !== undefined) await pause();
		};
		if (ripgrep && files.length >= FEW_FILES && runs !== undefined) {
			/* what it has found so far is looked at while it goes on */
			const listed = listWithRipgrep(root, files, runs, threads);
			try {
				for (let next = await listed.next(); ; next = await listed.next()) {
					if (next.done && next.value) return inOrder();
					if (next.done) break;
					for (const { path, line } of next.value) {
						if (found.has(path)) continue;
						if (line === undefined) await look(path);
						else if (holds(reader.take(line))) found.add(path);
					}
					if (pause !== undefined) await pause();
				}
			} finally {
				await listed.return(false);
			}
		}
		for (const path of files) if (!found.has(path)) await look(path);
		return inOrder();
	};
	return {
		findWords: async (root, files, words, pause) => {
			if (words.length === 0) return new Set();
			const finder = new WordFinder(words);
			return find(root, files, finder.literals && planRuns(finder.literals, "any"), (bytes) => finder.isIn(bytes), pause);
		},
		findNeeds: async (root, files, needs, pause) => {
			if (needs.length === 0) return new Set();
			const patterns = needs.map(patternOfNeed);
			const all = patterns.flatMap(({ texts }) => texts);
			return find(root, files, planRuns(all, "word"), makeNeedTest(patterns), pause);
		},
	};
}

/** Makes the test of a file: each word is looked for, and the line around a hit decides. */
function makeNeedTest(patterns: readonly NeedPattern[]): (bytes: ByteReader) => boolean {
	const byWord = new Map<string, NeedPattern[]>();
	for (const pattern of patterns) {
		const same = byWord.get(pattern.word);
		if (same === undefined) byWord.set(pattern.word, [pattern]);
		else same.push(pattern);
	}
	const table = new WordTable(byWord.keys());
	return (bytes) =>
		table.findFirst(bytes, (word, start) =>
			(byWord.get(word) ?? []).some((pattern) => matchesAt(pattern, bytes, start, start + word.length)),
		);
}

const DOT = 46;
const GREATER = 62;

/** Says whether the word at an offset is what the pattern means. Bytes beside it are looked at first: they decide most often. */
function matchesAt(pattern: NeedPattern, bytes: ByteReader, start: number, end: number): boolean {
	if (pattern.line === undefined) return true;
	if (pattern.member) {
		const before = bytes.byteBefore(start);
		if (before !== DOT && before !== GREATER) return false;
	}
	return pattern.mayFollow?.(bytes.byteFrom(end)) !== false && pattern.line.test(bytes.lineAt(start));
}
