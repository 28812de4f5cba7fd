/** The files whose wording shows what a kernel has. */

import { BORROW_NAMES, IO_URING, MMAP_LOCK_FIELD, USE_COUNTS } from "./features.ts";
import { ALL_ROWS } from "./index.ts";

const FEATURES = [IO_URING, USE_COUNTS, MMAP_LOCK_FIELD, BORROW_NAMES];

/** Paths of the files that the table looks into. */
export const EVIDENCE_FILES: ReadonlySet<string> = new Set([
	...ALL_ROWS.flatMap(({ evidence }) => (evidence ? [evidence.file] : [])),
	...FEATURES.flatMap(({ values }) => values.flatMap(({ evidence }) => evidence.map(({ file }) => file))),
]);
