/**
 * What was done to judge each use, by its id: for a text that was edited the same is compiled and explored again only where the edit has changed
 * what a thread does. That answers stay what they are is up to {@link Work}; here it is only seen to that they do not add up.
 */

import type { WorkDone } from "../checker/work.ts";
import type { Settings } from "./snapshot.ts";

/** Of the last programs with these settings. */
const latest = new WeakMap<Settings, Map<string, WorkDone>>();

/** @param ids of the uses that there are now: what was done for others is forgotten */
export function doneBefore(settings: Settings, ids: ReadonlySet<string>): Map<string, WorkDone> {
	const known = latest.get(settings) ?? new Map<string, WorkDone>();
	latest.set(settings, known);
	for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
	return known;
}
