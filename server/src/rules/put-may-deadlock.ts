import type { OwnerRule } from "./rule.ts";

/** mmput() where it must not sleep or run the teardown. */
export const putMayDeadlock: OwnerRule = {
	id: "put-may-deadlock",
	severity: "warning",
	message: ({ at, mm, why }) =>
		`${at.text} may run the whole teardown of ${mm}: ${why}. It then sleeps or waits for this very code. Use mmput_async(), or give it back later.`,
};
