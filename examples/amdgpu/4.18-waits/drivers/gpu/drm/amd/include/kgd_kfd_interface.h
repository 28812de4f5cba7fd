/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef KGD_KFD_INTERFACE_H_INCLUDED
#define KGD_KFD_INTERFACE_H_INCLUDED

#include <linux/mm.h>
#include <linux/types.h>

struct kgd_dev;

/* What the compute driver asks of the graphics driver, one table a hardware generation. */
struct kfd2kgd_calls {
	int (*hqd_load)(struct kgd_dev *kgd, void *mqd, uint32_t pipe_id, uint32_t queue_id, uint32_t __user *wptr,
			struct mm_struct *mm);
	int (*hqd_sdma_load)(struct kgd_dev *kgd, void *mqd, uint32_t __user *wptr, struct mm_struct *mm);
	void (*flush_tlb)(struct kgd_dev *kgd, uint32_t vmid);
};

const struct kfd2kgd_calls *amdgpu_amdkfd_gfx_7_get_functions(void);
const struct kfd2kgd_calls *amdgpu_amdkfd_gfx_8_0_get_functions(void);

#endif
