/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef __KVM_HOST_H
#define __KVM_HOST_H

#include <linux/kref.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

struct kvm {
	spinlock_t mmu_lock;
	struct mm_struct *mm; /* userspace tied to this vm */
	struct srcu_struct srcu;
	struct kref users_count;
	struct mmu_notifier mmu_notifier;
	unsigned long userspace_addr;
};

void kvm_get_kvm(struct kvm *kvm);
void kvm_put_kvm(struct kvm *kvm);
int kvm_read_guest(struct kvm *kvm, unsigned long gpa, void *data, unsigned long len);
int kvm_write_guest(struct kvm *kvm, unsigned long gpa, const void *data, unsigned long len);
void kvm_arch_flush_shadow_all(struct kvm *kvm);

#endif
