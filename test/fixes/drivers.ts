/** Small drivers whose use lacks something, to be mended. */

/** Exposed: only mm_count is held. `above` stands above the use. */
export function makeExposed(above = ""): string {
	return `struct mm_struct;
struct box {
	struct mm_struct *mm;
	struct work_struct work;
};

static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

${above}	kthread_use_mm(box->mm);
	kthread_unuse_mm(box->mm);
}

int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	return 0;
}

void box_close(struct box *box)
{
	cancel_work_sync(&box->work);
	mmdrop(box->mm);
}
`;
}

/** Uncommented on 4.18: exit_aio() waits. `use` stands where mm is borrowed, for as long as the copy takes. */
export function makeAio(use = "\tuse_mm(mm);\n\tret = copy_to_iter(req->buf, req->len, &req->to);\n\tunuse_mm(mm);\n", head = ""): string {
	return `${head}struct aio_req {
	struct kiocb *iocb;
	struct mm_struct *mm;
	struct work_struct work;
	struct iov_iter to;
	void *buf;
	size_t len;
};

static void aio_work(struct work_struct *work)
{
	struct aio_req *req = container_of(work, struct aio_req, work);
	struct mm_struct *mm = req->mm;
	struct kiocb *iocb = req->iocb;
	ssize_t ret;

${use}	iocb->ki_complete(iocb, ret, ret);
	kfree(req);
}

static ssize_t aio_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct aio_req *req;

	if (is_sync_kiocb(iocb))
		return -EINVAL;
	req = kzalloc(sizeof(*req), GFP_KERNEL);
	if (!req)
		return -ENOMEM;
	req->iocb = iocb;
	req->mm = current->mm;
	INIT_WORK(&req->work, aio_work);
	schedule_work(&req->work);
	return -EIOCBQUEUED;
}

const struct file_operations aio_fops = {
	.read_iter = aio_read_iter,
};
`;
}

/** Uncommented: the release notifier stops the work. The use is indented by blanks. */
export const NOTIFIED = `struct watch {
  struct mmu_notifier mn;
  struct mm_struct *mm;
  struct work_struct work;
  bool dead;
};

static void watch_work(struct work_struct *work)
{
  struct watch *watch = container_of(work, struct watch, work);

  kthread_use_mm(watch->mm);
  kthread_unuse_mm(watch->mm);
}

static void watch_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
  struct watch *watch = container_of(mn, struct watch, mn);

  watch->dead = true;
  cancel_work_sync(&watch->work);
}

static const struct mmu_notifier_ops watch_mn_ops = {
  .release = watch_release,
};

static int watch_open(struct inode *inode, struct file *file)
{
  struct watch *watch = kzalloc(sizeof(*watch), GFP_KERNEL);
  int err;

  if (!watch)
    return -ENOMEM;
  INIT_WORK(&watch->work, watch_work);
  watch->mm = current->mm;
  watch->mn.ops = &watch_mn_ops;
  err = mmu_notifier_register(&watch->mn, watch->mm);
  if (err) {
    kfree(watch);
    return err;
  }
  file->private_data = watch;
  return 0;
}

static long watch_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
  struct watch *watch = file->private_data;

  if (watch->dead || watch->mm != current->mm)
    return -ESRCH;
  schedule_work(&watch->work);
  return 0;
}

static const struct file_operations watch_fops = {
  .open = watch_open,
  .unlocked_ioctl = watch_ioctl,
};
`;
