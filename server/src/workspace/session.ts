/**
 * A tree that stays open: its facts are kept, texts of open documents stand for files, and each question is answered from what is known,
 * after as much more of the tree was read as the answer needs. What the language server works on.
 */

import type { Described, Finding, Fix, Hole, Report, Use, UseInView } from "../analysis/types.ts";
import type { FileSettings } from "./settings-file.ts";

/** How far the search for everything that can matter has come. */
export type IndexState =
	| { readonly state: "idle" }
	/** `done` and `total` count files of the round that is being read; both are 0 while files are searched. */
	| { readonly state: "indexing"; readonly what: string; readonly done: number; readonly total: number }
	| { readonly state: "ready" };

/** What is known of one file; paths are relative to the root. */
export interface FileJudgement {
	readonly path: string;
	/** Equal versions of a file's judgement have equal contents. */
	readonly version: number;
	/** Final ones only: no file that was not read yet can change them. */
	readonly uses: readonly Use[];
	/** Findings in this file, those of uses in other files (a comment on a field) included. */
	readonly findings: readonly Finding[];
	/** Uses that are not final yet. */
	readonly pending: readonly UseInView[];
	readonly holes: readonly Hole[];
}

/** What changed: answers, or only how far the index is. */
export type Change = "judgements" | "index";

export interface TreeSession {
	/** Absolute. */
	readonly root: string;
	readonly index: IndexState;
	/** Why the settings file of the tree is not used, in one line that names the key; undefined when it is, or there is none. */
	readonly problem: string | undefined;
	/** Calls the listener whenever judgements may have changed by other means than an edit, and when `index` changes. */
	onChange(listener: (change: Change) => void): void;
	/** The text of an open document stands for the file; undefined: what is on disk counts again. */
	setText(path: string, text: string | undefined): void;
	/**
	 * Files were made, changed or deleted on disk; however many, it is one change. A ready index is idle then: {@link readAll} brings it up
	 * to date, and so does each answer, as far as it needs.
	 */
	filesChanged(paths: readonly string[]): void;
	/** Files that are no longer on disk as they were read, for clients that do not tell: to be handed to {@link filesChanged}. */
	changedOnDisk(): readonly string[];
	/**
	 * Takes settings that override those of the tree.
	 * @throws InputError naming the key that cannot be used; the settings stay as they were then
	 */
	setSettings(settings: FileSettings): void;
	/** Whether more was read, for texts that may be gone, than the texts need that stand now. It can show. */
	readonly isGrown: boolean;
	/** Lets go of that: the index is idle then, if it was ready, and {@link readAll} makes it what a tree is that is opened now. */
	renew(): void;
	/** Reads whatever can matter to any use of the tree. Ends early, quietly, when the signal fires or the session is closed. */
	readAll(signal: AbortSignal): Promise<void>;
	/**
	 * Judges one file. Until all that can matter to it was read once it answers at once, with what is final; later it reads what is missing.
	 * @throws the reason of the signal when it fires
	 */
	judge(path: string, signal: AbortSignal): Promise<FileJudgement>;
	/**
	 * Finds out ahead what an edit of a file will need, once, where an earlier run has only left what came out. Does nothing while the index is
	 * not ready, and ends at the next edit.
	 * @returns whether there was something to find out, and it was
	 * @throws the reason of the signal when it fires
	 */
	prepare(path: string, signal: AbortSignal): Promise<boolean>;
	/** Judges every file that holds a use or a finding. @throws the reason of the signal when it fires */
	judgeAll(signal: AbortSignal): AsyncIterable<FileJudgement>;
	/** Reads what is missing and judges every use: one report, as the command line makes it. @throws the reason of the signal when it fires */
	report(signal: AbortSignal): Promise<Report>;
	/** What stands at a place, for the hover; undefined where nothing has to do with an mm. Line and column from 1. */
	describe(path: string, line: number, column: number): Described | undefined;
	/** Proved fixes of a finding of {@link judge}; empty when it is no longer there. @throws the reason of the signal when it fires */
	fixesFor(path: string, findingId: string, signal: AbortSignal): Promise<readonly Fix[]>;
	close(): void;
}
