// SPDX-License-Identifier: GPL-2.0
/* The commands: `SLOT NAME ARGUMENT [ADDRESS]`, each a step of the simulated mm, or a part of one that init cannot take itself. */
#include <linux/delay.h>
#include <linux/sched/mm.h>
#include "probe.h"

#define EXTRA 128

static char extra[EXTRA];		/* what a command prints behind the state */

static void call_mmput(struct slot *slot)
{
	mmput(slot->mm);
}

static void call_unregister(struct slot *slot)
{
	mmu_notifier_unregister(&slot->notifier, slot->mm);
}

/* True when the teardown that mmput() runs waits; a hold in the gap is given up. */
static bool put_waits(struct slot *slot)
{
	if (slot->standing == AT_FREE_PGTABLES && is_blocked(slot))
		let_go(slot);
	return is_blocked(slot);
}

static long do_nothing(struct slot *slot, long argument)
{
	return 0;
}

static long do_mmget(struct slot *slot, long argument)
{
	/* A dead mm comes back, and will be torn down once more. */
	if (users_of(slot) == 0 && slot->torn) {
		slot->torn = false;
		slot->runner = NULL;
	}
	mmget(slot->mm);
	return 0;
}

static long do_mmget_not_zero(struct slot *slot, long argument)
{
	return mmget_not_zero(slot->mm);
}

static long do_mmput(struct slot *slot, long argument)
{
	long error = call_and_wait(slot, call_mmput, put_waits);

	if (error == -ETIMEDOUT)
		return error;
	settle(slot, true);
	return 0;
}

static long do_mmput_async(struct slot *slot, long argument)
{
	mmput_async(slot->mm);
	return 0;
}

static long do_mmgrab(struct slot *slot, long argument)
{
	mmgrab(slot->mm);
	return 0;
}

static long do_mmdrop(struct slot *slot, long argument)
{
	mmdrop(slot->mm);
	return 0;
}

/* 0: no mm, 1: the mm that is watched, 2: another. */
static long take_mm_of(struct task_struct *task, struct slot *slot)
{
	struct mm_struct *mm = task ? get_task_mm(task) : NULL;

	if (!mm)
		return 0;
	if (mm == slot->mm)
		return 1;
	mmput(mm);
	return 2;
}

static long do_get_task_mm(struct slot *slot, long argument)
{
	return take_mm_of(slot->task, slot);
}

static long do_get_task_mm_of_worker(struct slot *slot, long worker)
{
	return take_mm_of(task_of(worker & 1), slot);
}

/* Whether a worker uses the mm, or may begin to; 0 or an error. */
static long worker_error(struct slot *slot, long worker, enum work work)
{
	struct mm_struct *used = mm_used_by(worker);

	if (work != USE)
		return used == slot->mm ? 0 : -EINVAL;
	if (used)
		return -EBUSY;
	return slot->barred[worker] ? -EAGAIN : 0;
}

static long work(struct slot *slot, long worker, enum work work)
{
	long error = worker_error(slot, worker & 1, work);

	if (error)
		return error;
	begin_work(worker & 1, work, slot);
	return end_work(worker & 1, extra, EXTRA);
}

static long do_use(struct slot *slot, long worker)
{
	return work(slot, worker, USE);
}

static long do_copy_from(struct slot *slot, long worker)
{
	return work(slot, worker, COPY_FROM);
}

static long do_copy_to(struct slot *slot, long worker)
{
	return work(slot, worker, COPY_TO);
}

static long do_unuse(struct slot *slot, long worker)
{
	return work(slot, worker, UNUSE);
}

/* A copy that has to wait inside its page fault; `endcopy` tells how it ended. */
static long do_begin_copy(struct slot *slot, long worker)
{
	long error = worker_error(slot, worker & 1, COPY_FROM);

	if (error)
		return error;
	begin_work(worker & 1, COPY_FROM, slot);
	while (READ_ONCE(task_of(worker & 1)->__state) == TASK_RUNNING)
		usleep_range(50, 100);
	return 0;
}

static long do_end_copy(struct slot *slot, long worker)
{
	return end_work(worker & 1, extra, EXTRA);
}

/* Bit 0: ->release waits for `unblock`; bit 1: for worker 0 to leave the mm; bit 2: for worker 1. */
static long do_notify(struct slot *slot, long how)
{
	if (users_of(slot) <= 0)
		return -EINVAL;	/* the kernel would stop with a BUG */
	if (slot->registered)
		return -EBUSY;
	slot->notifier.ops = &release_ops;
	slot->blocks = how & 1;
	slot->stops = how & 2 ? 0 : how & 4 ? 1 : -1;
	slot->registered = true;
	return mmu_notifier_register(&slot->notifier, slot->mm);
}

static long do_unnotify(struct slot *slot, long argument)
{
	if (!slot->registered)
		return -EINVAL;
	slot->registered = false;
	return call_and_wait(slot, call_unregister, release_waits);
}

static long do_hold(struct slot *slot, long every_step)
{
	if (every_step) {
		slot->stepwise = true;
	} else {
		slot->hold = HOLD_ARMED;
		slot->allowed = NOWHERE;
	}
	return 0;
}

static long say_outstanding(struct slot *slot, long argument)
{
	return parked(slot, LIBAIO) + parked(slot, IO_URING) > 0;
}

