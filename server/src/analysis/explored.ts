/**
 * What was explored for each use, by its id: for a text that was edited the same is explored again only where the edit has changed what a
 * thread does. That answers stay what they are is up to {@link Explorations}; here it is only seen to that they do not add up.
 */

import type { Asked } from "../checker/judge.ts";
import type { Settings } from "./snapshot.ts";

/** Of the last programs with these settings. */
const latest = new WeakMap<Settings, Map<string, readonly Asked[]>>();

/** @param ids of the uses that there are now: what was explored for others is forgotten */
export function exploredBefore(settings: Settings, ids: ReadonlySet<string>): Map<string, readonly Asked[]> {
	const known = latest.get(settings) ?? new Map<string, readonly Asked[]>();
	latest.set(settings, known);
	for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
	return known;
}
