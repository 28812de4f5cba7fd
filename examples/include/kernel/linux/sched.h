/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _LINUX_SCHED_H
#define _LINUX_SCHED_H

#include <linux/types.h>

#define TASK_RUNNING 0
#define TASK_INTERRUPTIBLE 1
#define PF_KTHREAD 0x00200000

struct mm_struct;

struct task_struct {
	unsigned int flags;
	int pid;
	struct mm_struct *mm;
	struct mm_struct *active_mm;
	struct task_struct *group_leader;
};

struct task_struct *get_current(void);
#define current get_current()

void set_current_state(long state);
void __set_current_state(long state);
void schedule(void);
int wake_up_process(struct task_struct *task);
struct task_struct *get_task_struct(struct task_struct *task);
void put_task_struct(struct task_struct *task);

#endif
