/**
 * How the core asks for more of a tree. The core is pure: it is handed facts, and names what else could matter (`Need`). Whoever owns
 * the files (workspace/ for the command line and the server) finds the files for a need, hands their facts in, and asks again until
 * nothing new is needed: the prefilter is a closure.
 */

import type { Pieces, WordRole } from "../facts/index.ts";
import type { Applicability, Described, Finding, Fix, Hole, Report, Use, UseInView } from "./types.ts";

/** Files that can matter, by what their bytes hold. */
export type Need =
	/** The identifier occurs. */
	| { readonly need: "name"; readonly name: string }
	/** `struct tag {`, `union tag {` or `} tag;` occurs. `from`: the file that means it, perhaps not the only one. */
	| { readonly need: "tag"; readonly tag: string; readonly from: string }
	/**
	 * The field is stored to: `->field =`, `.field =`, or its address is taken: `&x->field`. `most`: where more files than that do, they
	 * need not be read, and {@link Tree.common} says so.
	 */
	| { readonly need: "field"; readonly field: string; readonly most?: number }
	/** A function is called through the field: `->field(`, `.field(`. */
	| { readonly need: "call"; readonly field: string }
	/** A file of that name is included: `#include "…/file"`. */
	| { readonly need: "include"; readonly file: string };

/** A text that needs share which the same files answer, looked for in the whole tree. */
export function nameNeed(need: Need): string {
	switch (need.need) {
		case "name":
			return `name ${need.name}`;
		case "tag":
			return `tag ${need.tag}`;
		case "include":
			return `include ${need.file}`;
		case "field":
			return need.most === undefined ? `field ${need.field}` : `field ${need.field} in at most ${need.most} files`;
		case "call":
			return `call ${need.field}`;
	}
}

/** A text that equal needs share. */
export function keyOfNeed(need: Need): string {
	return need.need === "tag" ? `${nameNeed(need)} ${need.from}` : nameNeed(need);
}

/** One file as the core sees it. */
export interface SourceFile {
	/** Relative to the root, with `/`. */
	readonly path: string;
	readonly pieces: Pieces;
}

export interface Settings {
	/** Kernel version: from `--kernel`, `.mm-lifetime.json`, the tree's Makefile, else the newest known. */
	readonly kernel: string;
	/** True when the version was stated by the user, so that it overrides what the tree shows. */
	readonly kernelForced: boolean;
	/** Extra functions that act like known ones. */
	readonly functions: Readonly<Record<string, string>>;
	readonly severity: Readonly<Record<string, string>>;
	/** Paths (relative to the root) whose uses are wanted; empty: all. A path ending in `/` is a folder. */
	readonly scope: readonly string[];
}

export interface Tree {
	readonly files: ReadonlyMap<string, SourceFile>;
	/** Whether a path exists in the tree (io_uring/io_uring.c, include/linux/kthread.h), as far as whoever owns it knows. */
	has(path: string): boolean;
	/** The text of a file of the tree, for the few places whose wording decides between versions; undefined when it is not there. */
	text(path: string): string | undefined;
	/** Needs (see {@link nameNeed}) that more files could answer than are worth reading; another set when it is another. */
	readonly common?: ReadonlySet<string>;
	/** What was found out before, if something was. What does not hold any more is not believed. */
	readonly saved?: Saved;
}

/** What was found out about a use in an earlier tree, as plain data that can be kept. */
export interface SavedOutcome {
	/** Keys of the words on which it depends (`syntax/postings.ts`). */
	readonly words: readonly number[];
	/** What the words alone told of functions: by question, words in their roles, levels of calls, and answers by name. */
	readonly reached: readonly {
		readonly key: string;
		readonly words: readonly (readonly [WordRole, string])[];
		readonly levels: number;
		readonly names: readonly (readonly [string, boolean])[];
	}[];
	/** What the reports are made of; nobody but the core looks inside. */
	readonly outcome: unknown;
	readonly needs: readonly Need[];
	readonly unclear: Unclear;
}

/** What was not understood of what was looked at. */
export interface Unclear {
	readonly holes: readonly Hole[];
	/** Functions that were not understood whole, `file:line`. */
	readonly functions: readonly string[];
}

/** What was found out in an earlier tree. */
export interface Saved {
	/** The files that took part then. Of those that are no longer the same only the words count. */
	readonly files: ReadonlyMap<string, SourceFile>;
	readonly outcomes: SavedOutcomes;
}

/** Plain data: what a view found out, for the next tree. */
export interface SavedOutcomes {
	/** Tells apart tables of the kernel and settings that can lead to other outcomes. */
	readonly basis: string;
	/** By id of the use. */
	readonly uses: Readonly<Record<string, SavedOutcome>>;
	/** What functions do to references, by file and name; absent where nobody asked. */
	readonly owners?: Readonly<Record<string, SavedOutcome>>;
	/** What came out of that for all files, with the settings that decide what is told; where nothing has changed it is told again. */
	readonly told?: {
		readonly settings: string;
		readonly files: readonly string[];
		readonly findings: readonly Finding[];
		readonly unclear: Unclear;
	};
	/** Proved fixes, by finding and by what was wanted. */
	readonly fixes: Readonly<Record<string, readonly Fix[]>>;
}

/** Pure: judges what is there and says what else could matter. `report.stats` times and byte counts are left to the caller (0). */
export type Analyse = (tree: Tree, settings: Settings) => { readonly report: Report; readonly needs: readonly Need[] };

/** A tree as it is now. What was judged is remembered; when a text changes, a new view is opened. */
export interface View {
	/** The uses in the scope (as in {@link Settings.scope}), by file, line and column. */
	uses(scope: readonly string[]): readonly UseInView[];
	/** Judges one of {@link uses}, so that a caller who has other things to do may go use by use. */
	judgeUse(use: UseInView): void;
	/** All that was asked for since the view was opened. */
	needs(): readonly Need[];
	/** Judges the uses in the scope. `needs`: all that was asked for since the view was opened. */
	judge(scope: readonly string[]): ReturnType<Analyse>;
	/** What is not understood of a file where its own uses led, and of its pieces whose brackets do not match. */
	holes(path: string): readonly Hole[];
	/** What was found out, of the uses that were judged. */
	save(): SavedOutcomes;
	/**
	 * Finds out itself what was only taken over from an earlier run about the files of a scope: the next edit then finds the ways there known.
	 * In steps, between which others may be let in; what is said stays the same.
	 */
	prepare(scope: readonly string[]): Generator<undefined, void>;
	/** What stands at a place (from 1, UTF-16 units); undefined where nothing has to do with an mm. `uses`: those judged so far. */
	describe(path: string, line: number, column: number, uses: readonly Use[]): Described | undefined;
	/**
	 * Fixes of one of the findings of {@link judge}, each applied and judged again, in steps between which others may be let in.
	 * @param wanted only those of these kinds
	 */
	proveFixes(finding: Finding, extract: Extract, wanted: readonly Applicability[]): Generator<undefined, readonly Fix[]>;
}

/** Cuts a text into pieces. `before`: those of an earlier text, of which what is the same is taken over. */
export type Extract = (text: string, before: Pieces) => Pieces;

/** Pure, and never throws. `settings.scope` is not looked at. */
export type OpenView = (tree: Tree, settings: Settings) => View;
