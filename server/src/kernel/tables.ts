/**
 * Fields of kernel structs that hold functions: in which thread the kernel calls them. Tables of drivers are not here; the program
 * finds their callers in the tree.
 */

import type { VersionRange } from "./types.ts";

/**
 * Where a function in an op table runs.
 * `process`: in a user process, whoever holds the file; current->mm is alive. It need not be the process that opened the file.
 * `last-close`: when the last reference to the file goes, in any process or, by delayed_fput, in a worker (fs/file_table.c, fput).
 * `fault`: in a fault or a remote access of the VMA's mm, with its mmap lock held and mm_users above 0.
 * `unmap`: in munmap or in the teardown of the VMA's mm, where mm_users is 0 (mm/mmap.c, exit_mmap).
 * `teardown`: in exit_mmap, before the page tables go and with mm_users 0, or in mmu_notifier_unregister with the mm alive.
 * `invalidate`: whenever page tables change, and in the teardown; must not put the mm.
 * `work`, `timer`, `tasklet`: as in a `start` of the table of functions.
 */
export type SlotContext = "process" | "last-close" | "fault" | "unmap" | "teardown" | "invalidate" | "work" | "timer" | "tasklet";

/** One field of a struct. Numbers are parameter indexes of the function in it. */
export interface FunctionSlot {
	readonly struct: string;
	readonly field: string;
	readonly context: SlotContext;
	/** The parameter that is the request: asynchronous unless is_sync_kiocb says otherwise. */
	readonly kiocb?: number;
	/** The parameter that is the mm concerned, or a VMA, whose vm_mm it is. */
	readonly mm?: number;
	readonly vma?: number;
	/** The parameter that points to the struct which holds the field (the work item, the notifier). */
	readonly self?: number;
	readonly versions: readonly VersionRange[];
}

function slots(
	struct: string,
	context: SlotContext,
	fields: readonly string[],
	details: Omit<Partial<FunctionSlot>, "struct" | "field" | "context"> = {},
): readonly FunctionSlot[] {
	return fields.map((field) => ({ struct, field, context, versions: [], ...details }));
}

/* include/linux/fs.h, struct file_operations */
const FILE_OPERATIONS: readonly FunctionSlot[] = [
	...slots("file_operations", "process", ["read_iter", "write_iter"], { kiocb: 0, versions: [{ since: "3.16" }] }),
	...slots("file_operations", "process", ["aio_read", "aio_write"], { kiocb: 0, versions: [{ until: "4.1" }] }),
	...slots("file_operations", "process", ["iopoll"], { versions: [{ since: "5.1" }] }),
	...slots("file_operations", "process", ["uring_cmd"], { versions: [{ since: "5.19" }] }),
	...slots("file_operations", "process", ["mmap"], { vma: 1 }),
	...slots("file_operations", "process", [
		"open",
		"read",
		"write",
		"llseek",
		"poll",
		"unlocked_ioctl",
		"compat_ioctl",
		"get_unmapped_area",
		"iterate_shared",
		"flush",
		"fsync",
		"fasync",
		"lock",
		"flock",
		"splice_read",
		"splice_write",
		"fallocate",
		"copy_file_range",
		"remap_file_range",
		"show_fdinfo",
	]),
	...slots("file_operations", "process", ["ioctl"], { versions: [{ until: "2.6.36" }] }),
	...slots("file_operations", "process", ["iterate"], { versions: [{ since: "3.11", until: "6.6" }] }),
	...slots("file_operations", "last-close", ["release"]),
];

/* include/linux/proc_fs.h, struct proc_ops; since 5.6 */
const PROC_OPERATIONS: readonly FunctionSlot[] = [
	...slots("proc_ops", "process", ["proc_read_iter"], { kiocb: 0 }),
	...slots("proc_ops", "process", ["proc_mmap"], { vma: 1 }),
	...slots("proc_ops", "process", [
		"proc_open",
		"proc_read",
		"proc_write",
		"proc_lseek",
		"proc_poll",
		"proc_ioctl",
		"proc_compat_ioctl",
		"proc_get_unmapped_area",
	]),
	...slots("proc_ops", "last-close", ["proc_release"]),
	...slots("seq_operations", "process", ["start", "next", "show", "stop"]),
];

/* include/linux/mm.h, struct vm_operations_struct */
const VMA_OPERATIONS: readonly FunctionSlot[] = [
	...slots("vm_operations_struct", "fault", ["fault", "huge_fault", "map_pages", "page_mkwrite", "pfn_mkwrite"]),
	...slots("vm_operations_struct", "fault", ["access", "mprotect"], { vma: 0 }),
	// fork calls open for the child's new mm, so vm_mm need not be current->mm.
	...slots("vm_operations_struct", "process", ["open", "may_split", "mremap"], { vma: 0 }),
	...slots("vm_operations_struct", "unmap", ["close"], { vma: 0 }),
];

/* include/linux/mmu_notifier.h, struct mmu_notifier_ops and struct mmu_interval_notifier_ops */
const NOTIFIER_OPERATIONS: readonly FunctionSlot[] = [
	...slots("mmu_notifier_ops", "teardown", ["release"], { self: 0, mm: 1 }),
	...slots("mmu_notifier_ops", "invalidate", ["clear_flush_young", "clear_young", "test_young"], { self: 0, mm: 1 }),
	...slots("mmu_notifier_ops", "invalidate", ["change_pte"], { self: 0, mm: 1, versions: [{ until: "6.10" }] }),
	...slots("mmu_notifier_ops", "invalidate", ["invalidate_range"], { self: 0, mm: 1, versions: [{ until: "6.6" }] }),
	...slots("mmu_notifier_ops", "invalidate", ["arch_invalidate_secondary_tlbs"], { self: 0, mm: 1, versions: [{ since: "6.6" }] }),
	...slots("mmu_notifier_ops", "invalidate", ["invalidate_range_start", "invalidate_range_end"], {
		self: 0,
		versions: [{ since: "5.0" }],
	}),
	...slots("mmu_notifier_ops", "invalidate", ["invalidate_range_start", "invalidate_range_end"], {
		self: 0,
		mm: 1,
		versions: [{ until: "5.0" }],
	}),
	...slots("mmu_interval_notifier_ops", "invalidate", ["invalidate"], { self: 0, versions: [{ since: "5.5" }] }),
];

/* Callbacks that are set by hand instead of through INIT_WORK, timer_setup or tasklet_setup. */
const CALLBACK_FIELDS: readonly FunctionSlot[] = [
	...slots("work_struct", "work", ["func"], { self: 0 }),
	...slots("kthread_work", "work", ["func"], { self: 0 }),
	...slots("timer_list", "timer", ["function"], { self: 0, versions: [{ since: "4.15" }] }),
	...slots("hrtimer", "timer", ["function"], { self: 0 }),
	...slots("tasklet_struct", "tasklet", ["callback"], { self: 0, versions: [{ since: "5.9" }] }),
	...slots("tasklet_struct", "tasklet", ["func"]),
];

/** Every slot of every version. */
export const FUNCTION_SLOTS: readonly FunctionSlot[] = [
	...FILE_OPERATIONS,
	...PROC_OPERATIONS,
	...VMA_OPERATIONS,
	...NOTIFIER_OPERATIONS,
	...CALLBACK_FIELDS,
];
