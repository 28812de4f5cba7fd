/** The simulated mm_struct: everything about one address space that any step can change, as immutable plain data. */

/**
 * How far the life of an mm has come. `unborn`: not allocated yet. `released`: every release callback has returned, pages are still mapped. `gone`: the VMA tree is
 * destroyed and the count that all users held together is given back.
 */
export type Stage = "unborn" | "live" | "exit_aio" | "release" | "released" | "unmapping" | "freed" | "gone";

/** The same for people: what a trace says about the page tables. */
export type PageTables = "live" | "exit_aio" | "release" | "unmapping" | "freed";

/** A registered mmu_notifier. */
export interface Notifier {
	readonly id: number;
	/** The release callback waits for an `unblock`. */
	readonly blocks: boolean;
	/** The release callback waits until this thread has left its use, and keeps it from starting another; empty: nobody. */
	readonly stops: string;
	/** The release callback was called: it is never called twice. */
	readonly released: boolean;
}

export interface MmState {
	/** mm_users: tasks that live in the address space and references to it. */
	readonly users: number;
	/** mm_count: references to the struct; all users together hold one. */
	readonly count: number;
	readonly stage: Stage;
	readonly struct: "live" | "freed";
	/** What the task that began with this mm is doing; `none`: no task ever ran in it (mm_alloc), or it is not allocated yet. */
	readonly owner: "runs" | "execed" | "exited" | "none";
	/** Tasks made with CLONE_VM that still live in it. */
	readonly siblings: number;
	/** The watched page: its VMA, and what its page-table entry points to (`zero`: a fresh page of zeros). */
	readonly vma: boolean;
	readonly page: "mapped" | "zero" | "empty";
	/** The VMA tree holds something. */
	readonly vmas: boolean;
	/** Outstanding requests: submitted through libaio, through io_uring. */
	readonly aio: number;
	readonly ioUring: number;
	readonly notifiers: readonly Notifier[];
	/** A notifier was registered at some time: exit_mmap() goes through the list from then on. */
	readonly subscribed: boolean;
	/** Completions that blocking release callbacks may still consume. */
	readonly unblocks: number;
	/** Kernel threads between kthread_use_mm() and kthread_unuse_mm(), sorted. */
	readonly usedBy: readonly string[];
	/** Kernel threads that still have it as active_mm after kthread_unuse_mm(), sorted. */
	readonly lazyIn: readonly string[];
	/** Threads that a release callback has stopped: they cannot use this mm again, sorted. */
	readonly stopped: readonly string[];
	/** Teardown is held between unmap_vmas() and free_pgtables() while `armed`; `passed`: it is let through. */
	readonly spin: "off" | "armed" | "passed";
}

/** What a trace records of an mm after each step. */
export interface StateAfter {
	readonly users: number;
	readonly count: number;
	readonly pageTables: PageTables;
	readonly struct: "live" | "freed";
}

/** An mm that is not allocated: what `mm_alloc` and `spawn` start from. */
export const UNBORN: MmState = {
	users: 0,
	count: 0,
	stage: "unborn",
	struct: "freed",
	owner: "none",
	siblings: 0,
	vma: false,
	page: "empty",
	vmas: false,
	aio: 0,
	ioUring: 0,
	notifiers: [],
	subscribed: false,
	unblocks: 0,
	usedBy: [],
	lazyIn: [],
	stopped: [],
	spin: "off",
};

/** Returns what the page tables look like at a stage of the teardown. */
export function pageTablesAt(stage: Stage): PageTables {
	if (stage === "released") return "release";
	return stage === "gone" || stage === "unborn" ? "freed" : stage;
}

/** Returns what a trace records of `mm`. */
export function stateAfter(mm: MmState): StateAfter {
	return { users: mm.users, count: mm.count, pageTables: pageTablesAt(mm.stage), struct: mm.struct };
}

/** Returns a text that is equal for two states exactly when they are the same state. */
export function stateKey(mm: MmState): string {
	const notifiers = mm.notifiers.map((n) => `${n.id}${n.blocks ? "b" : ""}${n.released ? "r" : ""}:${n.stops}`).join(",");
	const flags = `${mm.struct === "live" ? 1 : 0}${mm.vma ? 1 : 0}${mm.vmas ? 1 : 0}${mm.subscribed ? 1 : 0}`;
	const counts = `${mm.users},${mm.count},${mm.siblings},${mm.aio},${mm.ioUring},${mm.unblocks}`;
	return `${counts}|${mm.stage}|${mm.owner}|${mm.page}|${mm.spin}|${flags}|${notifiers}|${mm.usedBy.join()}|${mm.lazyIn.join()}|${mm.stopped.join()}`;
}
