/** The functions that this tool is about: a kernel thread borrows an address space and gives it back. */

import { at, describe } from "./row.ts";
import type { KernelFunction } from "./types.ts";

export const BORROWING: readonly KernelFunction[] = [
	describe(
		"use_mm",
		"Makes a kernel thread run on somebody's address space; takes no reference to mm_users.",
		[{ act: "step", op: "use", mm: 0 }],
		at("mm/mmu_context.c", 22, "void use_mm(struct mm_struct *mm)", "4.18"),
		{
			versions: [{ until: "5.8" }],
			count: "+1 unless the mm is active_mm already, whose reference it keeps; drops the old active_mm",
			needs: "page tables that exist until the matching unuse: a reference to mm_users over the whole span; a kernel thread without an mm",
			context: "sleeps",
		},
	),
	describe(
		"unuse_mm",
		"Ends use_mm; the kernel thread keeps the mm as active_mm until it is scheduled out.",
		[{ act: "step", op: "unuse", mm: 0 }],
		at("mm/mmu_context.c", 53, "void unuse_mm(struct mm_struct *mm)", "4.18"),
		{ versions: [{ until: "5.8" }], needs: "use_mm of the same mm before", context: "sleeps" },
	),
	describe(
		"kthread_use_mm",
		"Makes a kernel thread run on somebody's address space; takes no reference to mm_users.",
		[{ act: "step", op: "use", mm: 0 }],
		at("kernel/kthread.c", 1415, "void kthread_use_mm(struct mm_struct *mm)"),
		{
			versions: [{ since: "5.8", until: "6.4" }],
			count: "+1 unless the mm is active_mm already, whose reference it keeps; drops the old active_mm",
			needs:
				"page tables that exist until the matching unuse: a reference to mm_users over the whole span; warns outside a kernel thread and when it has an mm already",
			context: "sleeps",
		},
	),
	describe(
		"kthread_use_mm",
		"Makes a kernel thread run on somebody's address space; takes no reference to mm_users.",
		[{ act: "step", op: "use", mm: 0 }],
		at("kernel/kthread.c", 1439, "void kthread_use_mm(struct mm_struct *mm)", "6.12.117"),
		{
			versions: [{ since: "6.4" }],
			count: "+1, always; drops the old active_mm",
			needs:
				"page tables that exist until the matching unuse: a reference to mm_users over the whole span; warns outside a kernel thread and when it has an mm already",
			context: "sleeps",
		},
	),
	describe(
		"kthread_unuse_mm",
		"Ends kthread_use_mm; the kernel thread keeps the mm as active_mm until it is scheduled out.",
		[{ act: "step", op: "unuse", mm: 0 }],
		at("kernel/kthread.c", 1460, "void kthread_unuse_mm(struct mm_struct *mm)"),
		{ versions: [{ since: "5.8", until: "6.4" }], needs: "kthread_use_mm of the same mm before", context: "sleeps" },
	),
	describe(
		"kthread_unuse_mm",
		"Ends kthread_use_mm and gives its reference to the struct back.",
		[{ act: "step", op: "unuse", mm: 0 }],
		at("kernel/kthread.c", 1485, "void kthread_unuse_mm(struct mm_struct *mm)", "6.12.117"),
		{ versions: [{ since: "6.4" }], count: "-1", needs: "kthread_use_mm of the same mm before", context: "sleeps" },
	),
];
