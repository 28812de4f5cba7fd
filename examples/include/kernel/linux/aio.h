/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_AIO_H
#define _LINUX_AIO_H

struct kiocb;

void kiocb_set_cancel_fn(struct kiocb *iocb, int (*cancel)(struct kiocb *iocb));

#endif
