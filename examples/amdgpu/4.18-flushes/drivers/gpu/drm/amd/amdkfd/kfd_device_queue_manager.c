// SPDX-License-Identifier: GPL-2.0-only
/*
 * The mm goes from the process to the queue loader: in the ioctl it is the caller's own, in the restore worker somebody else's.
 * Cut from: create_compute_queue_nocpsch, evict_process_queues_nocpsch, restore_process_queues_nocpsch, device_queue_manager_init.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "kfd_priv.h"

int create_queue(struct device_queue_manager *dqm, struct queue *q)
{
	struct mqd_manager *mqd = dqm->mqds[q->type];
	int retval;

	mutex_lock(&dqm->lock);
	retval = mqd->load_mqd(mqd, q, q->process->mm);
	if (!retval)
		list_add_tail(&q->list, &q->process->queues);
	mutex_unlock(&dqm->lock);
	return retval;
}

void evict_process_queues(struct device_queue_manager *dqm, struct kfd_process *p)
{
	mutex_lock(&dqm->lock);
	dqm->dev->kfd2kgd->flush_tlb(dqm->dev->kgd, p->vmid);
	mutex_unlock(&dqm->lock);
}

int restore_process_queues(struct device_queue_manager *dqm, struct kfd_process *p)
{
	struct mqd_manager *mqd;
	struct queue *q;
	int retval = 0;

	mutex_lock(&dqm->lock);
	list_for_each_entry(q, &p->queues, list) {
		mqd = dqm->mqds[q->type];
		retval = mqd->load_mqd(mqd, q, q->process->mm);
		if (retval)
			break;
	}
	mutex_unlock(&dqm->lock);
	return retval;
}

struct device_queue_manager *device_queue_manager_init(struct kfd_dev *dev)
{
	struct device_queue_manager *dqm = kzalloc(sizeof(*dqm), GFP_KERNEL);

	if (!dqm)
		return NULL;

	mutex_init(&dqm->lock);
	dqm->dev = dev;
	dqm->mqds[KFD_QUEUE_TYPE_COMPUTE] = mqd_manager_init_cik(KFD_QUEUE_TYPE_COMPUTE, dev);
	dqm->mqds[KFD_QUEUE_TYPE_SDMA] = mqd_manager_init_cik(KFD_QUEUE_TYPE_SDMA, dev);
	if (!dqm->mqds[KFD_QUEUE_TYPE_COMPUTE] || !dqm->mqds[KFD_QUEUE_TYPE_SDMA]) {
		kfree(dqm->mqds[KFD_QUEUE_TYPE_COMPUTE]);
		kfree(dqm->mqds[KFD_QUEUE_TYPE_SDMA]);
		kfree(dqm);
		return NULL;
	}
	return dqm;
}
