import type { OwnerRule } from "./rule.ts";

/** Page tables or VMAs of an mm of which only the struct is kept. */
export const accessWithoutUsersRef: OwnerRule = {
	id: "access-without-users-ref",
	severity: "error",
	message: ({ at, mm, why }) =>
		`${at.text} touches the VMAs or page tables of ${mm}: ${why}. They go when the last user exits, whatever holds mm_count. Hold mm_users: mmget_not_zero() before, mmput() after.`,
};
