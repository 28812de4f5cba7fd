// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device without a worker: nothing borrows its owner's mm.
 * Cut from: vhost_vdpa_open, vhost_vdpa_unlocked_ioctl, vhost_vdpa_release.
 */
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include "vhost.h"

#define VHOST_SET_OWNER 0xaf01

struct vhost_vdpa {
	struct vhost_dev vdev;
	struct mutex mutex;
};

static int vhost_vdpa_open(struct inode *inode, struct file *filep)
{
	struct vhost_vdpa *v = kzalloc(sizeof(*v), GFP_KERNEL);

	if (!v)
		return -ENOMEM;
	mutex_init(&v->mutex);
	vhost_dev_init(&v->vdev, false);
	filep->private_data = v;
	return 0;
}

static int vhost_vdpa_release(struct inode *inode, struct file *filep)
{
	struct vhost_vdpa *v = filep->private_data;

	vhost_dev_cleanup(&v->vdev);
	kfree(v);
	return 0;
}

static long vhost_vdpa_unlocked_ioctl(struct file *filep, unsigned int cmd, unsigned long arg)
{
	struct vhost_vdpa *v = filep->private_data;
	long r;

	if (cmd != VHOST_SET_OWNER)
		return -ENOIOCTLCMD;
	mutex_lock(&v->mutex);
	r = vhost_dev_set_owner(&v->vdev);
	mutex_unlock(&v->mutex);
	return r;
}

const struct file_operations vhost_vdpa_fops = {
	.owner = THIS_MODULE,
	.open = vhost_vdpa_open,
	.release = vhost_vdpa_release,
	.unlocked_ioctl = vhost_vdpa_unlocked_ioctl,
};
