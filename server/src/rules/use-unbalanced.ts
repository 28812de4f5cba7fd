import type { OwnerRule } from "./rule.ts";

/** kthread_use_mm() and kthread_unuse_mm() that are no pair. */
export const useUnbalanced: OwnerRule = {
	id: "use-unbalanced",
	severity: "error",
	message: ({ at, why }) =>
		`${at.text} is one half of a pair: ${why}. The kernel thread keeps a borrowed mm, or gives back none. Pair each kthread_use_mm() with one kthread_unuse_mm() of the same mm on every way.`,
};
