/** Names of the kernel that the checker reads as words of the language: types, fields, flags and constants. */

export const NAMES = {
	/** The running task (asm/current.h). */
	current: "current",
	/** struct mm_struct, include/linux/mm_types.h. */
	mm: "mm_struct",
	/** struct task_struct, include/linux/sched.h. */
	task: "task_struct",
	/** The field of a task that names its address space; NULL in a kernel thread that borrows none. */
	mmOfTask: "mm",
	/** Fields of a task that are pointers to an mm. */
	taskMm: new Set(["mm", "active_mm"]),
	/** Set in `task->flags` of a kernel thread. */
	kthreadFlag: "PF_KTHREAD",
	/** Set in `task->flags` when exit begins, before the mm is let go of (kernel/exit.c, do_exit): a test of it is a race. */
	exitingFlag: "PF_EXITING",
	taskFlags: "flags",
	/** The spinlock that task_lock() takes. */
	taskLock: "alloc_lock",
	/** struct kiocb, include/linux/fs.h: one request of a file's read_iter or write_iter. */
	kiocb: "kiocb",
	/** Callbacks of an mmu notifier and the one that exit_mmap calls before it unmaps, include/linux/mmu_notifier.h. */
	notifierOps: "mmu_notifier_ops",
	notifierOpsField: "ops",
	/** Op tables whose functions run inside the teardown or an invalidation: nothing in them may wait for either. */
	notifierTables: new Set(["mmu_notifier_ops", "mmu_interval_notifier_ops"]),
	release: "release",
	null: new Set(["NULL", "0"]),
	true: new Set(["true", "1"]),
	false: new Set(["false"]),
	/** Error numbers that do not say that the call failed: the request goes on (include/linux/errno.h). */
	notFailures: new Set(["EIOCBQUEUED", "EINPROGRESS"]),
} as const;

/** Fields of kernel structs that hold an mm, with the reference that the kernel itself takes for them. */
export const KERNEL_MM_FIELDS: readonly { readonly struct: string; readonly field: string; readonly reference: "count" | "none" }[] = [
	/* __mmu_notifier_register, mmu_interval_notifier_insert: mmgrab(mm) */
	{ struct: "mmu_notifier", field: "mm", reference: "count" },
	{ struct: "mmu_interval_notifier", field: "mm", reference: "count" },
	/* mark_oom_victim: mmgrab(tsk->signal->oom_mm) */
	{ struct: "signal_struct", field: "oom_mm", reference: "count" },
	/* valid only while the VMA is; says nothing about mm_users */
	{ struct: "vm_area_struct", field: "vm_mm", reference: "none" },
];
