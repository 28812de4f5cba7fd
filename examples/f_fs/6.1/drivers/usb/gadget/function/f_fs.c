// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same code on a kernel with io_uring: a request of io_uring is an asynchronous kiocb too, and exit_aio() does not wait for it.
 * Cut from: ffs_user_copy_worker, ffs_epfile_async_io_complete, ffs_aio_cancel, ffs_epfile_io, ffs_epfile_read_iter.
 */
#include <linux/aio.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uio.h>
#include <linux/usb/gadget.h>
#include <linux/workqueue.h>

struct ffs_data {
	spinlock_t eps_lock;
	struct workqueue_struct *io_completion_wq;
};

struct ffs_epfile {
	struct ffs_data *ffs;
	struct usb_ep *ep;
};

/* ffs_io_data structure ***************************************************/

struct ffs_io_data {
	bool aio;
	bool read;

	struct kiocb *kiocb;
	struct iov_iter data;
	const void *to_free;
	char *buf;

	struct mm_struct *mm;
	struct work_struct work;

	struct usb_ep *ep;
	struct usb_request *req;
	struct ffs_data *ffs;
};

ssize_t ffs_epfile_read_sync(struct ffs_epfile *epfile, struct iov_iter *to);

static void ffs_user_copy_worker(struct work_struct *work)
{
	struct ffs_io_data *io_data = container_of(work, struct ffs_io_data, work);
	int ret = io_data->req->status ? io_data->req->status : (int)io_data->req->actual;

	if (io_data->read && ret > 0) {
		kthread_use_mm(io_data->mm);
		ret = copy_to_iter(io_data->buf, ret, &io_data->data);
		kthread_unuse_mm(io_data->mm);
	}

	io_data->kiocb->ki_complete(io_data->kiocb, ret);

	usb_ep_free_request(io_data->ep, io_data->req);
	if (io_data->read)
		kfree(io_data->to_free);
	kfree(io_data->buf);
	kfree(io_data);
}

static void ffs_epfile_async_io_complete(struct usb_ep *_ep, struct usb_request *req)
{
	struct ffs_io_data *io_data = req->context;
	struct ffs_data *ffs = io_data->ffs;

	INIT_WORK(&io_data->work, ffs_user_copy_worker);
	queue_work(ffs->io_completion_wq, &io_data->work);
}

static int ffs_aio_cancel(struct kiocb *kiocb)
{
	struct ffs_io_data *io_data = kiocb->private;
	struct ffs_epfile *epfile = kiocb->ki_filp->private_data;
	int value = -EINVAL;

	spin_lock_irq(&epfile->ffs->eps_lock);
	if (io_data && io_data->ep && io_data->req)
		value = usb_ep_dequeue(io_data->ep, io_data->req);
	spin_unlock_irq(&epfile->ffs->eps_lock);
	return value;
}

static ssize_t ffs_epfile_io(struct file *file, struct ffs_io_data *io_data)
{
	struct ffs_epfile *epfile = file->private_data;
	struct usb_request *req;
	size_t data_len = iov_iter_count(&io_data->data);
	ssize_t ret;

	if (!io_data->aio)
		return ffs_epfile_read_sync(epfile, &io_data->data);

	io_data->buf = kmalloc(data_len, GFP_KERNEL);
	if (!io_data->buf)
		return -ENOMEM;
	req = usb_ep_alloc_request(epfile->ep, GFP_KERNEL);
	if (!req) {
		kfree(io_data->buf);
		return -ENOMEM;
	}

	req->buf = io_data->buf;
	req->length = data_len;
	req->context = io_data;
	req->complete = ffs_epfile_async_io_complete;
	io_data->ep = epfile->ep;
	io_data->req = req;
	io_data->ffs = epfile->ffs;

	ret = usb_ep_queue(epfile->ep, req, GFP_KERNEL);
	if (ret) {
		usb_ep_free_request(epfile->ep, req);
		kfree(io_data->buf);
		return ret;
	}
	return -EIOCBQUEUED;
}

static ssize_t ffs_epfile_read_iter(struct kiocb *kiocb, struct iov_iter *to)
{
	struct ffs_io_data io_data = { 0 }, *p = &io_data;
	ssize_t res;

	if (!is_sync_kiocb(kiocb)) {
		p = kzalloc(sizeof(io_data), GFP_KERNEL);
		if (!p)
			return -ENOMEM;
		p->aio = true;
	}

	p->read = true;
	p->kiocb = kiocb;
	if (p->aio) {
		p->to_free = dup_iter(&p->data, to, GFP_KERNEL);
		if (!p->to_free) {
			kfree(p);
			return -ENOMEM;
		}
	} else {
		p->data = *to;
	}
	p->mm = current->mm;

	kiocb->private = p;
	if (p->aio)
		kiocb_set_cancel_fn(kiocb, ffs_aio_cancel);

	res = ffs_epfile_io(kiocb->ki_filp, p);
	if (res == -EIOCBQUEUED)
		return res;
	if (p->aio) {
		kfree(p->to_free);
		kfree(p);
	} else {
		*to = p->data;
	}
	return res;
}

const struct file_operations ffs_epfile_operations = {
	.owner = THIS_MODULE,
	.read_iter = ffs_epfile_read_iter,
};
