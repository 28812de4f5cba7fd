// SPDX-License-Identifier: GPL-2.0-only
/* Cut from: load_mqd, load_mqd_sdma, mqd_manager_init_cik. */
#include <linux/slab.h>
#include "kfd_priv.h"

static int load_mqd(struct mqd_manager *mm, struct queue *q, struct mm_struct *mms)
{
	return mm->dev->kfd2kgd->hqd_load(mm->dev->kgd, q->mqd, q->pipe, q->queue, q->write_ptr, mms);
}

static int load_mqd_sdma(struct mqd_manager *mm, struct queue *q, struct mm_struct *mms)
{
	return mm->dev->kfd2kgd->hqd_sdma_load(mm->dev->kgd, q->mqd, q->write_ptr, mms);
}

struct mqd_manager *mqd_manager_init_cik(enum kfd_queue_type type, struct kfd_dev *dev)
{
	struct mqd_manager *mqd = kzalloc(sizeof(*mqd), GFP_KERNEL);

	if (!mqd)
		return NULL;

	mqd->dev = dev;
	switch (type) {
	case KFD_QUEUE_TYPE_COMPUTE:
		mqd->load_mqd = load_mqd;
		break;
	case KFD_QUEUE_TYPE_SDMA:
		mqd->load_mqd = load_mqd_sdma;
		break;
	}
	return mqd;
}
