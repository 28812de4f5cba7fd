import type { OpenView } from "../analysis/snapshot.ts";
import type { FileFacts } from "../facts/types.ts";

/** The facts of one text, or in one line why there are none. */
export type FactsResult = { readonly ok: true; readonly facts: FileFacts } | { readonly ok: false; readonly why: string };

/** The core, ready for use: what the file side of the program calls, and all that it knows of it. */
export interface Engine {
	/** Regular expressions for whole words: files that hold one can matter from the start; all others only once the core asks for them. */
	readonly seeds: readonly string[];
	/** The version that is taken for a tree which states none. */
	readonly newestKernel: string;
	/** Never throws: a text that cannot be understood costs that text. */
	extractFacts(text: string): FactsResult;
	readonly openView: OpenView;
}
