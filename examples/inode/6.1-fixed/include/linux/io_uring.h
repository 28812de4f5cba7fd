/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_IO_URING_H
#define _LINUX_IO_URING_H

#include <linux/types.h>

void __io_uring_cancel(bool cancel_all);

static inline void io_uring_files_cancel(void)
{
	__io_uring_cancel(false);
}

#endif
