// SPDX-License-Identifier: GPL-2.0
/* Which mms are watched: a process's own, and one that no task runs in. */
#include <linux/sched/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include "probe.h"

#define SLOTS 65536

static struct slot *by_number[SLOTS];

struct slot *numbered(int number)
{
	return number < SLOTS ? by_number[number] : NULL;
}

static struct slot *new_slot(int number, struct mm_struct *mm, unsigned long address)
{
	struct slot *slot = number < SLOTS ? kzalloc(sizeof(*slot), GFP_KERNEL) : NULL;

	if (!slot)
		return NULL;
	slot->number = number;
	slot->mm = mm;
	slot->address = address;
	slot->stops = -1;
	init_waitqueue_head(&slot->go);
	init_completion(&slot->unblock);
	raw_spin_lock_irq(&watch_lock);
	list_add(&slot->link, &slots);
	raw_spin_unlock_irq(&watch_lock);
	by_number[number] = slot;
	return slot;
}

/* Watches the mm of a process. */
long adopt(int number, long pid, unsigned long address)
{
	struct pid *found = find_get_pid(pid);
	struct task_struct *task = found ? get_pid_task(found, PIDTYPE_PID) : NULL;
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;
	struct slot *slot;

	put_pid(found);
	if (!mm)
		return -ESRCH;
	slot = new_slot(number, mm, address);
	mmput(mm);
	if (!slot)
		return -ENOMEM;
	slot->task = task;
	return 0;
}

/* Makes an mm that no task runs in. */
long allocate(int number)
{
	static struct mm_struct *(*mm_alloc_in_kernel)(void);
	struct mm_struct *mm;

	if (!mm_alloc_in_kernel)
		mm_alloc_in_kernel = (void *)address_of("mm_alloc");
	mm = mm_alloc_in_kernel ? mm_alloc_in_kernel() : NULL;
	return mm && new_slot(number, mm, PAGE_SIZE * 16) ? 0 : -ENOMEM;
}
