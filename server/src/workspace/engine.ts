import type { OpenView } from "../analysis/snapshot.ts";
import type { Reader } from "./extract.ts";

/** The core, ready for use: what the file side of the program calls, and all that it knows of it. */
export interface Engine {
	/** Regular expressions for whole words: files that hold one can matter from the start; all others only once the core asks for them. */
	readonly seeds: readonly string[];
	/** The version that is taken for a tree which states none. */
	readonly newestKernel: string;
	readonly reader: Reader;
	readonly openView: OpenView;
}
