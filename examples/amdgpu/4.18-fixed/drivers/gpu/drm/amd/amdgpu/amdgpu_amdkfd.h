/* SPDX-License-Identifier: GPL-2.0-only */
/* Cut from: read_user_wptr. The use stands deep in a macro that several files expand. */
#ifndef AMDGPU_AMDKFD_H_INCLUDED
#define AMDGPU_AMDKFD_H_INCLUDED

#include <linux/kernel.h>
#include <linux/mmu_context.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>
#include "../include/kgd_kfd_interface.h"

/* Shared API */
void amdgpu_write_reg(struct kgd_dev *kgd, uint32_t reg, uint32_t value);

#define WREG32(reg, value) amdgpu_write_reg(kgd, (reg), (value))

/* Read user wptr from a specified user address space. */
#define read_user_wptr(mmptr, wptr, dst)				\
	({								\
		bool valid = false;					\
		if ((mmptr) && (wptr)) {				\
			if ((mmptr) == current->mm) {			\
				valid = !get_user((dst), (wptr));	\
			} else if (current->mm == NULL) {		\
				use_mm(mmptr);				\
				valid = !get_user((dst), (wptr));	\
				unuse_mm(mmptr);			\
			}						\
		}							\
		valid;							\
	})

#endif
