/* SPDX-License-Identifier: GPL-2.0-only */
/* Cut from: struct kfd_dev, struct queue, struct mqd_manager, struct device_queue_manager, struct kfd_process. */
#ifndef KFD_PRIV_H_INCLUDED
#define KFD_PRIV_H_INCLUDED

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/sched/mm.h>
#include <linux/workqueue.h>
#include "../include/kgd_kfd_interface.h"

enum kfd_queue_type {
	KFD_QUEUE_TYPE_COMPUTE,
	KFD_QUEUE_TYPE_SDMA,
};

struct kfd_dev {
	struct kgd_dev *kgd;
	const struct kfd2kgd_calls *kfd2kgd;
	struct device_queue_manager *dqm;
};

struct queue {
	struct list_head list;
	enum kfd_queue_type type;
	void *mqd;
	uint32_t __user *write_ptr;
	uint32_t pipe;
	uint32_t queue;
	struct kfd_process *process;
};

struct mqd_manager {
	int (*load_mqd)(struct mqd_manager *mm, struct queue *q, struct mm_struct *mms);
	struct kfd_dev *dev;
};

struct device_queue_manager {
	struct mutex lock;
	struct kfd_dev *dev;
	struct mqd_manager *mqds[2];
};

struct kfd_process {
	struct list_head kfd_processes;

	/*
	 * Opaque pointer to mm_struct. We don't hold a reference to
	 * it so it should never be dereferenced from here. This is
	 * only used for looking up processes by their mm.
	 */
	void *mm;

	struct kref ref;
	struct work_struct release_work;
	struct task_struct *lead_thread;
	struct mmu_notifier mmu_notifier;
	struct rcu_head rcu;
	struct kfd_dev *dev;
	uint32_t vmid;
	struct list_head queues;
	struct delayed_work eviction_work;
	struct delayed_work restore_work;
};

struct mqd_manager *mqd_manager_init_cik(enum kfd_queue_type type, struct kfd_dev *dev);
struct device_queue_manager *device_queue_manager_init(struct kfd_dev *dev);
int create_queue(struct device_queue_manager *dqm, struct queue *q);
void evict_process_queues(struct device_queue_manager *dqm, struct kfd_process *p);
int restore_process_queues(struct device_queue_manager *dqm, struct kfd_process *p);
struct kfd_process *kfd_create_process(struct task_struct *thread, struct kfd_dev *dev);
struct kfd_process *kfd_get_process(struct task_struct *thread);

#endif
