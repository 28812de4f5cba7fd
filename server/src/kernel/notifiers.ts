/** mmu notifiers: they keep the struct, and tell that the address space goes. */

import { at, describe } from "./row.ts";
import type { KernelFunction } from "./types.ts";

export const NOTIFIERS: readonly KernelFunction[] = [
	describe(
		"mmu_notifier_register",
		"Registers callbacks on an mm and keeps its struct; may fail, and only release tells that the address space goes.",
		[{ act: "notifier-register", notifier: 0, mm: 1, kind: "mmu" }],
		at("mm/mmu_notifier.c", 722, "int mmu_notifier_register(struct mmu_notifier *subscription,"),
		{ count: "+1 on success", needs: "mm_users above 0; mmap lock not held", context: "sleeps" },
	),
	describe(
		"__mmu_notifier_register",
		"Registers callbacks on an mm and keeps its struct; may fail, and only release tells that the address space goes.",
		[{ act: "notifier-register", notifier: 0, mm: 1, kind: "mmu" }],
		at("mm/mmu_notifier.c", 629, "int __mmu_notifier_register(struct mmu_notifier *subscription,"),
		{ count: "+1 on success", needs: "mm_users above 0; mmap lock held for writing", context: "sleeps" },
	),
	describe(
		"mmu_notifier_get",
		"As mmu_notifier_register, with one notifier for each mm and op table, counted by itself; gives an error pointer when it fails.",
		[{ act: "notifier-get", ops: 0, mm: 1 }],
		at("include/linux/mmu_notifier.h", 289, "mmu_notifier_get(const struct mmu_notifier_ops *ops, struct mm_struct *mm)"),
		{ count: "+1 the first time", needs: "mm_users above 0; mmap lock not held", context: "sleeps", versions: [{ since: "5.4" }] },
	),
	describe(
		"mmu_notifier_get_locked",
		"As mmu_notifier_get under the mmap lock.",
		[{ act: "notifier-get", ops: 0, mm: 1 }],
		at("mm/mmu_notifier.c", 774, "struct mmu_notifier *mmu_notifier_get_locked(const struct mmu_notifier_ops *ops,"),
		{ count: "+1 the first time", needs: "mm_users above 0; mmap lock held for writing", context: "sleeps", versions: [{ since: "5.4" }] },
	),
	describe(
		"mmu_notifier_put",
		"Gives a notifier of mmu_notifier_get back; its end comes later, in free_notifier.",
		[{ act: "notifier-unregister", notifier: 0, kind: "mmu" }],
		at("mm/mmu_notifier.c", 895, "void mmu_notifier_put(struct mmu_notifier *subscription)"),
		{ count: "-1, later (mmu_notifier_free_rcu)", needs: "a notifier from mmu_notifier_get", versions: [{ since: "5.4" }] },
	),
	describe(
		"mmu_notifier_synchronize",
		"Waits until every mmu_notifier_put has had its free_notifier call.",
		[{ act: "wait", for: "rcu", stops: false }],
		at("mm/mmu_notifier.c", 1118, "void mmu_notifier_synchronize(void)"),
		{ context: "sleeps" },
	),
	describe(
		"mmu_notifier_unregister",
		"Takes the callbacks away, calls release once if teardown has not, and drops the struct.",
		[{ act: "notifier-unregister", notifier: 0, mm: 1, kind: "mmu" }],
		at("mm/mmu_notifier.c", 820, "void mmu_notifier_unregister(struct mmu_notifier *subscription,"),
		{ count: "-1; may free the struct", needs: "mm_count above 0; not from a callback", context: "sleeps" },
	),
	describe(
		"mmu_notifier_unregister_no_release",
		"As mmu_notifier_unregister without the call of release.",
		[{ act: "notifier-unregister", notifier: 0, mm: 1, kind: "mmu" }],
		at("mm/mmu_notifier.c", 0, "mm/mmu_notifiers: remove unregister_no_release", "5.4"),
		{ count: "-1; may free the struct", needs: "mm_count above 0", versions: [{ until: "5.4" }] },
	),
	describe(
		"mmu_interval_notifier_insert",
		"Registers an interval notifier and keeps the struct of its mm; may fail.",
		[{ act: "notifier-register", notifier: 0, mm: 1, kind: "interval" }],
		at("mm/mmu_notifier.c", 995, "int mmu_interval_notifier_insert(struct mmu_interval_notifier *interval_sub,"),
		{ count: "+1 on success", needs: "a reference to mm_users held", context: "sleeps", versions: [{ since: "5.5" }] },
	),
	describe(
		"mmu_interval_notifier_insert_locked",
		"Registers an interval notifier and keeps the struct of its mm; may fail.",
		[{ act: "notifier-register", notifier: 0, mm: 1, kind: "interval" }],
		at("mm/mmu_notifier.c", 1017, "int mmu_interval_notifier_insert_locked("),
		{
			count: "+1 on success",
			needs: "a reference to mm_users held; mmap lock held for writing",
			context: "sleeps",
			versions: [{ since: "5.5" }],
		},
	),
	describe(
		"mmu_interval_notifier_remove",
		"Takes an interval notifier away, waits for its running invalidate, and drops the struct.",
		[{ act: "notifier-unregister", notifier: 0, kind: "interval" }],
		at("mm/mmu_notifier.c", 1061, "void mmu_interval_notifier_remove(struct mmu_interval_notifier *interval_sub)"),
		{
			count: "-1; may free the struct",
			needs: "an inserted notifier; not inside invalidate",
			context: "sleeps",
			versions: [{ since: "5.5" }],
		},
	),
];
