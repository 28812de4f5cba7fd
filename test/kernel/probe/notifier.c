// SPDX-License-Identifier: GPL-2.0
/* A release notifier that may wait for a step, or for a worker to leave the mm, which it then keeps out. */
#include "probe.h"

static bool awaits_worker(struct slot *slot)
{
	return slot->stops >= 0 && mm_used_by(slot->stops) == slot->mm;
}

/* True while ->release waits for something that has not come yet. */
bool release_waits(struct slot *slot)
{
	return is_asleep(slot->releasing) && ((slot->blocks && !completion_done(&slot->unblock)) || awaits_worker(slot));
}

static void release(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct slot *slot = container_of(notifier, struct slot, notifier);

	tell(slot, "RELEASE_CB");
	slot->releasing = current;
	if (slot->blocks)
		wait_for_completion(&slot->unblock);
	if (slot->stops >= 0) {
		slot->barred[slot->stops] = true;
		wait_until_unused(slot->stops, mm);
	}
	slot->releasing = NULL;
	if (slot->blocks)
		tell(slot, "RELEASE_CB_end");
}

const struct mmu_notifier_ops release_ops = { .release = release };
