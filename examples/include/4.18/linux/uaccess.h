/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_UACCESS_H
#define _LINUX_UACCESS_H

#include <linux/types.h>

typedef struct {
	unsigned long seg;
} mm_segment_t;

#define USER_DS ((mm_segment_t){ 0x7ffffffff000ul })

mm_segment_t get_fs(void);
void set_fs(mm_segment_t fs);
int copy_from_user_size(void *to, const void __user *from, size_t size);
#define get_user(x, ptr) copy_from_user_size(&(x), (ptr), sizeof(x))
unsigned long copy_to_user(void __user *to, const void *from, unsigned long size);
unsigned long copy_from_user(void *to, const void __user *from, unsigned long size);

#endif
