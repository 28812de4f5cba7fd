/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_FS_H
#define _LINUX_FS_H

#include <linux/types.h>

struct inode;
struct iov_iter;
struct module;

struct file {
	void *private_data;
};

struct kiocb {
	struct file *ki_filp;
	void (*ki_complete)(struct kiocb *iocb, long ret, long ret2);
	void *private;
	int ki_flags;
};

bool is_sync_kiocb(struct kiocb *kiocb);

struct file_operations {
	struct module *owner;
	ssize_t (*read_iter)(struct kiocb *iocb, struct iov_iter *to);
	long (*unlocked_ioctl)(struct file *file, unsigned int cmd, unsigned long arg);
	int (*open)(struct inode *inode, struct file *file);
	int (*release)(struct inode *inode, struct file *file);
};

#endif
