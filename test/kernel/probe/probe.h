/* SPDX-License-Identifier: GPL-2.0 */
/* mmprobe: takes steps on a real mm_struct, one at a time, and tells what the kernel made of each. */
#ifndef MMPROBE_H
#define MMPROBE_H

#include <linux/completion.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/sched.h>
#include <linux/wait.h>

#define WORKERS 2
/* How often something is looked for, 50 to 100 us apart, before it is given up. */
#define LIMIT 20000

/* Where a teardown can be made to stand: before each of the steps that it is taken in. */
enum stage { NOWHERE, AT_EXIT_AIO, AT_RELEASE, AT_UNMAP_VMAS, AT_FREE_PGTABLES, AT_EXIT_MMAP };

enum hold { HOLD_OFF, HOLD_ARMED, HOLD_PASSED };

enum request { LIBAIO, IO_URING, REQUEST_KINDS };

/* One mm that is watched. The pointer is bare: nothing is held but what the steps take. */
struct slot {
	struct list_head link;
	int number;
	struct mm_struct *mm;
	bool freed;			/* __mmdrop() was called: mm dangles */
	unsigned long address;		/* of the watched page */
	struct task_struct *task;	/* the task that began with the mm; NULL: none did */

	bool stepwise;			/* teardown stands before every step until it is told to go on */
	enum hold hold;			/* of the gap between unmap_vmas() and free_pgtables() */
	enum stage standing, allowed;
	wait_queue_head_t go;
	struct task_struct *runner;	/* who runs the teardown */
	bool in_exit_aio, torn;

	struct mmu_notifier notifier;
	bool registered, blocks;
	struct task_struct *releasing;	/* who is inside ->release */
	int stops;			/* worker that ->release waits for; -1: nobody */
	bool barred[WORKERS];
	struct completion unblock;
};

/* watch.c */
extern struct list_head slots;
extern raw_spinlock_t watch_lock;
struct slot *slot_of(struct mm_struct *mm);
void tell(struct slot *slot, const char *event);
int print_events(struct slot *slot, char *text, int size);
int print_state(struct slot *slot, char *text, int size);
int users_of(struct slot *slot);
int count_of(struct slot *slot);
u32 magic_of(const struct slot *slot);

/* teardown.c */
int teardown_init(void);
unsigned long address_of(const char *symbol);
bool is_asleep(struct task_struct *task);
bool is_blocked(struct slot *slot);
void settle(struct slot *slot, bool patient);
void let_go(struct slot *slot);
long go_on(struct slot *slot, enum stage stage);

/* notifier.c */
extern const struct mmu_notifier_ops release_ops;
bool release_waits(struct slot *slot);

/* workers.c */
enum work { USE, COPY_FROM, COPY_TO, UNUSE };
int workers_init(void);
struct mm_struct *mm_used_by(int worker);
struct task_struct *task_of(int worker);
void begin_work(int worker, enum work work, struct slot *slot);
long end_work(int worker, char *text, int size);
void wait_until_unused(int worker, struct mm_struct *mm);
void tell_unused(struct slot *slot);

/* requests.c */
int park(struct kiocb *iocb);
int parked(struct slot *slot, enum request kind);
bool complete_one(struct slot *slot, enum request first);

/* births.c */
struct slot *numbered(int number);
long adopt(int number, long pid, unsigned long address);
long allocate(int number);

/* calls.c */
long call_and_wait(struct slot *slot, void (*function)(struct slot *), bool (*waits)(struct slot *));

/* commands.c */
int run_command(const char *line, char *answer, int size);

#endif
