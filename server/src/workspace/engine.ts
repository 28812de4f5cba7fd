import type { OpenView } from "../analysis/snapshot.ts";
import type { FileFacts } from "../facts/types.ts";

/** The facts of one text, or in one line why there are none. */
export type FactsResult = { readonly ok: true; readonly facts: FileFacts } | { readonly ok: false; readonly why: string };

/** A text, and its facts. */
export interface Extracted {
	readonly text: string;
	readonly facts: FileFacts;
}

/** The core, ready for use: what the file side of the program calls, and all that it knows of it. */
export interface Engine {
	/** Regular expressions for whole words: files that hold one can matter from the start; all others only once the core asks for them. */
	readonly seeds: readonly string[];
	/** The version that is taken for a tree which states none. */
	readonly newestKernel: string;
	/**
	 * Never throws: a text that cannot be understood costs that text.
	 * @param before an earlier text and its facts: makes it quicker where little has changed, and changes no result
	 */
	extractFacts(text: string, before?: Extracted): FactsResult;
	readonly openView: OpenView;
}
