/**
 * What a kernel has, beyond its functions. The version says it; what the tree at hand shows overrides that, since trees carry
 * backports and patches. Whoever was told a version by the user passes no tree.
 */

import type { Evidence, VersionRange } from "./types.ts";
import { holds } from "./versions.ts";

/** What is known of the tree at hand. */
export interface TreeView {
	/** Whether the path exists in the tree. */
	has(path: string): boolean;
	/** The text of a file, or undefined when it is not there or was not read. */
	text(path: string): string | undefined;
}

/** One value that a feature can have, and what shows that a kernel has it. */
interface FeatureValue<Value> {
	readonly value: Value;
	readonly versions: readonly VersionRange[];
	/** Any of these matching in the tree shows the value. */
	readonly evidence: readonly Evidence[];
	/** Any of these paths existing in the tree shows the value. */
	readonly paths: readonly string[];
}

export interface Feature<Value> {
	/** One sentence for hovers and messages. */
	readonly summary: string;
	/** Exactly one of them holds for each version. */
	readonly values: readonly FeatureValue<Value>[];
}

/** io_uring: requests that exit_aio does not wait for, so that a kiocb alone no longer keeps its submitter's mm (fs/aio.c, exit_aio). */
export const IO_URING: Feature<boolean> = {
	summary: "Requests can come from io_uring, which exit_aio does not wait for.",
	values: [
		{ value: true, versions: [{ since: "5.1" }], evidence: [], paths: ["io_uring/io_uring.c", "fs/io_uring.c"] },
		{ value: false, versions: [{ until: "5.1" }], evidence: [], paths: [] },
	],
};

/**
 * How use counts in mm_count. `lazy`: plus 1 only if the mm is not active_mm already, and unuse leaves it as active_mm. `always`: plus 1,
 * and unuse gives it back (kernel/kthread.c, kthread_use_mm; before 5.8 mm/mmu_context.c, use_mm).
 */
export const USE_COUNTS: Feature<"lazy" | "always"> = {
	summary: "How kthread_use_mm counts in mm_count.",
	values: [
		{
			value: "lazy",
			versions: [{ until: "6.4" }],
			evidence: [
				{ file: "kernel/kthread.c", pattern: /if \(active_mm != mm\) \{\s+mmgrab\(mm\);/ },
				{ file: "mm/mmu_context.c", pattern: /if \(active_mm != mm\) \{\s+(?:mmgrab\(mm\)|atomic_inc\(&mm->mm_count\));/ },
			],
			paths: [],
		},
		{
			value: "always",
			versions: [{ since: "6.4" }],
			evidence: [{ file: "kernel/kthread.c", pattern: /mmgrab\(mm\);\s+task_lock\(tsk\);/ }],
			paths: [],
		},
	],
};

/** The field of an mm_struct that locks its VMAs; its own functions (mmap_read_lock) came with the new name (include/linux/mmap_lock.h). */
export const MMAP_LOCK_FIELD: Feature<"mmap_lock" | "mmap_sem"> = {
	summary: "The name of the lock of an mm's VMAs.",
	values: [
		{
			value: "mmap_lock",
			versions: [{ since: "5.8" }],
			evidence: [{ file: "include/linux/mm_types.h", pattern: /struct rw_semaphore mmap_lock;/ }],
			paths: ["include/linux/mmap_lock.h"],
		},
		{
			value: "mmap_sem",
			versions: [{ until: "5.8" }],
			evidence: [{ file: "include/linux/mm_types.h", pattern: /struct rw_semaphore mmap_sem;/ }],
			paths: [],
		},
	],
};

/** The names of the functions that borrow and give back an address space. */
export const BORROW_NAMES: Feature<{ readonly use: string; readonly unuse: string }> = {
	summary: "How the functions are called that borrow and give back an address space.",
	values: [
		{
			value: { use: "kthread_use_mm", unuse: "kthread_unuse_mm" },
			versions: [{ since: "5.8" }],
			evidence: [{ file: "include/linux/kthread.h", pattern: /\bkthread_use_mm\(/ }],
			paths: [],
		},
		{ value: { use: "use_mm", unuse: "unuse_mm" }, versions: [{ until: "5.8" }], evidence: [], paths: ["include/linux/mmu_context.h"] },
	],
};

/**
 * The value of a feature in a kernel.
 * @param tree what the tree at hand shows comes first; absent: the version alone decides.
 */
export function decideFeature<Value>(feature: Feature<Value>, version: string, tree?: TreeView): Value | undefined {
	const shown = tree === undefined ? undefined : feature.values.find((option) => isShown(option, tree));
	return (shown ?? feature.values.find((option) => holds(option.versions, version)))?.value;
}

function isShown(option: FeatureValue<unknown>, tree: TreeView): boolean {
	return (
		option.paths.some((path) => tree.has(path)) ||
		option.evidence.some(({ file, pattern }) => {
			const text = tree.text(file);
			return text !== undefined && pattern.test(text);
		})
	);
}
