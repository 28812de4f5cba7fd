/** Kernel versions: order, stable branches, and whether a row of the table holds for one. */

import type { VersionRange } from "./types.ts";

/** The newest kernel whose source the table was read off: assumed when nothing says which kernel is meant. */
export const NEWEST_KNOWN_KERNEL = "6.12.117";

/** `major.minor.patch`; for 2.6 kernels the minor is 6 and the patch is the third number. */
export interface KernelVersion {
	readonly major: number;
	readonly minor: number;
	readonly patch: number;
	/** Release candidate (`-rc3`: 3); absent for a release, which comes after all its candidates. */
	readonly candidate?: number;
}

/**
 * Reads a version as it stands in a Makefile, a tag or `uname -r`.
 * @param text `6.1`, `v6.1.192`, `6.8-rc5`, `6.1.0-28-amd64` (what follows the numbers is ignored unless it is `-rcN`).
 * @returns the version, or undefined when the text does not begin with two numbers.
 */
export function parseVersion(text: string): KernelVersion | undefined {
	const match = /^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:-rc(\d{1,6}))?/.exec(text.trim());
	if (match === null) {
		return undefined;
	}
	const [, major = "0", minor = "0", patch = "0", candidate] = match;
	const version = { major: Number(major), minor: Number(minor), patch: Number(patch) };
	return candidate === undefined ? version : { ...version, candidate: Number(candidate) };
}

/**
 * Reads the version out of a tree's top Makefile (its VERSION, PATCHLEVEL, SUBLEVEL and EXTRAVERSION lines).
 * @returns `6.1.192`, `6.8.0-rc5`, or undefined when it is not a kernel's Makefile.
 */
export function readMakefileVersion(makefile: string): string | undefined {
	const read = (name: string): string | undefined => new RegExp(`^${name}[ \\t]*=[ \\t]*(\\S*)`, "m").exec(makefile)?.[1];
	const major = read("VERSION");
	const minor = read("PATCHLEVEL");
	if (major === undefined || minor === undefined || !/^\d+$/.test(major) || !/^\d+$/.test(minor)) {
		return undefined;
	}
	const patch = read("SUBLEVEL") ?? "";
	const candidate = /^-rc\d+/.exec(read("EXTRAVERSION") ?? "")?.[0] ?? "";
	return `${major}.${minor}.${/^\d+$/.test(patch) ? patch : "0"}${candidate}`;
}

/**
 * Orders two versions.
 * @returns below 0 when `a` is older, 0 when equal (`6.1` equals `6.1.0`), above 0 when newer.
 */
export function compareVersions(a: KernelVersion, b: KernelVersion): number {
	return (
		a.major - b.major ||
		a.minor - b.minor ||
		a.patch - b.patch ||
		// No candidate number means the release itself, newer than every candidate of it.
		compareCandidates(a.candidate, b.candidate)
	);
}

function compareCandidates(a: number | undefined, b: number | undefined): number {
	if (a === b) {
		return 0;
	}
	if (a === undefined) {
		return 1;
	}
	return b === undefined ? -1 : a - b;
}

/**
 * Whether a list of ranges covers a version.
 *
 * Changes are backported: a list says what holds on the mainline (ranges without `branch`) and, where a stable branch got the change at a
 * release of its own, what holds there. Ranges that name the version's branch decide for it alone.
 * @param ranges empty: every version.
 * @returns true when covered; a version that cannot be parsed counts as the newest known one.
 */
export function holds(ranges: readonly VersionRange[], version: string): boolean {
	if (ranges.length === 0) {
		return true;
	}
	const parsed = parseVersion(version) ?? parseVersion(NEWEST_KNOWN_KERNEL);
	if (parsed === undefined) {
		return false;
	}
	const branch = `${parsed.major}.${parsed.minor}`;
	const own = ranges.filter((range) => range.branch === branch);
	const deciding = own.length > 0 ? own : ranges.filter((range) => range.branch === undefined);
	return deciding.some((range) => isWithin(range, parsed));
}

function isWithin(range: VersionRange, version: KernelVersion): boolean {
	const since = range.since === undefined ? undefined : parseVersion(range.since);
	const until = range.until === undefined ? undefined : parseVersion(range.until);
	return (
		(since === undefined || compareVersions(withoutCandidate(version), since) >= 0) &&
		(until === undefined || compareVersions(withoutCandidate(version), until) < 0)
	);
}

/** A change enters in the merge window, so a candidate of 6.4 has what 6.4 has. */
function withoutCandidate(version: KernelVersion): KernelVersion {
	return { major: version.major, minor: version.minor, patch: version.patch };
}
