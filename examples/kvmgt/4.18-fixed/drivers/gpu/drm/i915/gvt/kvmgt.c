// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same use made right: the virtual machine keeps the struct, so that a reference to the page tables can be asked for around each
 * use. It is refused once the owner has begun to exit.
 * Cut from: kvmgt_rw_gpa, kvmgt_read_gpa, kvmgt_write_gpa, kvmgt_guest_init, kvmgt_guest_exit, struct intel_gvt_mpt,
 * intel_gvt_hypervisor_read_gpa, workload_thread.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/kvm_host.h>
#include <linux/mmu_context.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

struct kvmgt_guest_info {
	struct kvm *kvm;
	struct task_struct *thread;
	unsigned long ring;
};

struct intel_gvt_mpt {
	int (*read_gpa)(unsigned long handle, unsigned long gpa, void *buf, unsigned long len);
	int (*write_gpa)(unsigned long handle, unsigned long gpa, void *buf, unsigned long len);
};

static int kvmgt_rw_gpa(unsigned long handle, unsigned long gpa, void *buf, unsigned long len, bool write)
{
	struct kvmgt_guest_info *info = (struct kvmgt_guest_info *)handle;
	struct kvm *kvm;
	int idx, ret;
	bool kthread = current->mm == NULL;

	if (!info)
		return -ESRCH;
	kvm = info->kvm;

	if (kthread) {
		if (!mmget_not_zero(kvm->mm))
			return -EFAULT;
		use_mm(kvm->mm);
	}

	idx = srcu_read_lock(&kvm->srcu);
	ret = write ? kvm_write_guest(kvm, gpa, buf, len) : kvm_read_guest(kvm, gpa, buf, len);
	srcu_read_unlock(&kvm->srcu, idx);

	if (kthread) {
		unuse_mm(kvm->mm);
		mmput(kvm->mm);
	}

	return ret;
}

static int kvmgt_read_gpa(unsigned long handle, unsigned long gpa, void *buf, unsigned long len)
{
	return kvmgt_rw_gpa(handle, gpa, buf, len, false);
}

static int kvmgt_write_gpa(unsigned long handle, unsigned long gpa, void *buf, unsigned long len)
{
	return kvmgt_rw_gpa(handle, gpa, buf, len, true);
}

static const struct intel_gvt_mpt kvmgt_mpt = {
	.read_gpa = kvmgt_read_gpa,
	.write_gpa = kvmgt_write_gpa,
};

static const struct intel_gvt_mpt *gvt_mpt = &kvmgt_mpt;

static int workload_thread(void *data)
{
	struct kvmgt_guest_info *info = data;
	unsigned long tail = 0;

	while (!kthread_should_stop()) {
		if (!gvt_mpt->read_gpa((unsigned long)info, info->ring, &tail, sizeof(tail)))
			gvt_mpt->write_gpa((unsigned long)info, info->ring + sizeof(tail), &tail, sizeof(tail));
		schedule();
	}
	return 0;
}

int kvmgt_guest_init(struct kvm *kvm, unsigned long ring, struct kvmgt_guest_info **out)
{
	struct kvmgt_guest_info *info = kzalloc(sizeof(*info), GFP_KERNEL);

	if (!info)
		return -ENOMEM;

	info->kvm = kvm;
	info->ring = ring;
	kvm_get_kvm(info->kvm);

	info->thread = kthread_run(workload_thread, info, "gvt workload");
	if (IS_ERR(info->thread)) {
		int ret = PTR_ERR(info->thread);

		kvm_put_kvm(info->kvm);
		kfree(info);
		return ret;
	}
	*out = info;
	return 0;
}
EXPORT_SYMBOL_GPL(kvmgt_guest_init);

void kvmgt_guest_exit(struct kvmgt_guest_info *info)
{
	kthread_stop(info->thread);
	kvm_put_kvm(info->kvm);
	kfree(info);
}
EXPORT_SYMBOL_GPL(kvmgt_guest_exit);
