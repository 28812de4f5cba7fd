/** What becomes of mms that objects hold, or that go elsewhere. */

import type { Key, Site } from "../../model/program.ts";
import { dependsOn } from "../frame.ts";
import type { Path } from "./path.ts";

/** A function that is not in view gets an mm. */
export function handOut(path: Path, mm: number, site: Site): void {
	const handed = path.mms.get(mm)?.handed ?? [];
	if (!handed.includes(site)) path.change(mm, { handed: [...handed, site] });
}

/** Whoever gets an object may take from it what it holds; of a member, `&object->member`, one gets to the object. */
export function leaveInside(path: Path, shared: Key): void {
	const object = shared.replace(/(?:->|\.)[\w.]+$/, "");
	for (const [mm, { stored }] of path.mms) if (stored.some((key) => dependsOn(key, object))) path.change(mm, { left: true });
}

/** A field gets another value than the mms that it held, or that were found in it. */
export function overwrite(path: Path, now: number | undefined, target: Key, site: Site): void {
	for (const [mm, { stored, root, left }] of path.mms) {
		if (mm === now) continue;
		if (!left && stored.includes(target)) path.change(mm, { stored: stored.filter((key) => key !== target) });
		if (root.root === "key" && root.key === target) path.change(mm, { lost: site });
	}
}

/** What an object holds that is freed is held there no more. */
export function forgetInside(path: Path, object: Key): void {
	for (const [mm, { stored, left }] of path.mms) {
		const others = stored.filter((key) => !dependsOn(key, object));
		if (!left && others.length < stored.length) path.change(mm, { stored: others });
	}
}
