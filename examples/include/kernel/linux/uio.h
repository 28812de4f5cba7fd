/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_UIO_H
#define _LINUX_UIO_H

#include <linux/types.h>

struct iov_iter {
	size_t count;
	void *iov;
};

size_t iov_iter_count(const struct iov_iter *i);
size_t copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i);
const void *dup_iter(struct iov_iter *new_iter, struct iov_iter *old_iter, gfp_t flags);

#endif
