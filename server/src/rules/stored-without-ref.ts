import { type OwnerRule, placed } from "./rule.ts";

/** An mm that is kept beyond the call without any reference, and looked into later. */
export const storedWithoutRef: OwnerRule = {
	id: "stored-without-ref",
	severity: "warning",
	message: ({ mm, why, other }) =>
		`${mm} is stored here without a reference, and ${why}${other ? ` at ${placed(other)}` : ""}. The mm_struct may be freed by then. Take mmgrab() when it is stored, mmdrop() when the field goes.`,
};
