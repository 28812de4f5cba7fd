/** A use that only mm_count keeps from being worse; kthread_use_mm() stands at line 8, column 2. */
export const USE = `
struct mm_struct;
struct box { struct mm_struct *mm; struct work_struct work; };
static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

	kthread_use_mm(box->mm);
	kthread_unuse_mm(box->mm);
}
int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	return 0;
}
`;
