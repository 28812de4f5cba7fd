/** The step table: what each operation asks for and what it does, as data, so that tests can take any part of it away. */

import type { Effect } from "./effects.ts";
import * as effect from "./effects.ts";
import type { Call, Guard, StepRules } from "./guards.ts";
import * as guard from "./guards.ts";
import type { Operation } from "./operation.ts";
import { type MmState, UNBORN } from "./state.ts";

export interface StepRow {
	readonly guards: readonly Guard[];
	readonly effects: readonly Effect[];
	/** What the call returns, from the state before it; 0 without. */
	readonly returns?: (before: MmState) => number;
}

export type StepTable = Readonly<Record<Operation, StepRow>>;

/** What came of a step: it was taken, it waits, or it was refused with an error number. */
export type Taken =
	| { readonly took: true; readonly mm: MmState; readonly returns: number }
	| { readonly took: false; readonly waits: boolean; readonly error: number; readonly guard: string };

/** What a copy from or to the watched page leaves uncopied, in bytes of one page. */
function uncopiedBytes(mm: MmState): number {
	return mm.page !== "empty" || effect.canFault(mm) ? 0 : 4096;
}

const exit: StepRow = { guards: [guard.taskAlive], effects: [effect.ownerLetsGo, effect.ownerExits, effect.beginTeardown] };
const nothing: StepRow = { guards: [], effects: [] };
const put: StepRow = {
	guards: [guard.structLive],
	effects: [effect.putUser, effect.beginTeardown, effect.teardownAgain],
};

export const STEPS: StepTable = {
	/** fork(): a process with an mm of its own. */
	spawn: { guards: [guard.unborn], effects: [effect.allocate, effect.populate] },
	/** mm_alloc(): an mm that no task runs in. */
	mm_alloc: { guards: [guard.unborn], effects: [effect.allocate] },
	/** A look at the state. */
	obs: nothing,
	/** Time passes. */
	sleep: nothing,
	/** do_exit() → exit_mm() → mmput(). */
	exit,
	/** SIGKILL → do_exit(). */
	kill: exit,
	/** As exit, and nobody waits for it. */
	exitnowait: exit,
	/** wait4(): the task is dead; what held its teardown up for a while no longer does. */
	reap: { guards: [], effects: [effect.endHold] },
	/** begin_new_exec() → exec_mmap() → mmput() of the old mm. */
	exec: { guards: [guard.taskAlive, guard.ioUringIdle], effects: [effect.ownerLetsGo, effect.ownerExecs, effect.beginTeardown] },
	/** munmap(2). */
	munmap: { guards: [guard.taskAlive], effects: [effect.unmapPage] },
	/** clone(2) with CLONE_VM. */
	clone: { guards: [guard.taskAlive], effects: [effect.siblingJoins] },
	/** SIGKILL to the CLONE_VM task. */
	killclone: { guards: [guard.hasSibling], effects: [effect.siblingLeaves, effect.beginTeardown] },
	/** mmget(). */
	mmget: { guards: [guard.structLive], effects: [effect.takeUser] },
	/** mmget_not_zero(). */
	mmgetnz: { guards: [guard.structLive], effects: [effect.takeUserUnlessZero], returns: (mm) => (mm.users === 0 ? 0 : 1) },
	/** mmput(). */
	mmput: put,
	/** mmput_async(): __mmput() runs in a work item. */
	mmputa: put,
	/** mmgrab(). */
	mmgrab: { guards: [guard.structLive], effects: [effect.takeCount] },
	/** mmdrop(). */
	mmdrop: { guards: [guard.structLive], effects: [effect.dropCount, effect.freeStruct] },
	/** get_task_mm() of the task that began with this mm: 1 this mm, 2 another, 0 NULL. */
	mmgettask: {
		guards: [],
		effects: [effect.takeUserOfTask],
		returns: (mm) => (mm.owner === "runs" ? 1 : mm.owner === "execed" ? 2 : 0),
	},
	/** get_task_mm() of a kernel thread: always NULL. */
	mmgetkthr: nothing,
	/** kthread_use_mm(). */
	use: { guards: [guard.structLive, guard.threadIdle, guard.notStopped], effects: [effect.beginUse, effect.countUse] },
	/** copy_from_user() of one page: what was not copied. */
	copy: { guards: [guard.structLive, guard.threadUses], effects: [effect.faultIn, effect.endHold], returns: uncopiedBytes },
	/** copy_to_user() of one page, of what the owner wrote there itself: what was not copied. */
	copyto: { guards: [guard.structLive, guard.threadUses], effects: [effect.faultInWritten, effect.endHold], returns: uncopiedBytes },
	/** kthread_unuse_mm(). */
	unuse: { guards: [guard.structLive, guard.threadUses], effects: [effect.endUse, effect.uncountUse, effect.freeStruct] },
	/** context_switch() away from a kernel thread. */
	schedule: { guards: [], effects: [effect.dropActiveMm, effect.freeStruct] },
	/** mmu_notifier_register(). */
	notify: { guards: [guard.structLive, guard.hasUsers, guard.notRegistered], effects: [effect.register, effect.takeCount] },
	/** mmu_notifier_unregister(). */
	unnotify: {
		guards: [guard.registered, guard.ownReleaseReturns],
		effects: [effect.callOwnRelease, effect.unregister, effect.dropCount, effect.freeStruct],
	},
	/** Lets a blocking release callback return. */
	unblock: { guards: [], effects: [effect.complete] },
	/** Holds the next teardown after unmap_vmas(); a scenario can have it held before every step (`spin 1`). */
	spin: { guards: [guard.structLive], effects: [effect.armHold] },
	/** io_submit(2). */
	aio: { guards: [guard.taskAlive], effects: [effect.submitAio] },
	/** kiocb->ki_complete(). */
	aiodone: { guards: [], effects: [effect.completeAioFirst], returns: (mm) => (mm.aio + mm.ioUring > 0 ? 1 : 0) },
	/** io_uring_enter(2). */
	iouring: { guards: [guard.taskAlive], effects: [effect.submitIoUring] },
	/** kiocb->ki_complete() of an io_uring request. */
	iouringdone: { guards: [], effects: [effect.completeIoUringFirst], returns: (mm) => (mm.aio + mm.ioUring > 0 ? 1 : 0) },
	/** __mmput(): exit_aio() returns. */
	exit_aio: { guards: [guard.atExitAio, guard.kiocbsDone], effects: [effect.toRelease] },
	/** exit_mmap(): mmu_notifier_release() returns. */
	release: { guards: [guard.atRelease, guard.releaseReturns], effects: [effect.callReleases, effect.toReleased] },
	/** exit_mmap(): unmap_vmas(). */
	unmap_vmas: { guards: [guard.atReleased], effects: [effect.clearEntries, effect.toUnmapping] },
	/** exit_mmap(): free_pgtables(), tlb_finish_mmu(). */
	free_pgtables: { guards: [guard.atUnmapping, guard.notHeld], effects: [effect.toFreed] },
	/** exit_mmap(): VMA tree destroyed; __mmput(): mmdrop() of the count that all users held. */
	exit_mmap: { guards: [guard.atFreed], effects: [effect.destroyVmas, effect.dropCount, effect.freeStruct] },
};

