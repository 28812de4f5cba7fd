import type { OwnerRule } from "./rule.ts";

/** A reference to the address space that nobody gives back: the page tables stay for ever. */
export const usersLeak: OwnerRule = {
	id: "users-leak",
	severity: "error",
	message: ({ at, mm, why }) =>
		`${at.text} takes a reference to mm_users of ${mm}: ${why}. The address space is never torn down. Give it back with mmput() on every way out.`,
};
