/** Words that make a file matter from the start: what takes, gives, borrows or watches an address space, or finds a task that has one. */

/** Regular expressions of whole words, in the syntax that byte searches share; a `*` of any kind stands for letters of a name only. */
export function seedWords(): readonly string[] {
	return [
		"mm(get|put|grab|drop)\\w*",
		"get_task_mm",
		"mm_access",
		"find_(get_)?task_by_vpid",
		"(get_)?pid_task",
		"(kthread_)?(un)?use_mm",
		"mmu_notifier\\w*",
	];
}
