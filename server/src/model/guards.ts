/** What must hold before a step: named conditions, each true because of the kernel function it cites. */

import type { MmState } from "./state.ts";

/** What differs between kernels and between the questions asked of the model. */
export interface StepRules {
	/** Up to 6.3 kthread_use_mm() counts only an mm that is not its active_mm yet (`lazy`); from 6.4 on each use counts (`always`). */
	readonly useCounts: "lazy" | "always";
	/** Whether teardown waits for libaio requests and for release callbacks that stop a user; false asks what holds without them. */
	readonly barriers: { readonly exitAio: boolean; readonly release: boolean };
}

/** Who takes a step, and with what. */
export interface Call {
	readonly thread: string;
	/** True when the thread uses another mm already. */
	readonly busy: boolean;
	/** For notify and unnotify. */
	readonly notifier: number;
	readonly blocks: boolean;
	readonly stops: string;
	readonly rules: StepRules;
}

/** A named condition. `otherwise`: the step waits until it holds, or it is refused with this error number. */
export interface Guard {
	readonly name: string;
	readonly otherwise: "waits" | number;
	readonly holds: (mm: MmState, call: Call) => boolean;
}

const ENOENT = 2;
const ESRCH = 3;
const EBADF = 9;
const EBUSY = 16;
const EINVAL = 22;

/** __mmdrop() frees the struct: nothing may touch it afterwards. */
export const structLive: Guard = { name: "structLive", otherwise: EBADF, holds: (mm) => mm.struct === "live" };

/** mm_alloc() makes an mm that was not there. */
export const unborn: Guard = { name: "unborn", otherwise: EBUSY, holds: (mm) => mm.stage === "unborn" };

/** Only a task that has not passed do_exit() can make a system call. */
export const taskAlive: Guard = { name: "taskAlive", otherwise: ESRCH, holds: (mm) => mm.owner === "runs" || mm.owner === "execed" };

/** clone(CLONE_VM) made a task that has not exited. */
export const hasSibling: Guard = { name: "hasSibling", otherwise: ESRCH, holds: (mm) => mm.siblings > 0 };

/** begin_new_exec() calls io_uring_task_cancel(), which waits for the task's io_uring requests. */
export const ioUringIdle: Guard = { name: "ioUringIdle", otherwise: "waits", holds: (mm) => mm.ioUring === 0 };

/** kthread_use_mm() warns when the kernel thread has an mm already. */
export const threadIdle: Guard = {
	name: "threadIdle",
	otherwise: EBUSY,
	holds: (mm, call) => !call.busy && !mm.usedBy.includes(call.thread),
};

/** A release callback that stops its user keeps it from starting again. */
export const notStopped: Guard = { name: "notStopped", otherwise: "waits", holds: (mm, call) => !mm.stopped.includes(call.thread) };

/** Only between kthread_use_mm() and kthread_unuse_mm() does user access go to the mm. */
export const threadUses: Guard = { name: "threadUses", otherwise: EINVAL, holds: (mm, call) => mm.usedBy.includes(call.thread) };

/** __mmu_notifier_register(): BUG_ON(atomic_read(&mm->mm_users) <= 0). */
export const hasUsers: Guard = { name: "hasUsers", otherwise: EINVAL, holds: (mm) => mm.users > 0 };

/** One mmu_notifier can be on one list only. */
export const notRegistered: Guard = {
	name: "notRegistered",
	otherwise: EBUSY,
	holds: (mm, call) => !mm.notifiers.some((n) => n.id === call.notifier),
};

/** mmu_notifier_unregister() needs a registered notifier. */
export const registered: Guard = {
	name: "registered",
	otherwise: EINVAL,
	holds: (mm, call) => mm.notifiers.some((n) => n.id === call.notifier),
};

/** True when every release callback among `ids` that still has to run would return now. */
function callbacksReturn(mm: MmState, call: Call, only: number | undefined): boolean {
	if (!call.rules.barriers.release) return true;
	let unblocks = mm.unblocks;
	for (const notifier of mm.notifiers) {
		if (notifier.released || (only !== undefined && notifier.id !== only)) continue;
		if (notifier.blocks && unblocks-- === 0) return false;
		if (mm.usedBy.includes(notifier.stops)) return false;
	}
	return true;
}

/** mmu_notifier_unregister() calls release itself when nobody did, and returns only after it has returned. */
export const ownReleaseReturns: Guard = {
	name: "ownReleaseReturns",
	otherwise: "waits",
	holds: (mm, call) => callbacksReturn(mm, call, call.notifier),
};

/** mmu_notifier_release() runs the callbacks one after the other; exit_mmap() goes on when all have returned. */
export const releaseReturns: Guard = {
	name: "releaseReturns",
	otherwise: "waits",
	holds: (mm, call) => callbacksReturn(mm, call, undefined),
};

/** exit_aio() returns when every request that was submitted through io_submit() has completed; io_uring's are not on its list. */
export const kiocbsDone: Guard = {
	name: "kiocbsDone",
	otherwise: "waits",
	holds: (mm, call) => !call.rules.barriers.exitAio || mm.aio === 0,
};

/** Something holds the dying task between unmap_vmas() and free_pgtables(): any delay there is possible. Without a VMA neither is called. */
export const notHeld: Guard = { name: "notHeld", otherwise: "waits", holds: (mm) => mm.spin !== "armed" || !mm.vmas };

/** __mmput() runs exit_aio() first. */
export const atExitAio: Guard = { name: "atExitAio", otherwise: EINVAL, holds: (mm) => mm.stage === "exit_aio" };

/** exit_mmap() calls mmu_notifier_release() before it touches any mapping. */
export const atRelease: Guard = { name: "atRelease", otherwise: EINVAL, holds: (mm) => mm.stage === "release" };

/** exit_mmap(): unmap_vmas() follows the notifiers. */
export const atReleased: Guard = { name: "atReleased", otherwise: EINVAL, holds: (mm) => mm.stage === "released" };

/** exit_mmap(): free_pgtables() follows unmap_vmas(). */
export const atUnmapping: Guard = { name: "atUnmapping", otherwise: EINVAL, holds: (mm) => mm.stage === "unmapping" };

/** exit_mmap(): the VMAs go after the page tables. */
export const atFreed: Guard = { name: "atFreed", otherwise: EINVAL, holds: (mm) => mm.stage === "freed" };

/** A scenario can only speak of an mm that was made. */
export const ERROR_NO_MM = ENOENT;
/** What a step of a scenario that would wait for ever is refused with. */
export const ERROR_BLOCKS = 11;
