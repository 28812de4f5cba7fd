// SPDX-License-Identifier: GPL-2.0-only
/*
 * The use that is obviously right: the device owns an mm_users reference from VHOST_SET_OWNER until after its worker has stopped.
 * Cut from: vhost_dev_init, vhost_work_queue, vhost_worker, vhost_dev_set_owner, vhost_dev_cleanup.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mmu_context.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>
#include "vhost.h"

void vhost_dev_init(struct vhost_dev *dev)
{
	dev->mm = NULL;
	dev->worker = NULL;
	init_llist_head(&dev->work_list);
}
EXPORT_SYMBOL_GPL(vhost_dev_init);

void vhost_work_queue(struct vhost_dev *dev, struct vhost_work *work)
{
	if (!dev->worker)
		return;
	llist_add(&work->node, &dev->work_list);
	wake_up_process(dev->worker);
}
EXPORT_SYMBOL_GPL(vhost_work_queue);

static int vhost_worker(void *data)
{
	struct vhost_dev *dev = data;
	struct vhost_work *work, *next;
	struct llist_node *node;
	mm_segment_t oldfs = get_fs();

	set_fs(USER_DS);
	use_mm(dev->mm);

	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop()) {
			__set_current_state(TASK_RUNNING);
			break;
		}

		node = llist_del_all(&dev->work_list);
		if (!node)
			schedule();

		node = llist_reverse_order(node);
		llist_for_each_entry_safe(work, next, node, node) {
			__set_current_state(TASK_RUNNING);
			work->fn(work);
		}
	}

	unuse_mm(dev->mm);
	set_fs(oldfs);
	return 0;
}

/* Caller should have device mutex */
long vhost_dev_set_owner(struct vhost_dev *dev)
{
	struct task_struct *worker;
	int err;

	/* Is there an owner already? */
	if (dev->mm)
		return -EBUSY;

	/* No owner, become one */
	dev->mm = get_task_mm(current);
	worker = kthread_create(vhost_worker, dev, "vhost-%d", current->pid);
	if (IS_ERR(worker)) {
		err = PTR_ERR(worker);
		goto err_worker;
	}

	dev->worker = worker;
	wake_up_process(worker);
	return 0;

err_worker:
	if (dev->mm)
		mmput(dev->mm);
	dev->mm = NULL;
	return err;
}
EXPORT_SYMBOL_GPL(vhost_dev_set_owner);

void vhost_dev_cleanup(struct vhost_dev *dev)
{
	if (dev->worker) {
		kthread_stop(dev->worker);
		dev->worker = NULL;
	}
	if (dev->mm)
		mmput(dev->mm);
	dev->mm = NULL;
}
EXPORT_SYMBOL_GPL(vhost_dev_cleanup);
