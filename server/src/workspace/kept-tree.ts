/** What is kept of a tree between two runs: which files mattered, how they are cut, and what was found out. */

import { createHash } from "node:crypto";
import type { Need, SavedOutcomes } from "../analysis/snapshot.ts";
import type { Hole } from "../analysis/types.ts";
import type { IncludeFacts } from "../facts/types.ts";
import type { Outline } from "../syntax/index.ts";

/** A file that was read. */
export interface KeptFile {
	readonly path: string;
	/** Of its text. */
	readonly hash: string;
	readonly includes: readonly IncludeFacts[];
	readonly outline: Outline;
}

export interface KeptTree {
	/** Everything that all files were searched for, besides the words that make a file matter from the start. */
	readonly asked: readonly Need[];
	readonly files: readonly KeptFile[];
	/** Names of those of {@link asked} that more files answer than were worth reading. */
	readonly common: readonly string[];
	/** Files that matter and could not be read. */
	readonly failures: readonly Hole[];
	readonly outcomes: SavedOutcomes;
}

/** The hash of a text. */
export function hashText(text: string): string {
	return createHash("sha1").update(text).digest("hex");
}
