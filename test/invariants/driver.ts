/** A small driver in C, for tests that need one whose parts can be exchanged. */

export interface DriverParts {
	/** Takes a reference to `current->mm`, or only pins the struct. */
	readonly take?: "mmget" | "mmgrab";
	/** What stands for `kthread_use_mm(w->mm);`. */
	readonly use?: string;
	/** The struct that holds the mm. */
	readonly tag?: string;
	/** Begins every name, so that several drivers fit in one file. */
	readonly prefix?: string;
}

/** A driver that captures the mm of the caller of an ioctl and borrows it in a work item: `held` with mmget, `exposed` with mmgrab. */
export function driver(parts: DriverParts = {}): string {
	const { take = "mmgrab", tag = "watch", prefix = "watch" } = parts;
	const put = take === "mmget" ? "mmput" : "mmdrop";
	return `struct ${tag} {
	struct work_struct work;
	struct mm_struct *mm;
};

static void ${prefix}_run(struct work_struct *work)
{
	struct ${tag} *w = container_of(work, struct ${tag}, work);

	${parts.use ?? "kthread_use_mm(w->mm);"}
	kthread_unuse_mm(w->mm);
	${put}(w->mm);
	kfree(w);
}

static long ${prefix}_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct ${tag} *w = kzalloc(sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	${take}(current->mm);
	w->mm = current->mm;
	INIT_WORK(&w->work, ${prefix}_run);
	schedule_work(&w->work);
	return 0;
}

static const struct file_operations ${prefix}_fops = {
	.unlocked_ioctl = ${prefix}_ioctl,
};
`;
}

/** A driver that borrows the mm of a request's submitter in a work item, before it completes the request. */
export const REQUEST_DRIVER = `struct job {
	struct work_struct work;
	struct kiocb *iocb;
	struct mm_struct *mm;
};

static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);
	struct kiocb *iocb = job->iocb;

	kthread_use_mm(job->mm);
	kthread_unuse_mm(job->mm);
	iocb->ki_complete(iocb, 0);
	kfree(job);
}

static ssize_t job_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct job *job;

	if (is_sync_kiocb(iocb))
		return -EINVAL;
	job = kzalloc(sizeof(*job), GFP_KERNEL);
	if (!job)
		return -ENOMEM;
	job->iocb = iocb;
	job->mm = current->mm;
	INIT_WORK(&job->work, job_run);
	schedule_work(&job->work);
	return -EIOCBQUEUED;
}

static const struct file_operations job_fops = {
	.read_iter = job_read_iter,
};
`;
