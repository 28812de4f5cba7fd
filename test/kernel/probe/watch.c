// SPDX-License-Identifier: GPL-2.0
/* What is seen of an mm from outside, without any lock or reference of the kernel's. */
#include <linux/maple_tree.h>
#include <linux/pgtable.h>
#include "probe.h"

#define EVENTS 128

LIST_HEAD(slots);
DEFINE_RAW_SPINLOCK(watch_lock);

/* What teardown did since the last answer, in order. */
static struct { struct slot *slot; const char *name; } events[EVENTS];
static int told;

/* The slot that watches an mm which is not freed yet. */
struct slot *slot_of(struct mm_struct *mm)
{
	struct slot *slot, *found = NULL;
	unsigned long flags;

	raw_spin_lock_irqsave(&watch_lock, flags);
	list_for_each_entry(slot, &slots, link)
		if (slot->mm == mm && !slot->freed) {
			found = slot;
			break;
		}
	raw_spin_unlock_irqrestore(&watch_lock, flags);
	return found;
}

void tell(struct slot *slot, const char *event)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&watch_lock, flags);
	if (told < EVENTS) {
		events[told].slot = slot;
		events[told++].name = event;
	}
	raw_spin_unlock_irqrestore(&watch_lock, flags);
}

int print_events(struct slot *slot, char *text, int size)
{
	int i, others = 0, length = scnprintf(text, size, " ev=");

	raw_spin_lock_irq(&watch_lock);
	for (i = 0; i < told; i++) {
		if (events[i].slot == slot)
			length += scnprintf(text + length, size - length, "%s;", events[i].name);
		else
			events[others++] = events[i];
	}
	told = others;
	raw_spin_unlock_irq(&watch_lock);
	return length;
}

/* 2: the page is mapped, 1: there is a table without an entry for it, 0: there is no table. */
static int page_state(struct mm_struct *mm, unsigned long address)
{
	pgd_t *pgd = pgd_offset(mm, address);
	p4d_t *p4d;
	pud_t *pud;
	pmd_t *pmd;

	if (pgd_none(*pgd) || pgd_bad(*pgd))
		return 0;
	p4d = p4d_offset(pgd, address);
	if (p4d_none(*p4d) || p4d_bad(*p4d))
		return 0;
	pud = pud_offset(p4d, address);
	if (pud_none(*pud) || pud_bad(*pud))
		return 0;
	pmd = pmd_offset(pud, address);
	if (pmd_none(*pmd) || pmd_bad(*pmd))
		return 0;
	return pte_present(*pte_offset_kernel(pmd, address)) ? 2 : 1;
}

int print_state(struct slot *slot, char *text, int size)
{
	unsigned long index = slot->address;
	struct mm_struct *mm = slot->mm;
	bool empty;
	int length;

	raw_spin_lock_irq(&watch_lock);
	if (slot->freed) {
		length = scnprintf(text, size, " freed=1");
	} else {
		empty = mtree_empty(&mm->mm_mt);
		/* Not find_vma(): it wants mmap_lock. */
		length = scnprintf(text, size, " freed=0 users=%d count=%d vma=%d pte=%d mtempty=%d pgtb=%ld",
				   atomic_read(&mm->mm_users), atomic_read(&mm->mm_count),
				   !empty && mt_find(&mm->mm_mt, &index, slot->address),
				   page_state(mm, slot->address), empty, mm_pgtables_bytes(mm));
	}
	raw_spin_unlock_irq(&watch_lock);
	return length;
}

/* mm_users; -1 when the struct is gone. */
int users_of(struct slot *slot)
{
	int users;

	raw_spin_lock_irq(&watch_lock);
	users = slot->freed ? -1 : atomic_read(&slot->mm->mm_users);
	raw_spin_unlock_irq(&watch_lock);
	return users;
}

/* mm_count; -1 when the struct is gone. */
int count_of(struct slot *slot)
{
	int count;

	raw_spin_lock_irq(&watch_lock);
	count = slot->freed ? -1 : atomic_read(&slot->mm->mm_count);
	raw_spin_unlock_irq(&watch_lock);
	return count;
}

/* The first word of the watched page. */
u32 magic_of(const struct slot *slot)
{
	return 0xc0de0000 | slot->number;
}
