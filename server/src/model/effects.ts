/** What steps change: named effects, each a small function that stands for one line or two of a kernel function. */

import type { Call } from "./guards.ts";
import type { MmState } from "./state.ts";

/** A named change. `before` is the state at the beginning of the step, before any of its effects. */
export interface Effect {
	readonly name: string;
	readonly apply: (mm: MmState, call: Call, before: MmState) => MmState;
}

/** Returns `list` with `name` in it, sorted. */
function including(list: readonly string[], name: string): readonly string[] {
	return list.includes(name) ? list : [...list, name].sort();
}

/** Returns `list` without `name`. */
function excluding(list: readonly string[], name: string): readonly string[] {
	return list.filter((entry) => entry !== name);
}

/** True when this step gave away the last of mm_users. */
function lastUserLeft(mm: MmState, before: MmState): boolean {
	return mm.users === 0 && before.users !== 0;
}

/** mm_init(): a new mm has mm_users 1 and mm_count 1. */
export const allocate: Effect = {
	name: "allocate",
	apply: (mm) => ({ ...mm, users: 1, count: 1, stage: "live", struct: "live" }),
};

/** execve()/fork(): a task runs in the mm, and the watched page is mapped. */
export const populate: Effect = {
	name: "populate",
	apply: (mm) => ({ ...mm, owner: "runs", vma: true, vmas: true, page: "mapped" }),
};

/** exit_mm(), exec_mmap(): the task gives up its own user of the mm it still runs in. */
export const ownerLetsGo: Effect = {
	name: "ownerLetsGo",
	apply: (mm, _call, before) => (before.owner === "runs" ? { ...mm, users: mm.users - 1 } : mm),
};

/** do_exit(): the task is gone; get_task_mm() finds current->mm NULL from exit_mm() on. */
export const ownerExits: Effect = { name: "ownerExits", apply: (mm) => ({ ...mm, owner: "exited" }) };

/** exec_mmap(): the task runs in another mm. */
export const ownerExecs: Effect = { name: "ownerExecs", apply: (mm) => ({ ...mm, owner: "execed" }) };

/** mmput(): mm_users reached 0, __mmput() begins with exit_aio(). */
export const beginTeardown: Effect = {
	name: "beginTeardown",
	apply: (mm, _call, before) => (lastUserLeft(mm, before) && mm.stage === "live" ? { ...mm, stage: "exit_aio" } : mm),
};

/** A second __mmput() after mmget() on a dead mm: exit_mmap() finds no VMA, and a mmdrop() that nobody is owed follows. */
export const teardownAgain: Effect = {
	name: "teardownAgain",
	apply: (mm, _call, before) => (lastUserLeft(mm, before) && before.stage === "gone" ? { ...mm, stage: "freed" } : mm),
};

/** copy_mm(CLONE_VM): mmget() for the new task. */
export const siblingJoins: Effect = {
	name: "siblingJoins",
	apply: (mm) => (mm.owner === "runs" ? { ...mm, siblings: mm.siblings + 1, users: mm.users + 1 } : mm),
};

/** exit_mm() of a CLONE_VM task: mmput(). */
export const siblingLeaves: Effect = {
	name: "siblingLeaves",
	apply: (mm) => ({ ...mm, siblings: mm.siblings - 1, users: mm.users - 1 }),
};

/** munmap(): the VMA and the page of the watched address go, the address space stays. */
export const unmapPage: Effect = {
	name: "unmapPage",
	apply: (mm) => (mm.owner === "runs" ? { ...mm, vma: false, page: "empty" } : mm),
};

/** mmget(): atomic_inc(&mm->mm_users), whatever it was. */
export const takeUser: Effect = { name: "takeUser", apply: (mm) => ({ ...mm, users: mm.users + 1 }) };

/** mmget_not_zero(): atomic_inc_not_zero(&mm->mm_users). */
export const takeUserUnlessZero: Effect = {
	name: "takeUserUnlessZero",
	apply: (mm) => (mm.users === 0 ? mm : { ...mm, users: mm.users + 1 }),
};

