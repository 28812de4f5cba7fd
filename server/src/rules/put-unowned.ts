import type { OwnerRule } from "./rule.ts";

/** One put or drop too many. */
export const putUnowned: OwnerRule = {
	id: "put-unowned",
	severity: "error",
	message: ({ at, mm, why }) =>
		`${at.text} gives back a reference to ${mm} that is not held here: ${why}. Whoever holds the reference loses it, and uses freed memory. Take one before, or leave this out.`,
};
