/** Words that make a file matter from the start: what takes, gives, borrows or watches an address space. */

/** Regular expressions of whole words, in the syntax that byte searches share; a `*` of any kind stands for letters of a name only. */
export function seedWords(): readonly string[] {
	return ["mm(get|put|grab|drop)\\w*", "get_task_mm", "mm_access", "(kthread_)?(un)?use_mm", "mmu_notifier\\w*"];
}
