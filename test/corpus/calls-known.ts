/** Calls of kernel-table functions in Linux that the facts lack, and why. */

export interface KnownMiss {
	readonly file: string;
	/** From 1, in {@link KNOWN_VERSION}. */
	readonly line: number;
	readonly name: string;
	readonly reason: string;
}

/** The kernel that the lines are of. */
export const KNOWN_VERSION = "6.1.192";

export const KNOWN_MISSES: readonly KnownMiss[] = [
	{
		file: "lib/reed_solomon/decode_rs.c",
		line: 43,
		name: "BUG_ON",
		reason: "the file is a body without a head, included behind the heads of functions; no function of this file holds it",
	},
];
