// SPDX-License-Identifier: GPL-2.0-only
/* Cut from: kgd_hqd_load, kgd_hqd_sdma_load, amdgpu_amdkfd_gfx_8_0_get_functions. */
#include "amdgpu_amdkfd.h"

#define mmCP_HQD_PQ_RPTR 0x324f
#define mmCP_HQD_PQ_WPTR 0x3256
#define mmSDMA0_RLC0_RB_WPTR 0x3504
#define mmVM_INVALIDATE_REQUEST 0x51e

static int kgd_hqd_load(struct kgd_dev *kgd, void *mqd, uint32_t pipe_id, uint32_t queue_id, uint32_t __user *wptr,
			struct mm_struct *mm)
{
	uint32_t wptr_val;

	WREG32(mmCP_HQD_PQ_RPTR, pipe_id << 3 | queue_id);
	if (read_user_wptr(mm, wptr, wptr_val))
		WREG32(mmCP_HQD_PQ_WPTR, wptr_val);
	return 0;
}

static int kgd_hqd_sdma_load(struct kgd_dev *kgd, void *mqd, uint32_t __user *wptr, struct mm_struct *mm)
{
	uint32_t data;

	if (!read_user_wptr(mm, wptr, data))
		data = 0;
	WREG32(mmSDMA0_RLC0_RB_WPTR, data);
	return 0;
}

static void write_vmid_invalidate_request(struct kgd_dev *kgd, uint32_t vmid)
{
	WREG32(mmVM_INVALIDATE_REQUEST, 1u << vmid);
}

static const struct kfd2kgd_calls kfd2kgd = {
	.hqd_load = kgd_hqd_load,
	.hqd_sdma_load = kgd_hqd_sdma_load,
	.flush_tlb = write_vmid_invalidate_request,
};

const struct kfd2kgd_calls *amdgpu_amdkfd_gfx_8_0_get_functions(void)
{
	return &kfd2kgd;
}
