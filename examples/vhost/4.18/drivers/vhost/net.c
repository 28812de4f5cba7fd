// SPDX-License-Identifier: GPL-2.0-only
/*
 * The process that owns the device: opens it, becomes the owner by ioctl, lets its worker read from user memory.
 * Cut from: vhost_net_open, handle_tx_kick, vhost_net_ioctl, vhost_net_release.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "vhost.h"

#define VHOST_SET_OWNER 0xaf01
#define VHOST_NET_KICK 0xaf02

struct vhost_net {
	struct vhost_dev dev;
	struct mutex mutex;
	struct vhost_work tx;
	void __user *desc;
	u64 head;
};

static void handle_tx(struct vhost_work *work)
{
	struct vhost_net *n = container_of(work, struct vhost_net, tx);

	if (copy_from_user(&n->head, n->desc, sizeof(n->head)))
		n->desc = NULL;
}

static int vhost_net_open(struct inode *inode, struct file *f)
{
	struct vhost_net *n = kzalloc(sizeof(*n), GFP_KERNEL);

	if (!n)
		return -ENOMEM;
	mutex_init(&n->mutex);
	n->tx.fn = handle_tx;
	vhost_dev_init(&n->dev);
	f->private_data = n;
	return 0;
}

static int vhost_net_release(struct inode *inode, struct file *f)
{
	struct vhost_net *n = f->private_data;

	vhost_dev_cleanup(&n->dev);
	kfree(n);
	return 0;
}

static long vhost_net_ioctl(struct file *f, unsigned int ioctl, unsigned long arg)
{
	struct vhost_net *n = f->private_data;
	long r = 0;

	mutex_lock(&n->mutex);
	switch (ioctl) {
	case VHOST_SET_OWNER:
		r = vhost_dev_set_owner(&n->dev);
		break;
	case VHOST_NET_KICK:
		n->desc = (void __user *)arg;
		vhost_work_queue(&n->dev, &n->tx);
		break;
	default:
		r = -ENOIOCTLCMD;
	}
	mutex_unlock(&n->mutex);
	return r;
}

const struct file_operations vhost_net_fops = {
	.owner = THIS_MODULE,
	.open = vhost_net_open,
	.release = vhost_net_release,
	.unlocked_ioctl = vhost_net_ioctl,
};
