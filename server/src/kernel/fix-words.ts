/** Names that fixes write into code, and names they must know to write it well. Which kernel has a function says the table itself. */

import { at } from "./row.ts";
import type { Act, LockKind, Source } from "./types.ts";

/** The functions that a fix may call, by what they do. */
export const FIX_CALLS = {
	/** Takes mm_users unless the teardown has begun. Before 4.7 there is none. */
	take: "mmget_not_zero",
	/** Takes mm_users where somebody holds it already. */
	takeHeld: "mmget",
	/** Gives the mm of the running task with mm_users. */
	takeCurrent: "get_task_mm",
	give: "mmput",
	/** Gives mm_users back without running the teardown in the caller. */
	giveLater: "mmput_async",
	/** Keeps the mm_struct. */
	pin: "mmgrab",
	unpin: "mmdrop",
	/** From a member to what holds it: nothing is done. */
	containerOf: "container_of",
} as const;

/** An error pointer and the errors that say that user memory, or the process, is not there (include/uapi/asm-generic/errno-base.h). */
export const FAILURE = { number: "-EFAULT", noProcess: "-ESRCH", errorPointer: "ERR_PTR", null: "NULL", false: "false" } as const;

/** The header that declares the functions of {@link FIX_CALLS}: that with which mmgrab and mmget came, before it sched.h. */
export const REFERENCE_HEADER = { split: "linux/sched/mm.h", whole: "linux/sched.h" } as const;

/** Where the two headers part. */
export const HEADER_SOURCE: Source = at("include/linux/sched/mm.h", 35, "static inline void mmgrab(struct mm_struct *mm)");

/** Allocators whose memory is zero, so that a pointer in it is NULL until it is set (include/linux/slab.h, vmalloc.h, device.h). */
export const ZEROING: ReadonlySet<string> = new Set([
	"kzalloc",
	"kzalloc_node",
	"kcalloc",
	"kcalloc_node",
	"kvzalloc",
	"kvzalloc_node",
	"kvcalloc",
	"vzalloc",
	"kmem_cache_zalloc",
	"devm_kzalloc",
	"kzalloc_obj",
]);
/** The flag that makes any allocator such a one. */
export const ZERO_FLAG = "__GFP_ZERO";

/** Functions that say how many bytes they could not copy, with the argument that is the number of all (include/linux/uaccess.h). */
export const RETURNS_UNCOPIED: ReadonlyMap<string, number> = new Map([
	["copy_to_user", 2],
	["copy_from_user", 2],
	["__copy_to_user", 2],
	["__copy_from_user", 2],
	["__copy_to_user_inatomic", 2],
	["__copy_from_user_inatomic", 2],
	["clear_user", 1],
	["__clear_user", 1],
]);

/** Functions that give a negative error when user memory is not there, else zero (include/linux/uaccess.h). */
export const RETURNS_ERROR: ReadonlySet<string> = new Set(["get_user", "put_user", "__get_user", "__put_user"]);

/** Functions that fill kernel memory from user memory: always their first argument. */
export const COPIES_IN: ReadonlySet<string> = new Set([
	"copy_from_user",
	"__copy_from_user",
	"__copy_from_user_inatomic",
	"get_user",
	"__get_user",
]);

/** What a test may be wrapped in without changing it. */
export const BRANCH_HINTS: ReadonlySet<string> = new Set(["likely", "unlikely"]);

/** Names by which the kernel's drivers call what undoes, gives back, or tells others that something is over. */
export const UNDOING =
	/(?:^|_)(?:put|free|release|unlock|up|complete|destroy|end|close|dec|drop|unregister|unbind|unmap|unpin|wake|exit|stop|del|remove|finish|done|signal|notify|ack)(?:_|$|\d)/;

/** Acts of the table that do so. */
export const UNDOING_ACTS: ReadonlySet<Act["act"]> = new Set<Act["act"]>([
	"unlock",
	"free",
	"complete",
	"kiocb-complete",
	"notifier-unregister",
]);

/** A thread that asks this goes on until it is told to stop, and must not return before (kernel/kthread.c, kthread_stop). */
export const ASKS_TO_STOP: ReadonlySet<string> = new Set(["kthread_should_stop", "kthread_should_stop_or_park"]);

/** Types of C and the kernel that can hold a negative error. */
export const SIGNED: ReadonlySet<string> = new Set([
	"int",
	"long",
	"long int",
	"long long",
	"signed int",
	"ssize_t",
	"loff_t",
	"s32",
	"s64",
	"__s32",
	"__s64",
	"int32_t",
	"int64_t",
	"ptrdiff_t",
]);
export const TRUTH: ReadonlySet<string> = new Set(["bool", "_Bool"]);

/** The field of struct file_operations by which a process maps a file: the mapping then keeps the file as long as mm_users lives. */
export const MAPS_FILE = { table: "file_operations", field: "mmap" } as const;

/** Locks under which nothing may sleep (kernel/sched/core.c, __might_sleep). */
export const SLEEPLESS: ReadonlySet<LockKind> = new Set<LockKind>(["spin", "rcu", "irq", "task"]);
