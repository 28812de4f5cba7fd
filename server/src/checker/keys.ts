/** Keys of an mm program that stand for no variable of the source. */

import { NAMES } from "../kernel/identifiers.ts";
import type { Key } from "../model/program.ts";

/** The tracked mm, and one that no process owns (mm_alloc). */
export const TRACKED: Key = "$tracked";
export const FRESH: Key = "$fresh";
/** Set once a capture has stored to its slot: before that the slot holds what an earlier capture left there. */
export const STORED: Key = "$stored";
/** Set once a capture that fills an array has taken a reference. */
export const TAKEN: Key = "$taken";
/** Set when the using work has queued itself again. */
export const REQUEUED: Key = "$requeued";
/** Set when a capture completed the request itself, or took back the work that would use the mm. */
export const COMPLETED: Key = "$completed";
export const CANCELLED: Key = "$cancelled";
/** What a capture leaves in its slot when it ends; nothing when it failed or its object is gone. */
export const PUBLISHED: Key = "$published";
/** The mm that a thread found in its slot when it started. */
export const SLOT: Key = "$slot";
/** The mm of the running task, as threads name it. */
export const CURRENT_MM: Key = `${NAMES.current}->${NAMES.mmOfTask}`;
