// SPDX-License-Identifier: GPL-2.0-only
/*
 * Still right, with a flag: a device with a worker owns an mm_users reference, one without a worker only needs the struct to
 * account pinned pages to. Get and put stand under the same test.
 * Cut from: vhost_dev_init, vhost_work_queue, vhost_worker, vhost_attach_mm, vhost_detach_mm, vhost_dev_set_owner, vhost_dev_cleanup.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include "vhost.h"

void vhost_dev_init(struct vhost_dev *dev, bool use_worker)
{
	dev->mm = NULL;
	dev->worker = NULL;
	dev->use_worker = use_worker;
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

	kthread_use_mm(dev->mm);

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

	kthread_unuse_mm(dev->mm);
	return 0;
}

static void vhost_attach_mm(struct vhost_dev *dev)
{
	if (dev->use_worker) {
		dev->mm = get_task_mm(current);
	} else {
		/* Nothing runs in this mm: only the struct has to stay. */
		dev->mm = current->mm;
		mmgrab(dev->mm);
	}
}

static void vhost_detach_mm(struct vhost_dev *dev)
{
	if (!dev->mm)
		return;

	if (dev->use_worker)
		mmput(dev->mm);
	else
		mmdrop(dev->mm);
	dev->mm = NULL;
}

/* Caller should have device mutex */
long vhost_dev_set_owner(struct vhost_dev *dev)
{
	struct task_struct *worker;
	int err;

	if (dev->mm)
		return -EBUSY;

	vhost_attach_mm(dev);

	if (dev->use_worker) {
		worker = kthread_create(vhost_worker, dev, "vhost-%d", current->pid);
		if (IS_ERR(worker)) {
			err = PTR_ERR(worker);
			goto err_worker;
		}
		dev->worker = worker;
		wake_up_process(worker);
	}
	return 0;

err_worker:
	vhost_detach_mm(dev);
	return err;
}
EXPORT_SYMBOL_GPL(vhost_dev_set_owner);

void vhost_dev_cleanup(struct vhost_dev *dev)
{
	if (dev->worker) {
		kthread_stop(dev->worker);
		dev->worker = NULL;
	}
	vhost_detach_mm(dev);
}
EXPORT_SYMBOL_GPL(vhost_dev_cleanup);
