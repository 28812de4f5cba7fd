/** From a member to the object around it. */

import { at, describe } from "./row.ts";
import type { KernelFunction } from "./types.ts";

export const LISTS: readonly KernelFunction[] = [
	describe(
		"container_of",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/container_of.h", 17, "#define container_of(ptr, type, member) ({"),
	),
	describe(
		"container_of_const",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/container_of.h", 31, "#define container_of_const(ptr, type, member)"),
	),
	describe(
		"list_entry",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/list.h", 526, "#define list_entry(ptr, type, member)"),
	),
	describe(
		"list_entry_rcu",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/rculist.h", 335, "#define list_entry_rcu(ptr, type, member)"),
	),
	describe(
		"hlist_entry",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/list.h", 1040, "#define hlist_entry(ptr, type, member) container_of(ptr,type,member)"),
	),
	describe(
		"hlist_entry_safe",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/list.h", 1049, "#define hlist_entry_safe(ptr, type, member)"),
	),
	describe(
		"llist_entry",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/llist.h", 82, "#define llist_entry(ptr, type, member)"),
	),
	describe(
		"rb_entry",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/rbtree.h", 28, "#define rb_entry(ptr, type, member) container_of(ptr, type, member)"),
	),
	describe(
		"rb_entry_safe",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 0, type: 1, member: 2 }],
		at("include/linux/rbtree.h", 77, "#define rb_entry_safe(ptr, type, member)"),
	),
	describe(
		"from_timer",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 1, type: 0, member: 2 }],
		at("include/linux/timer.h", 153, "#define from_timer(var, callback_timer, timer_fieldname)"),
		{ versions: [{ since: "4.14", until: "6.16" }] },
	),
	describe(
		"timer_container_of",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 1, type: 0, member: 2 }],
		at("include/linux/timer.h", 0, "treewide, timers: Rename from_timer() to timer_container_of()", "6.16"),
		{ versions: [{ since: "6.16" }] },
	),
	describe(
		"from_tasklet",
		"The object that the pointer is a member of.",
		[{ act: "container", pointer: 1, type: 0, member: 2 }],
		at("include/linux/interrupt.h", 669, "#define from_tasklet(var, callback_tasklet, tasklet_fieldname)"),
		{ versions: [{ since: "5.9" }] },
	),
	describe(
		"list_first_entry",
		"An element of the list.",
		[{ act: "element", head: 0, type: 1, member: 2 }],
		at("include/linux/list.h", 537, "#define list_first_entry(ptr, type, member)"),
	),
	describe(
		"list_last_entry",
		"An element of the list.",
		[{ act: "element", head: 0, type: 1, member: 2 }],
		at("include/linux/list.h", 548, "#define list_last_entry(ptr, type, member)"),
	),
	describe(
		"list_first_entry_or_null",
		"An element of the list, NULL when it is empty.",
		[{ act: "element", head: 0, type: 1, member: 2, orNull: true }],
		at("include/linux/list.h", 559, "#define list_first_entry_or_null(ptr, type, member) ({"),
	),
	describe(
		"to_delayed_work",
		"The delayed work item of a work item.",
		[{ act: "embedded", pointer: 0, struct: "delayed_work", member: "work" }],
		at("include/linux/workqueue.h", 154, "static inline struct delayed_work *to_delayed_work(struct work_struct *work)"),
	),
	describe(
		"to_rcu_work",
		"The rcu_work of a work item.",
		[{ act: "embedded", pointer: 0, struct: "rcu_work", member: "work" }],
		at("include/linux/workqueue.h", 159, "static inline struct rcu_work *to_rcu_work(struct work_struct *work)"),
		{ versions: [{ since: "4.16" }] },
	),
];
