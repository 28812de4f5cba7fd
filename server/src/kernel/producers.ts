/** Functions that give an mm, and with which reference. */

import { at, describe } from "./row.ts";
import type { KernelFunction } from "./types.ts";

export const PRODUCERS: readonly KernelFunction[] = [
	describe(
		"get_task_mm",
		"The mm of a task with a reference to its address space; NULL for a kernel thread and for a task that has let go of it.",
		[{ act: "produce", reference: "users", failure: "null", task: 0 }],
		at("kernel/fork.c", 1407, "struct mm_struct *get_task_mm(struct task_struct *task)"),
		{ users: "+1 unless NULL", needs: "a valid task; inside kthread_use_mm it gives NULL for current", context: "any" },
	),
	describe(
		"mm_access",
		"The mm of a task with a reference, if the caller may ptrace it; an error pointer otherwise, never NULL.",
		[{ act: "produce", reference: "users", failure: "error", task: 0 }],
		at("kernel/fork.c", 1435, "mm = ERR_PTR(-ESRCH);"),
		{
			users: "+1 unless an error",
			needs: "a valid task",
			context: "sleeps",
			versions: [
				{ since: "6.13" },
				{ since: "6.1.192", branch: "6.1" },
				{ since: "6.6.146", branch: "6.6" },
				{ since: "6.12.117", branch: "6.12" },
			],
			evidence: { file: "kernel/fork.c", pattern: /mm = get_task_mm\(task\);\s+if \(!mm\) \{\s+mm = ERR_PTR\(-ESRCH\);/ },
		},
	),
	describe(
		"mm_access",
		"The mm of a task with a reference, if the caller may ptrace it; an error pointer otherwise, and NULL for a task without an mm.",
		[{ act: "produce", reference: "users", failure: "error-or-null", task: 0 }],
		at("kernel/fork.c", 0, "mm: refactor mm_access() to not return NULL", "6.13"),
		{
			users: "+1 unless NULL or an error",
			needs: "a valid task",
			context: "sleeps",
			versions: [
				{ until: "6.13" },
				{ until: "6.1.192", branch: "6.1" },
				{ until: "6.6.146", branch: "6.6" },
				{ until: "6.12.117", branch: "6.12" },
			],
			evidence: { file: "kernel/fork.c", pattern: /mm = get_task_mm\(task\);\s+if \(mm && mm != current->mm/ },
		},
	),
	describe(
		"proc_mem_open",
		"The mm of the task of a /proc inode with a reference to the struct only.",
		[{ act: "produce", reference: "count", failure: "error-or-null" }],
		at("fs/proc/base.c", 811, "struct mm_struct *proc_mem_open(struct inode *inode, unsigned int mode)"),
		{ count: "+1 unless NULL or an error", needs: "a /proc/PID inode", context: "sleeps", versions: [{ since: "3.18" }] },
	),
	describe(
		"mm_alloc",
		"A new address space that no process owns: both counters are 1, mmput ends it.",
		[{ act: "produce", reference: "users", failure: "null", fresh: true }],
		at("kernel/fork.c", 1199, "struct mm_struct *mm_alloc(void)"),
		{ users: "=1", count: "=1", context: "sleeps" },
	),
	describe(
		"dup_mm",
		"A copy of an address space for fork: both counters of the copy are 1.",
		[{ act: "produce", reference: "users", failure: "null", fresh: true }],
		at("kernel/fork.c", 1546, "static struct mm_struct *dup_mm(struct task_struct *tsk,"),
		{ users: "=1 of the copy", count: "=1 of the copy", needs: "mm_users above 0", context: "sleeps" },
	),
	describe(
		"copy_mm",
		"Gives a new task its mm: with CLONE_VM one more reference to the old one, else a copy.",
		[],
		at("kernel/fork.c", 1583, "static int copy_mm(unsigned long clone_flags, struct task_struct *tsk)"),
		{ users: "+1 of the shared mm, or =1 of the copy", needs: "called by fork", context: "sleeps" },
	),
	describe(
		"iommu_sva_find",
		"The mm that a PASID stands for, with a reference to its address space.",
		[{ act: "produce", reference: "users", failure: "error-or-null" }],
		at("drivers/iommu/iommu-sva-lib.c", 67, "struct mm_struct *iommu_sva_find(ioasid_t pasid)"),
		{ users: "+1 unless NULL or an error", needs: "a PASID", versions: [{ since: "5.11", until: "6.5" }] },
	),
	describe(
		"find_lock_task_mm",
		"A thread of the process that still has its mm, with task_lock held, or NULL; under that lock its ->mm may be dereferenced.",
		[{ act: "lock", kind: "task", taken: "nonzero", returned: true }],
		at("mm/oom_kill.c", 135, "struct task_struct *find_lock_task_mm(struct task_struct *p)"),
		{ needs: "a valid task under rcu_read_lock" },
	),
	describe(
		"iommu_sva_bind_device",
		"Lets a device use the page tables of the mm; drivers take mm_count at most, so it keeps no address space.",
		[{ act: "access", mm: 1 }],
		at("drivers/iommu/iommu.c", 2789, "iommu_sva_bind_device(struct device *dev, struct mm_struct *mm, void *drvdata)"),
		{ needs: "mm_users above 0 during the call", context: "sleeps", versions: [{ since: "5.2" }] },
	),
	describe(
		"pid_task",
		"A task of a pid, valid under RCU; NULL when there is none.",
		[{ act: "task" }],
		at("kernel/pid.c", 396, "struct task_struct *pid_task(struct pid *pid, enum pid_type type)"),
	),
	describe(
		"find_task_by_vpid",
		"The task of a number, valid under RCU; NULL when there is none.",
		[{ act: "task" }],
		at("kernel/pid.c", 420, "struct task_struct *find_task_by_vpid(pid_t vnr)"),
	),
	describe(
		"find_get_task_by_vpid",
		"The task of a number with a reference to the task, which does not keep its mm; NULL when there is none.",
		[{ act: "task" }],
		at("kernel/pid.c", 425, "struct task_struct *find_get_task_by_vpid(pid_t nr)"),
	),
	describe(
		"get_pid_task",
		"A task of a pid with a reference to the task, which does not keep its mm; NULL when there is none.",
		[{ act: "task" }],
		at("kernel/pid.c", 448, "struct task_struct *get_pid_task(struct pid *pid, enum pid_type type)"),
	),
];
