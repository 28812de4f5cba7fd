/**
 * A tree that stays open: its facts are kept, texts of open documents stand for files, and each question is answered from what is known,
 * after as much more of the tree was read as the answer needs. What the language server works on.
 */

import type { Described, Finding, Fix, Hole, Use } from "../analysis/types.ts";

/** How far the search for everything that can matter has come. */
export type IndexState =
	| { readonly state: "idle" }
	/** `done` and `total` count files of the round that is being read. */
	| { readonly state: "indexing"; readonly what: string; readonly done: number; readonly total: number }
	| { readonly state: "ready" };

/** A use whose verdict may still change when more of the tree has been read. */
export interface PendingUse {
	readonly file: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly function: string;
	readonly mm: string;
}

/** What is known of one file; paths are relative to the root. */
export interface FileJudgement {
	readonly path: string;
	/** Counts up with each change of any text, file or setting: equal versions have equal contents. */
	readonly version: number;
	/** Final ones only: no file that was not read yet can change them. */
	readonly uses: readonly Use[];
	readonly findings: readonly Finding[];
	readonly pending: readonly PendingUse[];
	readonly holes: readonly Hole[];
}

/** Settings of a tree as a client may state them; each overrides `.mm-lifetime.json`. */
export interface TreeSettings {
	readonly kernel?: string;
	readonly functions?: Readonly<Record<string, string>>;
	readonly severity?: Readonly<Record<string, string>>;
	readonly exclude?: readonly string[];
}

export interface TreeSession {
	/** Absolute. */
	readonly root: string;
	readonly index: IndexState;
	/** Calls the listener whenever judgements may have changed by other means than an edit of an open document, and when `index` changes. */
	onChange(listener: () => void): void;
	/** The text of an open document stands for the file; undefined: what is on disk counts again. */
	setText(path: string, text: string | undefined): void;
	/** Files were made, changed or deleted on disk; however many, it is one change. */
	filesChanged(paths: readonly string[]): void;
	/** @throws InputError naming the key that cannot be used; the settings stay as they were then */
	setSettings(settings: TreeSettings): void;
	/**
	 * Reads whatever can matter to any use of the tree. Ends early, quietly, when the signal fires or the session is closed.
	 */
	readAll(signal: AbortSignal): Promise<void>;
	/** Judges one file. While the tree is read for the first time it answers at once, with what is final; later it reads what is missing. */
	judge(path: string, signal: AbortSignal): Promise<FileJudgement>;
	/** Judges every file that holds a use, one after the other. */
	judgeAll(signal: AbortSignal): AsyncIterable<FileJudgement>;
	/** What stands at a place, for the hover; undefined where nothing has to do with an mm. Line and column from 1. */
	describe(path: string, line: number, column: number): Described | undefined;
	/** Proved fixes of a finding of {@link judge}; empty when it is no longer there. */
	fixesFor(path: string, findingId: string, signal: AbortSignal): Promise<readonly Fix[]>;
	close(): void;
}
