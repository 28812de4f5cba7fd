/**
 * What was done to judge each use, by its id: for a text that was edited the same is compiled and explored again only where the edit has changed
 * what a thread does. That answers stay what they are is up to {@link Work}; here it is only seen to that they do not add up.
 */

import type { WorkDone } from "../checker/work.ts";
import type { Settings } from "./snapshot.ts";

/** Of the last programs with these settings, and what the kernel's functions do in them: that is not on record. */
const latest = new WeakMap<Settings, { readonly basis: string; readonly known: Map<string, WorkDone> }>();

/**
 * @param basis what the kernel's functions do, as a text
 * @param ids of the uses that there are now: what was done for others is forgotten
 */
export function doneBefore(settings: Settings, basis: string, ids: ReadonlySet<string>): Map<string, WorkDone> {
	const before = latest.get(settings);
	const known = before?.basis === basis ? before.known : new Map<string, WorkDone>();
	latest.set(settings, { basis, known });
	for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
	return known;
}
