import type { OwnerRule } from "./rule.ts";

/** A reference to the mm_struct that nobody gives back: the struct stays for ever. */
export const countLeak: OwnerRule = {
	id: "count-leak",
	severity: "error",
	message: ({ at, mm, why }) =>
		`${at.text} takes a reference to mm_count of ${mm}: ${why}. The mm_struct is never freed. Give it back with mmdrop() on every way out.`,
};