static void complete_libaio(struct slot *slot)
{
	complete_one(slot, LIBAIO);
}

static void complete_io_uring(struct slot *slot)
{
	complete_one(slot, IO_URING);
}

static void unblock(struct slot *slot)
{
	complete(&slot->unblock);
}

static long do_settle(struct slot *slot, long patient)
{
	settle(slot, patient);
	return 0;
}

static long do_let_go(struct slot *slot, long argument)
{
	let_go(slot);
	return 0;
}

/* Lets everything go on that a scenario has left waiting. */
static long do_forget(struct slot *slot, long argument)
{
	int worker;

	slot->stepwise = false;
	slot->allowed = AT_EXIT_MMAP;
	slot->hold = HOLD_OFF;
	wake_up(&slot->go);
	complete_all(&slot->unblock);
	while (complete_one(slot, LIBAIO))
		;
	for (worker = 0; worker < WORKERS; worker++)
		if (!slot->freed && mm_used_by(worker) == slot->mm)
			work(slot, worker, UNUSE);
	tell_unused(slot);
	return 0;
}

static long do_exit_aio(struct slot *slot, long argument)
{
	return go_on(slot, AT_EXIT_AIO);
}

static long do_release(struct slot *slot, long argument)
{
	return go_on(slot, AT_RELEASE);
}

static long do_unmap_vmas(struct slot *slot, long argument)
{
	return go_on(slot, AT_UNMAP_VMAS);
}

static long do_free_pgtables(struct slot *slot, long argument)
{
	return go_on(slot, AT_FREE_PGTABLES);
}

static long do_exit_mmap(struct slot *slot, long argument)
{
	return go_on(slot, AT_EXIT_MMAP);
}

/* `live`: touches the struct, so that it is refused once that is freed. `after`: happens when the answer is written already. */
static const struct command {
	const char *name;
	bool live;
	long (*run)(struct slot *slot, long argument);
	void (*after)(struct slot *slot);
} commands[] = {
	{ "obs", false, do_nothing },
	{ "schedule", false, do_nothing },
	{ "settle", false, do_settle },
	{ "letgo", false, do_let_go },
	{ "forget", false, do_forget },
	{ "mmget", true, do_mmget },
	{ "mmgetnz", true, do_mmget_not_zero },
	{ "mmput", true, do_mmput },
	{ "mmputa", true, do_mmput_async },
	{ "mmgrab", true, do_mmgrab },
	{ "mmdrop", true, do_mmdrop },
	{ "mmgettask", false, do_get_task_mm },
	{ "mmgetkthr", false, do_get_task_mm_of_worker },
	{ "use", true, do_use },
	{ "copy", true, do_copy_from, let_go },
	{ "copyto", true, do_copy_to, let_go },
	{ "unuse", true, do_unuse, tell_unused },
	{ "begincopy", true, do_begin_copy },
	{ "endcopy", false, do_end_copy },
	{ "notify", true, do_notify },
	{ "unnotify", false, do_unnotify },
	{ "unblock", false, do_nothing, unblock },
	{ "spin", true, do_hold },
	{ "aiodone", false, say_outstanding, complete_libaio },
	{ "iouringdone", false, say_outstanding, complete_io_uring },
	{ "exit_aio", false, do_exit_aio },
	{ "release", false, do_release },
	{ "unmap_vmas", false, do_unmap_vmas },
	{ "free_pgtables", false, do_free_pgtables },
	{ "exit_mmap", false, do_exit_mmap },
};

static const struct command *find_command(const char *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

/* Writes down what a command returned and what is seen now. */
static int print_answer(struct slot *slot, long result, char *answer, int size)
{
	int length = scnprintf(answer, size, "ret=%ld", result);

	length += print_state(slot, answer + length, size - length);
	length += scnprintf(answer + length, size - length, "%s", extra);
	return length + print_events(slot, answer + length, size - length);
}

/* Runs one line and writes the answer to it; returns its length. */
int run_command(const char *line, char *answer, int size)
{
	const struct command *command;
	unsigned long address = 0;
	struct slot *slot;
	int number, length;
	long argument = 0, result;
	char name[24];

	extra[0] = 0;
	if (sscanf(line, "%d %23s %ld %lx", &number, name, &argument, &address) < 2 || number < 0)
		return scnprintf(answer, size, "err=-22");
	if (!strcmp(name, "adopt") || !strcmp(name, "mm_alloc")) {
		result = name[0] == 'a' ? adopt(number, argument, address) : allocate(number);
		if (result)
			return scnprintf(answer, size, "err=%ld", result);
		return print_answer(numbered(number), 0, answer, size);
	}
	slot = numbered(number);
	command = find_command(name);
	if (!slot || !command)
		return scnprintf(answer, size, "err=-2");
	/* What an earlier command has set going comes to its end first. */
	settle(slot, false);
	if (command->live && slot->freed)
		return scnprintf(answer, size, "err=%d", -EBADF);
	result = command->run(slot, argument);
	if (command->run == do_settle || command->run == do_let_go)
		return scnprintf(answer, size, "blocked=%d", is_blocked(slot));
	if (result < 0)
		return scnprintf(answer, size, "err=%ld", result);
	length = print_answer(slot, result, answer, size);
	if (command->after)
		command->after(slot);
	return length;
}
