// SPDX-License-Identifier: GPL-2.0
/* Calls that may have to wait for a later command, and so have a thread of their own. */
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include "probe.h"

struct call {
	struct slot *slot;
	void (*function)(struct slot *slot);
	struct completion done;
};

static int make_call(void *argument)
{
	struct call *call = argument;

	call->function(call->slot);
	complete(&call->done);
	return 0;
}

/* Makes a call; -EAGAIN: it waits for something that only another command can bring about. */
long call_and_wait(struct slot *slot, void (*function)(struct slot *), bool (*waits)(struct slot *))
{
	struct call *call = kmalloc(sizeof(*call), GFP_KERNEL);
	int patience = LIMIT;

	call->slot = slot;
	call->function = function;
	init_completion(&call->done);
	kthread_run(make_call, call, "mmprobe/call");
	while (!try_wait_for_completion(&call->done)) {
		if (waits(slot))
			return -EAGAIN;
		if (--patience == 0)
			return -ETIMEDOUT;
		usleep_range(50, 100);
	}
	kfree(call);
	return 0;
}
