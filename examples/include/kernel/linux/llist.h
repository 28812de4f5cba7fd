/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_LLIST_H
#define _LINUX_LLIST_H

#include <linux/kernel.h>

struct llist_head {
	struct llist_node *first;
};

struct llist_node {
	struct llist_node *next;
};

void init_llist_head(struct llist_head *list);
bool llist_add(struct llist_node *entry, struct llist_head *head);
struct llist_node *llist_del_all(struct llist_head *head);
struct llist_node *llist_reverse_order(struct llist_node *head);

#define llist_entry(ptr, type, member) container_of(ptr, type, member)
#define llist_for_each_entry_safe(pos, n, node, member)					\
	for (pos = llist_entry((node), __typeof__(*pos), member);			\
	     &pos->member != NULL &&							\
	     (n = llist_entry(pos->member.next, __typeof__(*n), member), true);		\
	     pos = n)

#endif
