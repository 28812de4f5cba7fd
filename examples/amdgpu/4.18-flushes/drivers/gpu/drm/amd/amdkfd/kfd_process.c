// SPDX-License-Identifier: GPL-2.0-only
/*
 * The release notifier only flushes the device's TLB. The two works are cancelled when the last reference to the process goes, which
 * is after the page tables went: a restore that already runs uses them while they are torn down.
 * Cut from: create_process, kfd_process_notifier_release, kfd_process_wq_release, kfd_process_destroy_delayed,
 * kgd2kfd_schedule_evict_and_restore_process, evict_process_worker, restore_process_worker, find_process_by_mm,
 * kfd_create_process, kfd_get_process.
 */
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/slab.h>
#include "kfd_priv.h"

#define PROCESS_RESTORE_DELAY 25

static LIST_HEAD(kfd_processes_list);
static DEFINE_MUTEX(kfd_processes_mutex);

static void restore_process_worker(struct work_struct *work)
{
	struct delayed_work *dwork = to_delayed_work(work);
	struct kfd_process *p = container_of(dwork, struct kfd_process, restore_work);

	if (restore_process_queues(p->dev->dqm, p))
		schedule_delayed_work(&p->restore_work, PROCESS_RESTORE_DELAY);
}

static void evict_process_worker(struct work_struct *work)
{
	struct delayed_work *dwork = to_delayed_work(work);
	struct kfd_process *p = container_of(dwork, struct kfd_process, eviction_work);

	evict_process_queues(p->dev->dqm, p);
	schedule_delayed_work(&p->restore_work, PROCESS_RESTORE_DELAY);
}

static struct kfd_process *find_process_by_mm(const struct mm_struct *mm)
{
	struct kfd_process *p;

	list_for_each_entry(p, &kfd_processes_list, kfd_processes) {
		if (p->mm == mm)
			return p;
	}
	return NULL;
}

/* Memory of the process moves: called when a fence on it is waited for. The mm is only compared. */
int kgd2kfd_schedule_evict_and_restore_process(struct mm_struct *mm)
{
	struct kfd_process *p;

	mutex_lock(&kfd_processes_mutex);
	p = find_process_by_mm(mm);
	if (p)
		schedule_delayed_work(&p->eviction_work, 0);
	mutex_unlock(&kfd_processes_mutex);
	return p ? 0 : -ESRCH;
}

static void kfd_process_wq_release(struct work_struct *work)
{
	struct kfd_process *p = container_of(work, struct kfd_process, release_work);

	cancel_delayed_work_sync(&p->eviction_work);
	cancel_delayed_work_sync(&p->restore_work);
	put_task_struct(p->lead_thread);
	kfree(p);
}

static void kfd_process_ref_release(struct kref *ref)
{
	struct kfd_process *p = container_of(ref, struct kfd_process, ref);

	INIT_WORK(&p->release_work, kfd_process_wq_release);
	schedule_work(&p->release_work);
}

static void kfd_process_destroy_delayed(struct rcu_head *rcu)
{
	struct kfd_process *p = container_of(rcu, struct kfd_process, rcu);

	kref_put(&p->ref, kfd_process_ref_release);
}

static void kfd_process_notifier_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct kfd_process *p = container_of(mn, struct kfd_process, mmu_notifier);

	if (WARN_ON(p->mm != mm))
		return;

	mutex_lock(&kfd_processes_mutex);
	list_del(&p->kfd_processes);
	mutex_unlock(&kfd_processes_mutex);

	/* Nothing of this process may stay in the device. */
	p->dev->kfd2kgd->flush_tlb(p->dev->kgd, p->vmid);

	/* Indicate to other users that MM is no longer valid */
	p->mm = NULL;

	mmu_notifier_unregister_no_release(&p->mmu_notifier, mm);
	mmu_notifier_call_srcu(&p->rcu, kfd_process_destroy_delayed);
}

static const struct mmu_notifier_ops kfd_process_mmu_notifier_ops = {
	.release = kfd_process_notifier_release,
};

static struct kfd_process *create_process(struct task_struct *thread, struct kfd_dev *dev)
{
	struct kfd_process *process = kzalloc(sizeof(*process), GFP_KERNEL);
	int err;

	if (!process)
		return ERR_PTR(-ENOMEM);

	kref_init(&process->ref);
	INIT_LIST_HEAD(&process->queues);
	INIT_DELAYED_WORK(&process->eviction_work, evict_process_worker);
	INIT_DELAYED_WORK(&process->restore_work, restore_process_worker);
	process->dev = dev;
	process->mm = thread->mm;

	process->mmu_notifier.ops = &kfd_process_mmu_notifier_ops;
	err = mmu_notifier_register(&process->mmu_notifier, process->mm);
	if (err) {
		kfree(process);
		return ERR_PTR(err);
	}

	process->lead_thread = get_task_struct(thread->group_leader);
	list_add_tail(&process->kfd_processes, &kfd_processes_list);
	return process;
}

struct kfd_process *kfd_create_process(struct task_struct *thread, struct kfd_dev *dev)
{
	struct kfd_process *process;

	if (!thread->mm)
		return ERR_PTR(-EINVAL);

	mutex_lock(&kfd_processes_mutex);
	process = create_process(thread, dev);
	mutex_unlock(&kfd_processes_mutex);
	return process;
}

struct kfd_process *kfd_get_process(struct task_struct *thread)
{
	struct kfd_process *process;

	mutex_lock(&kfd_processes_mutex);
	process = find_process_by_mm(thread->mm);
	mutex_unlock(&kfd_processes_mutex);
	return process;
}
