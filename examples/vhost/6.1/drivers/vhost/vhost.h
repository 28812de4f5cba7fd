/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _VHOST_H
#define _VHOST_H

#include <linux/llist.h>
#include <linux/mm.h>

struct vhost_work;
typedef void (*vhost_work_fn_t)(struct vhost_work *work);

struct vhost_work {
	struct llist_node node;
	vhost_work_fn_t fn;
};

struct vhost_dev {
	struct mm_struct *mm;
	struct llist_head work_list;
	struct task_struct *worker;
	bool use_worker;
};

void vhost_dev_init(struct vhost_dev *dev, bool use_worker);
void vhost_work_queue(struct vhost_dev *dev, struct vhost_work *work);
long vhost_dev_set_owner(struct vhost_dev *dev);
void vhost_dev_cleanup(struct vhost_dev *dev);

#endif
