// SPDX-License-Identifier: GPL-2.0
/* Kernel threads that borrow an mm, one command at a time. */
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "probe.h"

struct worker {
	struct task_struct *task;
	struct mm_struct *mm;		/* that it uses */
	wait_queue_head_t commands, left;
	struct completion done;
	bool pending;
	enum work work;
	struct slot *slot;
	long result;
	u32 word;
	int users, count;		/* as seen from inside the thread; -1: the struct is gone */
	u8 *page;
};
static struct worker workers[WORKERS];

static void do_work(struct worker *worker)
{
	struct slot *slot = worker->slot;
	void __user *address = (void __user *)slot->address;

	worker->result = 0;
	switch (worker->work) {
	case USE:
		kthread_use_mm(slot->mm);
		worker->mm = slot->mm;
		break;
	case COPY_FROM:
		memset(worker->page, 0, PAGE_SIZE);
		worker->result = copy_from_user(worker->page, address, PAGE_SIZE);
		worker->word = *(u32 *)worker->page;
		break;
	case COPY_TO:	/* what the owner has put there itself */
		memset(worker->page, 0, PAGE_SIZE);
		*(u32 *)worker->page = magic_of(slot);
		worker->result = copy_to_user(address, worker->page, PAGE_SIZE);
		break;
	case UNUSE:
		kthread_unuse_mm(slot->mm);
		worker->mm = NULL;
		break;
	}
	worker->users = users_of(slot);
	worker->count = count_of(slot);
}

static int loop(void *argument)
{
	struct worker *worker = argument;

	while (!kthread_should_stop()) {
		wait_event_idle(worker->commands, worker->pending || kthread_should_stop());
		if (!worker->pending)
			continue;
		do_work(worker);
		worker->pending = false;
		complete(&worker->done);
	}
	return 0;
}

struct mm_struct *mm_used_by(int worker)
{
	return READ_ONCE(workers[worker].mm);
}

struct task_struct *task_of(int worker)
{
	return workers[worker].task;
}

void begin_work(int number, enum work work, struct slot *slot)
{
	struct worker *worker = &workers[number];

	reinit_completion(&worker->done);
	worker->slot = slot;
	worker->work = work;
	worker->pending = true;
	wake_up(&worker->commands);
}

/* Waits for what was begun; prints what came of it, and returns what the kernel's function returned. */
long end_work(int number, char *text, int size)
{
	struct worker *worker = &workers[number];
	int length = 0;

	if (!wait_for_completion_timeout(&worker->done, 5 * HZ))
		return -ETIMEDOUT;
	if (worker->work == COPY_FROM)
		length = scnprintf(text, size, " uncopied=%ld magicok=%d word=%x", worker->result,
				   worker->word == magic_of(worker->slot), worker->word);
	if (worker->work == COPY_TO)
		length = scnprintf(text, size, " uncopied=%ld", worker->result);
	if (worker->users >= 0)
		scnprintf(text + length, size - length, " in_users=%d in_count=%d", worker->users, worker->count);
	return worker->result;
}

void wait_until_unused(int worker, struct mm_struct *mm)
{
	wait_event_idle(workers[worker].left, mm_used_by(worker) != mm);
}

/* Tells those who wait that a worker has left an mm. */
void tell_unused(struct slot *slot)
{
	int i;

	for (i = 0; i < WORKERS; i++)
		wake_up(&workers[i].left);
}

int workers_init(void)
{
	int i;

	for (i = 0; i < WORKERS; i++) {
		struct worker *worker = &workers[i];

		init_waitqueue_head(&worker->commands);
		init_waitqueue_head(&worker->left);
		init_completion(&worker->done);
		worker->page = kmalloc(PAGE_SIZE, GFP_KERNEL);
		worker->task = kthread_create(loop, worker, "mmprobe/%d", i);
		if (!worker->page || IS_ERR(worker->task))
			return -ENOMEM;
		/* With a second CPU workers are there, and dying tasks on the first. */
		if (num_online_cpus() > 1)
			kthread_bind(worker->task, 1);
		wake_up_process(worker->task);
	}
	return 0;
}