/** get_task_mm(): mmget() of task->mm, when that still is this mm. */
export const takeUserOfTask: Effect = {
	name: "takeUserOfTask",
	apply: (mm) => (mm.owner === "runs" ? { ...mm, users: mm.users + 1 } : mm),
};

/** mmput(), mmput_async(): atomic_dec_and_test(&mm->mm_users). */
export const putUser: Effect = { name: "putUser", apply: (mm) => ({ ...mm, users: mm.users - 1 }) };

/** mmgrab(): atomic_inc(&mm->mm_count). */
export const takeCount: Effect = { name: "takeCount", apply: (mm) => ({ ...mm, count: mm.count + 1 }) };

/** mmdrop(): atomic_dec_and_test(&mm->mm_count). */
export const dropCount: Effect = { name: "dropCount", apply: (mm) => ({ ...mm, count: mm.count - 1 }) };

/** __mmdrop(): mm_free_pgd(), free_mm(). */
export const freeStruct: Effect = { name: "freeStruct", apply: (mm) => (mm.count === 0 ? { ...mm, struct: "freed" } : mm) };

/** kthread_use_mm(): tsk->mm = mm. */
export const beginUse: Effect = { name: "beginUse", apply: (mm, call) => ({ ...mm, usedBy: including(mm.usedBy, call.thread) }) };

/** kthread_use_mm(): mmgrab(mm); up to 6.3 not when mm is its active_mm already, whose reference it goes on with. */
export const countUse: Effect = {
	name: "countUse",
	apply: (mm, call) =>
		call.rules.useCounts === "lazy" && mm.lazyIn.includes(call.thread)
			? { ...mm, lazyIn: excluding(mm.lazyIn, call.thread) }
			: { ...mm, count: mm.count + 1 },
};

/** kthread_unuse_mm(): tsk->mm = NULL. */
export const endUse: Effect = { name: "endUse", apply: (mm, call) => ({ ...mm, usedBy: excluding(mm.usedBy, call.thread) }) };

/** kthread_unuse_mm(): up to 6.3 active_mm keeps the reference, from 6.4 on mmdrop(mm). */
export const uncountUse: Effect = {
	name: "uncountUse",
	apply: (mm, call) =>
		call.rules.useCounts === "lazy" ? { ...mm, lazyIn: including(mm.lazyIn, call.thread) } : { ...mm, count: mm.count - 1 },
};

/** finish_task_switch(): the kernel thread is scheduled out and mmdrop() gives its active_mm back. */
export const dropActiveMm: Effect = {
	name: "dropActiveMm",
	apply: (mm, call) => (mm.lazyIn.includes(call.thread) ? { ...mm, lazyIn: excluding(mm.lazyIn, call.thread), count: mm.count - 1 } : mm),
};

/** handle_mm_fault(): while the VMA is there a read fault maps zeros, also between unmap_vmas() and free_pgtables(). */
export const faultIn: Effect = {
	name: "faultIn",
	apply: (mm) => (canFault(mm) ? { ...mm, page: "zero" } : mm),
};

/** handle_mm_fault(): a write fault maps a page in the same places, and the whole page is written: as the owner wrote it. */
export const faultInWritten: Effect = {
	name: "faultInWritten",
	apply: (mm) => (mm.page !== "empty" || canFault(mm) ? { ...mm, page: "mapped" } : mm),
};

/** True when an access to the watched page can be satisfied by a fault. After free_pgtables() the fault waits for the mmap lock, and finds no VMA. */
export function canFault(mm: MmState): boolean {
	return mm.page === "empty" && mm.vma && mm.stage !== "freed" && mm.stage !== "gone";
}

/** The one who waits for a copy lets the dying task go on. */
export const endHold: Effect = { name: "endHold", apply: (mm) => (mm.spin === "armed" ? { ...mm, spin: "passed" } : mm) };

/** The next teardown is held after unmap_vmas(). */
export const armHold: Effect = { name: "armHold", apply: (mm) => ({ ...mm, spin: "armed" }) };

