// SPDX-License-Identifier: GPL-2.0
/* Asynchronous reads of the device, which stay outstanding until a step completes them. */
#include <linux/fs.h>
#include <linux/slab.h>
#include "probe.h"

struct parked {
	struct list_head link;
	struct kiocb *iocb;
	struct slot *slot;
	enum request kind;
};
static LIST_HEAD(all);
static DEFINE_SPINLOCK(lock);

/* Keeps a request of a watched mm; the offset of the read says by which interface it came. */
int park(struct kiocb *iocb)
{
	struct slot *slot = current->mm ? slot_of(current->mm) : NULL;
	struct parked *parked;

	if (!slot)
		return 0;	/* of a program that nobody watches: end of file */
	parked = kmalloc(sizeof(*parked), GFP_KERNEL);
	if (!parked)
		return -ENOMEM;
	parked->iocb = iocb;
	parked->slot = slot;
	parked->kind = iocb->ki_pos ? IO_URING : LIBAIO;
	spin_lock(&lock);
	list_add_tail(&parked->link, &all);
	spin_unlock(&lock);
	return -EIOCBQUEUED;
}

int parked(struct slot *slot, enum request kind)
{
	struct parked *each;
	int number = 0;

	spin_lock(&lock);
	list_for_each_entry(each, &all, link)
		number += each->slot == slot && each->kind == kind;
	spin_unlock(&lock);
	return number;
}

/* Takes a request of one kind off the list. */
static struct parked *take(struct slot *slot, enum request kind)
{
	struct parked *each, *found = NULL;

	spin_lock(&lock);
	list_for_each_entry(each, &all, link)
		if (each->slot == slot && each->kind == kind) {
			list_del(&each->link);
			found = each;
			break;
		}
	spin_unlock(&lock);
	return found;
}

/* Completes a request, of the other kind when there is none of this; false: there is none at all. */
bool complete_one(struct slot *slot, enum request first)
{
	struct parked *parked = take(slot, first);

	if (!parked)
		parked = take(slot, first == LIBAIO ? IO_URING : LIBAIO);
	if (!parked)
		return false;
	parked->iocb->ki_complete(parked->iocb, 0);
	kfree(parked);
	return true;
}
