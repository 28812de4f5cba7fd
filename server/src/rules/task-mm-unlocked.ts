import type { OwnerRule } from "./rule.ts";

/** Another task's mm without its lock or a reference. */
export const taskMmUnlocked: OwnerRule = {
	id: "task-mm-unlocked",
	severity: "warning",
	message: ({ at, mm, why }) =>
		`${at.text} looks into ${mm} of another task without task_lock() or a reference: ${why}. It may be freed meanwhile. Use get_task_mm(), and mmput() after.`,
};