/** __mmu_notifier_register(): on the list of the mm. */
export const register: Effect = {
	name: "register",
	apply: (mm, call) => ({
		...mm,
		subscribed: true,
		notifiers: [...mm.notifiers, { id: call.notifier, blocks: call.blocks, stops: call.stops, released: false }].sort(
			(a, b) => a.id - b.id,
		),
	}),
};

/** Runs the release callbacks that have not run yet: all of them, or only the one that is named. */
function runRelease(mm: MmState, call: Call, only: number | undefined): MmState {
	let { unblocks, stopped } = mm;
	const notifiers = mm.notifiers.map((notifier) => {
		if (notifier.released || (only !== undefined && notifier.id !== only)) return notifier;
		if (notifier.blocks) unblocks -= 1;
		if (notifier.stops !== "" && call.rules.barriers.release) stopped = including(stopped, notifier.stops);
		return { ...notifier, released: true };
	});
	return { ...mm, notifiers, unblocks: Math.max(unblocks, 0), stopped };
}

/** mmu_notifier_unregister(): calls ->release when nobody did. */
export const callOwnRelease: Effect = { name: "callOwnRelease", apply: (mm, call) => runRelease(mm, call, call.notifier) };

/** mmu_notifier_unregister(): hlist_del_init_rcu(). */
export const unregister: Effect = {
	name: "unregister",
	apply: (mm, call) => ({ ...mm, notifiers: mm.notifiers.filter((n) => n.id !== call.notifier) }),
};

/** mmu_notifier_release(): every callback on the list, once. */
export const callReleases: Effect = { name: "callReleases", apply: (mm, call) => runRelease(mm, call, undefined) };

/** complete(): one blocking callback may return. */
export const complete: Effect = { name: "complete", apply: (mm) => ({ ...mm, unblocks: mm.unblocks + 1 }) };

/** io_submit(): the request is on the list of the caller's aio context. */
export const submitAio: Effect = {
	name: "submitAio",
	apply: (mm) => (mm.owner === "runs" ? { ...mm, aio: mm.aio + 1 } : mm),
};

/** io_uring_enter(): the request is known to io_uring only. */
export const submitIoUring: Effect = {
	name: "submitIoUring",
	apply: (mm) => (mm.owner === "runs" ? { ...mm, ioUring: mm.ioUring + 1 } : mm),
};

/** aio_complete_rw(), or io_complete_rw() when there is no libaio request: one request less. */
export const completeAioFirst: Effect = {
	name: "completeAioFirst",
	apply: (mm) => (mm.aio > 0 ? { ...mm, aio: mm.aio - 1 } : { ...mm, ioUring: Math.max(mm.ioUring - 1, 0) }),
};

/** io_complete_rw(), or aio_complete_rw() when there is no io_uring request: one request less. */
export const completeIoUringFirst: Effect = {
	name: "completeIoUringFirst",
	apply: (mm) => (mm.ioUring > 0 ? { ...mm, ioUring: mm.ioUring - 1 } : { ...mm, aio: Math.max(mm.aio - 1, 0) }),
};

/** exit_aio() has returned: exit_mmap() begins with the notifiers. */
export const toRelease: Effect = { name: "toRelease", apply: (mm) => ({ ...mm, stage: "release" }) };

/** mmu_notifier_release() has returned. */
export const toReleased: Effect = { name: "toReleased", apply: (mm) => ({ ...mm, stage: "released" }) };

/** unmap_vmas(): page-table entries are cleared; tables and VMAs are still there. */
export const clearEntries: Effect = { name: "clearEntries", apply: (mm) => ({ ...mm, page: "empty" }) };

/** unmap_vmas() has run. */
export const toUnmapping: Effect = { name: "toUnmapping", apply: (mm) => ({ ...mm, stage: "unmapping" }) };

/** free_pgtables() and tlb_finish_mmu() have run: a page that came in meanwhile goes too. */
export const toFreed: Effect = { name: "toFreed", apply: (mm) => ({ ...mm, stage: "freed", page: "empty" }) };

/** exit_mmap(): __mt_destroy() of the VMA tree. */
export const destroyVmas: Effect = { name: "destroyVmas", apply: (mm) => ({ ...mm, stage: "gone", vma: false, vmas: false }) };
