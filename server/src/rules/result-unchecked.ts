import type { OwnerRule } from "./rule.ts";

/** A call that can fail, and nobody looks. */
export const resultUnchecked: OwnerRule = {
	id: "result-unchecked",
	severity: "error",
	message: ({ at, why }) =>
		`The result of ${at.text} is not tested: ${why}. When it fails there is no mm, or no reference, or no notifier. Test it, and leave when it has failed.`,
};
