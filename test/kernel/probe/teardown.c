// SPDX-License-Identifier: GPL-2.0
/*
 * Watches __mmput() and exit_mmap() of the mms in question, and lets them stand between their steps.
 *
 * A kprobe may not sleep. So where a step can be held, the kprobe sends the call to a function of this module instead, which
 * sleeps, and then calls the function that was meant, past its fentry call, where no kprobe sees it.
 */
#include <linux/delay.h>
#include <linux/ftrace.h>
#include <linux/kprobes.h>
#include "probe.h"

/* As many arguments as any of the functions has; the seventh lies on the stack, where the callee finds it again. */
#define ARGUMENTS long a, long b, long c, long d, long e, long f, long g
typedef long (*function)(ARGUMENTS);

enum { EXIT_AIO, EXIT_MMAP, UNMAP_VMAS, TLB_FINISH_MMU };

struct watched {
	const char *symbol;
	function instead;	/* what runs in its place when a watched mm is torn down; NULL: it is told, and that is all */
	bool by_gather;		/* the first argument is a struct mmu_gather, whose first member is the mm */
	bool frees;
	struct kprobe probe;
};

static long hold_exit_aio(ARGUMENTS);
static long hold_exit_mmap(ARGUMENTS);
static long hold_unmap_vmas(ARGUMENTS);
static long hold_tlb_finish_mmu(ARGUMENTS);

static struct watched watched[] = {
	[EXIT_AIO] = { "exit_aio", hold_exit_aio },
	[EXIT_MMAP] = { "exit_mmap", hold_exit_mmap },
	[UNMAP_VMAS] = { "unmap_vmas", hold_unmap_vmas, true },
	[TLB_FINISH_MMU] = { "tlb_finish_mmu", hold_tlb_finish_mmu, true },
	{ "__mmu_notifier_release" },
	{ "free_pgtables", NULL, true },
	{ "mmput_async" },
	{ "__mmdrop", NULL, false, true },
};

static long call(int which, ARGUMENTS)
{
	return ((function)(watched[which].probe.addr + MCOUNT_INSN_SIZE))(a, b, c, d, e, f, g);
}

/* Sleeps until the teardown may take the step before which it stands. */
static void stand(struct slot *slot, enum stage stage)
{
	bool gap = stage == AT_FREE_PGTABLES && slot->hold != HOLD_OFF;

	if (gap)
		tell(slot, "SPIN");
	if (slot->stepwise || (gap && slot->hold == HOLD_ARMED)) {
		slot->standing = stage;
		wait_event_idle(slot->go, slot->allowed >= stage);
		slot->standing = NOWHERE;
	}
	if (gap)
		tell(slot, "SPIN_end");
}

static struct mm_struct *mm_of(long gather)
{
	return *(struct mm_struct **)gather;
}

static long hold_exit_aio(ARGUMENTS)
{
	struct slot *slot = slot_of((struct mm_struct *)a);
	long result;

	get_task_struct(current);
	slot->runner = current;
	tell(slot, "exit_aio");
	stand(slot, AT_EXIT_AIO);
	slot->in_exit_aio = true;
	result = call(EXIT_AIO, a, b, c, d, e, f, g);
	slot->in_exit_aio = false;
	tell(slot, "exit_aio_return");
	return result;
}

static long hold_exit_mmap(ARGUMENTS)
{
	struct slot *slot = slot_of((struct mm_struct *)a);
	long result;

	tell(slot, "exit_mmap");
	stand(slot, AT_RELEASE);
	result = call(EXIT_MMAP, a, b, c, d, e, f, g);
	tell(slot, "exit_mmap_return");
	slot->torn = true;
	return result;
}

static long hold_unmap_vmas(ARGUMENTS)
{
	struct slot *slot = slot_of(mm_of(a));
	long result;

	stand(slot, AT_UNMAP_VMAS);
	tell(slot, "unmap_vmas");
	result = call(UNMAP_VMAS, a, b, c, d, e, f, g);
	stand(slot, AT_FREE_PGTABLES);
	return result;
}

