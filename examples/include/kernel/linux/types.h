/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_TYPES_H
#define _LINUX_TYPES_H

#define __user
#define NULL ((void *)0)
#define true 1
#define false 0

typedef _Bool bool;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ssize_t;
typedef long long loff_t;
typedef unsigned int gfp_t;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef unsigned int uint32_t;
typedef unsigned long uintptr_t;

typedef struct {
	int counter;
} atomic_t;

struct list_head {
	struct list_head *next, *prev;
};

struct rcu_head {
	struct rcu_head *next;
	void (*func)(struct rcu_head *head);
};

#endif
