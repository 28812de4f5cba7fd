/* A macro whose body names it, as the type of an expression: it is not expanded twice. */
#define BORROW(mm) ((mm) ? BORROW(mm) : mm)
#define ONE(mm) OTHER(mm)
#define OTHER(mm) ONE(mm)
#define SELF SELF->self

struct box { struct mm_struct *mm; struct work_struct work; };
static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);
	struct mm_struct *mm = box->mm;

	(i ? mmget : mmgrab)(BORROW(mm));
	ONE(mm)->owner = SELF;
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
	kthread_use_mm(BORROW(mm));
	kthread_use_mm(ONE(mm));
}
int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	return 0;
}