/** True when `word` names an operation. */
export function isOperation(word: string): word is Operation {
	return Object.hasOwn(STEPS, word);
}

/** The teardown in the order of __mmput() and exit_mmap(). */
export const TEARDOWN: readonly Operation[] = ["exit_aio", "release", "unmap_vmas", "free_pgtables", "exit_mmap"];

/** Returns the step that teardown has to take next, or undefined when none is under way. */
export function nextTeardownStep(mm: MmState): Operation | undefined {
	switch (mm.stage) {
		case "exit_aio":
			return "exit_aio";
		case "release":
			return "release";
		case "released":
			return "unmap_vmas";
		case "unmapping":
			return "free_pgtables";
		case "freed":
			return "exit_mmap";
		default:
			return undefined;
	}
}

export const DEFAULT_RULES: StepRules = { useCounts: "lazy", barriers: { exitAio: true, release: true } };

/** Returns a call by `thread` that says nothing more. */
export function callBy(thread: string, rules: StepRules = DEFAULT_RULES): Call {
	return { thread, busy: false, notifier: 0, blocks: false, stops: "", rules };
}

/** Takes one step on one mm: all guards must hold, then all effects apply in order. */
export function takeStep(mm: MmState, operation: Operation, call: Call, table: StepTable = STEPS): Taken {
	const row = table[operation];
	for (const condition of row.guards) {
		if (condition.holds(mm, call)) continue;
		const waits = condition.otherwise === "waits";
		return { took: false, waits, error: condition.otherwise === "waits" ? guard.ERROR_BLOCKS : condition.otherwise, guard: condition.name };
	}
	let after = mm;
	for (const change of row.effects) after = change.apply(after, call, mm);
	return { took: true, mm: after, returns: row.returns?.(mm) ?? 0 };
}

/**
 * Takes a step as threads take it: a kernel thread that has left its use is scheduled out at once, since that frees the most. What
 * holds when its active_mm is given back late holds a fortiori.
 */
export function takeThreadStep(mm: MmState, operation: Operation, call: Call, table: StepTable = STEPS): Taken {
	const taken = takeStep(mm, operation, call, table);
	if (!taken.took || operation !== "unuse") return taken;
	const scheduled = takeStep(taken.mm, "schedule", call, table);
	return scheduled.took ? { ...scheduled, returns: taken.returns } : scheduled;
}

/** Returns the mm of a live process: mm_users 1, mm_count 1. */
export function processMm(table: StepTable = STEPS): MmState {
	const taken = takeStep(UNBORN, "spawn", callBy("owner"), table);
	return taken.took ? taken.mm : UNBORN;
}
