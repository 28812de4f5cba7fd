import type { OwnerRule } from "./rule.ts";

/** mmget() where mm_users may be 0 already. */
export const getFromZero: OwnerRule = {
	id: "get-from-zero",
	severity: "error",
	message: ({ at, why }) =>
		`${at.text} takes mm_users where it may be 0 already: ${why}. On 0 that brings back an address space that is being torn down. Use mmget_not_zero(), and look at its result.`,
};
