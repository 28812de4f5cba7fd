// SPDX-License-Identifier: GPL-2.0-only
/*
 * The capture: a virtual machine keeps the struct of its creator's mm (mm_count), not the page tables.
 * Cut from: kvm_create_vm, kvm_destroy_vm, kvm_init_mmu_notifier, kvm_mmu_notifier_release, kvm_get_kvm, kvm_put_kvm,
 * kvm_read_guest, kvm_write_guest, kvm_dev_ioctl_create_vm, kvm_vm_release.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#define KVM_CREATE_VM 0xae01

static struct kvm *mmu_notifier_to_kvm(struct mmu_notifier *mn)
{
	return container_of(mn, struct kvm, mmu_notifier);
}

static void kvm_mmu_notifier_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct kvm *kvm = mmu_notifier_to_kvm(mn);
	int idx;

	idx = srcu_read_lock(&kvm->srcu);
	spin_lock(&kvm->mmu_lock);
	kvm_arch_flush_shadow_all(kvm);
	spin_unlock(&kvm->mmu_lock);
	srcu_read_unlock(&kvm->srcu, idx);
}

static const struct mmu_notifier_ops kvm_mmu_notifier_ops = {
	.release = kvm_mmu_notifier_release,
};

static int kvm_init_mmu_notifier(struct kvm *kvm)
{
	kvm->mmu_notifier.ops = &kvm_mmu_notifier_ops;
	return mmu_notifier_register(&kvm->mmu_notifier, current->mm);
}

static struct kvm *kvm_create_vm(void)
{
	struct kvm *kvm = kzalloc(sizeof(*kvm), GFP_KERNEL);
	int r = -ENOMEM;

	if (!kvm)
		return ERR_PTR(-ENOMEM);

	spin_lock_init(&kvm->mmu_lock);
	mmgrab(current->mm);
	kvm->mm = current->mm;
	kref_init(&kvm->users_count);
	if (init_srcu_struct(&kvm->srcu))
		goto out_no_srcu;

	r = kvm_init_mmu_notifier(kvm);
	if (r)
		goto out_no_notifier;
	return kvm;

out_no_notifier:
	cleanup_srcu_struct(&kvm->srcu);
out_no_srcu:
	mmdrop(current->mm);
	kfree(kvm);
	return ERR_PTR(r);
}

static void kvm_destroy_vm(struct kref *users_count)
{
	struct kvm *kvm = container_of(users_count, struct kvm, users_count);
	struct mm_struct *mm = kvm->mm;

	mmu_notifier_unregister(&kvm->mmu_notifier, kvm->mm);
	cleanup_srcu_struct(&kvm->srcu);
	kfree(kvm);
	mmdrop(mm);
}

void kvm_get_kvm(struct kvm *kvm)
{
	kref_get(&kvm->users_count);
}
EXPORT_SYMBOL_GPL(kvm_get_kvm);

void kvm_put_kvm(struct kvm *kvm)
{
	kref_put(&kvm->users_count, kvm_destroy_vm);
}
EXPORT_SYMBOL_GPL(kvm_put_kvm);

int kvm_read_guest(struct kvm *kvm, unsigned long gpa, void *data, unsigned long len)
{
	return copy_from_user(data, (void __user *)(kvm->userspace_addr + gpa), len) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(kvm_read_guest);

int kvm_write_guest(struct kvm *kvm, unsigned long gpa, const void *data, unsigned long len)
{
	return copy_to_user((void __user *)(kvm->userspace_addr + gpa), data, len) ? -EFAULT : 0;
}
EXPORT_SYMBOL_GPL(kvm_write_guest);

static long kvm_dev_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	struct kvm *kvm;

	if (ioctl != KVM_CREATE_VM || filp->private_data)
		return -EINVAL;
	kvm = kvm_create_vm();
	if (IS_ERR(kvm))
		return PTR_ERR(kvm);
	kvm->userspace_addr = arg;
	filp->private_data = kvm;
	return 0;
}

static int kvm_vm_release(struct inode *inode, struct file *filp)
{
	if (filp->private_data)
		kvm_put_kvm(filp->private_data);
	return 0;
}

const struct file_operations kvm_chardev_ops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = kvm_dev_ioctl,
	.release = kvm_vm_release,
};
