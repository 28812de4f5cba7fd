// SPDX-License-Identifier: GPL-2.0
/* /dev/mmprobe: a line is written, its answer read; an asynchronous read stays outstanding. */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include "probe.h"

static DEFINE_MUTEX(lock);
static char line[128], answer[4096];
static int length;

static int device_open(struct inode *inode, struct file *file)
{
	/* io_uring then issues a read in the caller, not in a thread of its own, which would be one more user of the mm. */
	file->f_mode |= FMODE_NOWAIT;
	return 0;
}

static ssize_t device_write(struct file *file, const char __user *text, size_t size, loff_t *offset)
{
	ssize_t result = size;

	if (size >= sizeof(line))
		return -EINVAL;
	mutex_lock(&lock);
	if (copy_from_user(line, text, size))
		result = -EFAULT;
	line[size] = 0;
	if (result > 0)
		length = run_command(line, answer, sizeof(answer));
	mutex_unlock(&lock);
	return result;
}

static ssize_t device_read(struct kiocb *iocb, struct iov_iter *to)
{
	ssize_t result;

	if (!is_sync_kiocb(iocb))
		return park(iocb);
	mutex_lock(&lock);
	result = copy_to_iter(answer, length, to);
	mutex_unlock(&lock);
	return result;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = device_open,
	.write = device_write,
	.read_iter = device_read,
};
static struct miscdevice device = { .minor = MISC_DYNAMIC_MINOR, .name = "mmprobe", .fops = &operations };

/* There is no way out: the virtual machine is thrown away. */
static int __init probe_init(void)
{
	int error = teardown_init();

	if (!error)
		error = workers_init();
	return error ?: misc_register(&device);
}
module_init(probe_init);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Steps on an mm_struct, and what the kernel makes of them");
