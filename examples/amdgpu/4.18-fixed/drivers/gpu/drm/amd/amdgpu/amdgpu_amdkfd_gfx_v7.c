// SPDX-License-Identifier: GPL-2.0-only
/* Cut from: kgd_hqd_load, kgd_hqd_sdma_load, amdgpu_amdkfd_gfx_7_get_functions. */
#include "amdgpu_amdkfd.h"

#define mmCP_HQD_PQ_WPTR 0x3256
#define mmCP_HQD_ACTIVE 0x3247
#define mmSDMA0_RLC0_RB_WPTR 0x3504
#define mmVM_INVALIDATE_REQUEST 0x51e

static int kgd_hqd_load(struct kgd_dev *kgd, void *mqd, uint32_t pipe_id, uint32_t queue_id, uint32_t __user *wptr,
			struct mm_struct *mm)
{
	uint32_t wptr_val;
	bool valid_wptr;

	valid_wptr = read_user_wptr(mm, wptr, wptr_val);
	if (valid_wptr)
		WREG32(mmCP_HQD_PQ_WPTR, wptr_val);
	WREG32(mmCP_HQD_ACTIVE, 1);
	return 0;
}

static int kgd_hqd_sdma_load(struct kgd_dev *kgd, void *mqd, uint32_t __user *wptr, struct mm_struct *mm)
{
	uint32_t data;

	if (read_user_wptr(mm, wptr, data))
		WREG32(mmSDMA0_RLC0_RB_WPTR, data);
	else
		WREG32(mmSDMA0_RLC0_RB_WPTR, 0);
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

const struct kfd2kgd_calls *amdgpu_amdkfd_gfx_7_get_functions(void)
{
	return &kfd2kgd;
}