static long hold_tlb_finish_mmu(ARGUMENTS)
{
	struct slot *slot = slot_of(mm_of(a));
	long result = call(TLB_FINISH_MMU, a, b, c, d, e, f, g);

	stand(slot, AT_EXIT_MMAP);
	return result;
}

/* A watched function is entered. */
static int entered(struct kprobe *probe, struct pt_regs *regs)
{
	struct watched *function = container_of(probe, struct watched, probe);
	struct slot *slot = slot_of(function->by_gather ? mm_of(regs->di) : (struct mm_struct *)regs->di);
	bool own, held;

	if (!slot)
		return 0;
	own = current == slot->runner && !slot->torn;
	/* Others flush a dying mm too: what is left of an aio context goes in a work item. */
	if (function->by_gather && slot->runner && !own)
		return 0;
	held = function->instead && (own || function->instead == hold_exit_aio);
	if (!held || function->instead == hold_tlb_finish_mmu)
		tell(slot, function->symbol);
	if (function->frees)
		slot->freed = true;
	if (!held)
		return 0;
	regs->ip = (unsigned long)function->instead;
	return 1;
}

/* What a task waits for is known before it sleeps; only then does it stay that way. */
bool is_asleep(struct task_struct *task)
{
	return task && READ_ONCE(task->__state) != TASK_RUNNING;
}

/* True when teardown waits for something that only a step can bring about. */
bool is_blocked(struct slot *slot)
{
	if (release_waits(slot))
		return true;
	if (!is_asleep(slot->runner))
		return false;
	return slot->standing > slot->allowed || (slot->in_exit_aio && parked(slot, LIBAIO) > 0);
}

static bool is_settled(struct slot *slot)
{
	if (is_blocked(slot))
		return true;
	/* What follows exit_mmap() in __mmput() does not sleep: whoever sleeps has left it. */
	if (slot->runner)
		return slot->torn && is_asleep(slot->runner);
	return users_of(slot) != 0;
}

/* Waits until teardown has come as far as it can; `patient`: it is not held in the gap for ever. */
void settle(struct slot *slot, bool patient)
{
	int i;

	for (i = 0; i < LIMIT; i++) {
		if (patient && slot->hold == HOLD_ARMED && slot->standing == AT_FREE_PGTABLES)
			let_go(slot);
		if (is_settled(slot))
			return;
		usleep_range(50, 100);
	}
	pr_err("mmprobe: slot %d does not settle\n", slot->number);
}

/* Ends the hold in the gap. */
void let_go(struct slot *slot)
{
	if (slot->hold != HOLD_ARMED)
		return;
	slot->hold = HOLD_PASSED;
	if (slot->stepwise)
		return;
	slot->allowed = AT_FREE_PGTABLES;
	wake_up(&slot->go);
}

/* Lets teardown take the one step that is named. */
long go_on(struct slot *slot, enum stage stage)
{
	if (slot->standing != stage)
		return -EINVAL;
	slot->allowed = stage;
	wake_up(&slot->go);
	settle(slot, false);
	return 0;
}

/* The address of a function that modules cannot name. */
unsigned long address_of(const char *symbol)
{
	struct kprobe probe = { .symbol_name = symbol };
	unsigned long address = 0;

	if (register_kprobe(&probe) == 0) {
		address = (unsigned long)probe.addr;
		unregister_kprobe(&probe);
	}
	return address;
}

int teardown_init(void)
{
	int i, error;

	for (i = 0; i < ARRAY_SIZE(watched); i++) {
		struct kprobe *probe = &watched[i].probe;

		probe->symbol_name = watched[i].symbol;
		probe->pre_handler = entered;
		error = register_kprobe(probe);
		if (!error && watched[i].instead && !(probe->flags & KPROBE_FLAG_FTRACE))
			error = -EOPNOTSUPP;	/* no fentry call that could be stepped over */
		if (error) {
			pr_err("mmprobe: %s: %d\n", watched[i].symbol, error);
			return error;
		}
	}
	return 0;
}
