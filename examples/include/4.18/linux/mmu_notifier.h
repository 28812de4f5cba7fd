/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_MMU_NOTIFIER_H
#define _LINUX_MMU_NOTIFIER_H

#include <linux/types.h>

struct mm_struct;
struct mmu_notifier;

struct mmu_notifier_ops {
	void (*release)(struct mmu_notifier *mn, struct mm_struct *mm);
};

struct mmu_notifier {
	const struct mmu_notifier_ops *ops;
};

int mmu_notifier_register(struct mmu_notifier *mn, struct mm_struct *mm);
void mmu_notifier_unregister(struct mmu_notifier *mn, struct mm_struct *mm);
void mmu_notifier_unregister_no_release(struct mmu_notifier *mn, struct mm_struct *mm);
void mmu_notifier_call_srcu(struct rcu_head *rcu, void (*func)(struct rcu_head *rcu));

#endif
