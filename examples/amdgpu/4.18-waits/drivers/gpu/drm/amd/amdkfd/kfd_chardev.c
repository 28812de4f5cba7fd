// SPDX-License-Identifier: GPL-2.0-only
/*
 * The owning process: opens the device, creates queues by ioctl.
 * Cut from: kfd_open, kfd_ioctl, kfd_ioctl_create_queue, kgd2kfd_probe.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "kfd_priv.h"

static struct kfd_dev kfd_device;

int kgd2kfd_probe(struct kgd_dev *kgd, bool volcanic_islands)
{
	kfd_device.kgd = kgd;
	kfd_device.kfd2kgd = volcanic_islands ? amdgpu_amdkfd_gfx_8_0_get_functions() : amdgpu_amdkfd_gfx_7_get_functions();
	kfd_device.dqm = device_queue_manager_init(&kfd_device);
	return kfd_device.dqm ? 0 : -ENOMEM;
}
EXPORT_SYMBOL_GPL(kgd2kfd_probe);

static int kfd_open(struct inode *inode, struct file *filep)
{
	struct kfd_process *process = kfd_create_process(current, &kfd_device);

	return IS_ERR(process) ? PTR_ERR(process) : 0;
}

static int kfd_ioctl_create_queue(struct kfd_process *p, enum kfd_queue_type type, uint32_t __user *write_ptr)
{
	struct queue *q;
	int err;

	q = kzalloc(sizeof(*q), GFP_KERNEL);
	if (!q)
		return -ENOMEM;
	q->type = type;
	q->write_ptr = write_ptr;
	q->process = p;
	err = create_queue(p->dev->dqm, q);
	if (err)
		kfree(q);
	return err;
}

static long kfd_ioctl(struct file *filep, unsigned int cmd, unsigned long arg)
{
	struct kfd_process *p = kfd_get_process(current);

	if (!p || cmd > KFD_QUEUE_TYPE_SDMA)
		return -EINVAL;
	return kfd_ioctl_create_queue(p, cmd, (uint32_t __user *)arg);
}

const struct file_operations kfd_fops = {
	.owner = THIS_MODULE,
	.open = kfd_open,
	.unlocked_ioctl = kfd_ioctl,
};
