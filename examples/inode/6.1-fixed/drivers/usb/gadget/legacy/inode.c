// SPDX-License-Identifier: GPL-2.0-only
/*
 * Right without any exit_aio(): the request keeps the struct (mmgrab), the work item asks for the page tables (mmget_not_zero).
 * Cut from: ep_aio_cancel, ep_user_copy_worker, ep_aio_complete, ep_aio, ep_read_iter.
 */
#include <linux/aio.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uio.h>
#include <linux/usb/gadget.h>
#include <linux/workqueue.h>

struct ep_data {
	spinlock_t lock;
	struct usb_ep *ep;
};

struct kiocb_priv {
	struct usb_request *req;
	struct ep_data *epdata;
	struct kiocb *iocb;
	struct mm_struct *mm;
	struct work_struct work;
	void *buf;
	struct iov_iter to;
	const void *to_free;
	unsigned int actual;
};

ssize_t ep_io(struct ep_data *epdata, void *buf, size_t len);

static int ep_aio_cancel(struct kiocb *iocb)
{
	struct kiocb_priv *priv = iocb->private;
	struct ep_data *epdata = priv->epdata;

	if (epdata && epdata->ep && priv->req)
		return usb_ep_dequeue(epdata->ep, priv->req);
	return -EINVAL;
}

static void ep_user_copy_worker(struct work_struct *work)
{
	struct kiocb_priv *priv = container_of(work, struct kiocb_priv, work);
	struct mm_struct *mm = priv->mm;
	struct kiocb *iocb = priv->iocb;
	bool alive = mmget_not_zero(mm);
	size_t ret = 0;

	if (alive) {
		kthread_use_mm(mm);
		ret = copy_to_iter(priv->buf, priv->actual, &priv->to);
		kthread_unuse_mm(mm);
	}
	if (!ret)
		ret = -EFAULT;

	iocb->ki_complete(iocb, ret);

	/* Not before: the last mmput() waits for libaio requests. */
	if (alive)
		mmput(mm);
	mmdrop(mm);

	kfree(priv->buf);
	kfree(priv->to_free);
	kfree(priv);
}

static void ep_aio_complete(struct usb_ep *ep, struct usb_request *req)
{
	struct kiocb *iocb = req->context;
	struct kiocb_priv *priv = iocb->private;
	struct ep_data *epdata = priv->epdata;
	struct mm_struct *mm = priv->mm;

	spin_lock(&epdata->lock);
	priv->req = NULL;
	priv->epdata = NULL;

	/* Without data nothing has to be copied: complete at once. */
	if (!priv->to_free || unlikely(req->actual == 0)) {
		kfree(req->buf);
		kfree(priv->to_free);
		kfree(priv);
		iocb->private = NULL;
		iocb->ki_complete(iocb, req->status);
		mmdrop(mm);
	} else {
		priv->buf = req->buf;
		priv->actual = req->actual;
		INIT_WORK(&priv->work, ep_user_copy_worker);
		schedule_work(&priv->work);
	}

	usb_ep_free_request(ep, req);
	spin_unlock(&epdata->lock);
}

static ssize_t ep_aio(struct kiocb *iocb, struct kiocb_priv *priv, struct ep_data *epdata, char *buf, size_t len)
{
	struct usb_request *req;
	ssize_t value = -ENOMEM;

	iocb->private = priv;
	priv->iocb = iocb;
	kiocb_set_cancel_fn(iocb, ep_aio_cancel);
	priv->epdata = epdata;
	priv->mm = current->mm;
	mmgrab(priv->mm);

	spin_lock_irq(&epdata->lock);
	req = usb_ep_alloc_request(epdata->ep, GFP_ATOMIC);
	if (unlikely(!req))
		goto fail;

	priv->req = req;
	req->buf = buf;
	req->length = len;
	req->complete = ep_aio_complete;
	req->context = iocb;
	value = usb_ep_queue(epdata->ep, req, GFP_ATOMIC);
	if (unlikely(value)) {
		usb_ep_free_request(epdata->ep, req);
		goto fail;
	}
	spin_unlock_irq(&epdata->lock);
	return -EIOCBQUEUED;

fail:
	spin_unlock_irq(&epdata->lock);
	mmdrop(priv->mm);
	kfree(priv->to_free);
	kfree(priv);
	return value;
}

static ssize_t ep_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct ep_data *epdata = iocb->ki_filp->private_data;
	size_t len = iov_iter_count(to);
	struct kiocb_priv *priv;
	ssize_t value = -ENOMEM;
	char *buf;

	buf = kmalloc(len, GFP_KERNEL);
	if (unlikely(!buf))
		return -ENOMEM;

	if (is_sync_kiocb(iocb)) {
		value = ep_io(epdata, buf, len);
		if (value >= 0 && copy_to_iter(buf, value, to) != value)
			value = -EFAULT;
		goto out;
	}

	priv = kzalloc(sizeof(*priv), GFP_KERNEL);
	if (!priv)
		goto out;
	priv->to_free = dup_iter(&priv->to, to, GFP_KERNEL);
	if (!priv->to_free) {
		kfree(priv);
		goto out;
	}
	value = ep_aio(iocb, priv, epdata, buf, len);
	if (value == -EIOCBQUEUED)
		return value;
out:
	kfree(buf);
	return value;
}

const struct file_operations ep_io_operations = {
	.owner = THIS_MODULE,
	.read_iter = ep_read_iter,
};
