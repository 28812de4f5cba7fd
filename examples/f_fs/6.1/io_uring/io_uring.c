// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shows that this tree has io_uring: since Linux 5.1 an asynchronous kiocb need not come from libaio.
 * Cut from: __io_uring_cancel. It asks for the requests to be cancelled; exit_aio() waits for none of them.
 */
#include <linux/io_uring.h>

void __io_uring_cancel(bool cancel_all)
{
	(void)cancel_all;
}
