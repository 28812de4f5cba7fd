/** A driver that keeps the mm of its owner, and borrows it in a function for all: held. `struct box` stands in a header. */
export const BOX_DRIVER = `#include <linux/box.h>
void box_use(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}

static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

	box_use(box->mm);
	mmput(box->mm);
}

static int box_open(struct inode *inode, struct file *file)
{
	struct box *box = file->private_data;

	box->mm = current->mm;
	mmget(box->mm);
	INIT_WORK(&box->work, box_work);
	schedule_work(&box->work);
	return 0;
}

static const struct file_operations box_fops = {
	.open = box_open,
};
`;
