/** The shape of the table of kernel functions: what each does to an mm, in which context, since which version. */

import type { Operation } from "../model/operation.ts";

/**
 * What a call does, as far as an mm is concerned. Numbers are argument indexes, from 0.
 * One function may have several acts (mmu_notifier_register takes a count and registers a callback: one act; mm_access
 * produces an mm and may fail: one act).
 */
export type Act =
	/** A step on the mm in argument `mm`. `result`: what the call's value says (`true`: the step took effect). */
	| { readonly act: "step"; readonly op: Operation; readonly mm: number }
	/** Returns an mm with a reference (or with none: `none`). `task`: the argument that names whose mm it is. */
	| {
			readonly act: "produce";
			readonly reference: "users" | "count" | "none";
			readonly failure: "null" | "error" | "error-or-null" | "never";
			readonly task?: number;
			/** A new address space that no process owns (mm_alloc). */
			readonly fresh?: boolean;
	  }
	/** Touches page tables or VMAs of the mm in argument `mm`, or of the mm of the VMA in argument `vma`; without both: of current->mm (copy_to_user). */
	| { readonly act: "access"; readonly mm?: number; readonly vma?: number }
	/** Returns a task that may exit at any time. */
	| { readonly act: "task" }
	/** A bare atomic operation on the counter that `counter` points to (atomic_inc(&mm->mm_users), before mmget existed). */
	| { readonly act: "counter"; readonly counter: number; readonly change: "inc" | "inc-not-zero" | "dec" | "dec-and-test" | "read" }
	/** Registers the mmu_notifier in argument `notifier` (its address) on the mm; without `mm` the notifier's own. */
	| { readonly act: "notifier-register"; readonly notifier: number; readonly mm: number; readonly kind: "mmu" | "interval" }
	/** mmu_notifier_get(ops, mm): as notifier-register with the op table in argument `ops`. */
	| { readonly act: "notifier-get"; readonly ops: number; readonly mm: number }
	| { readonly act: "notifier-unregister"; readonly notifier: number; readonly mm?: number; readonly kind: "mmu" | "interval" }
	/**
	 * Makes `function` run later as a thread of its own with the object in `object` (a work item, a timer) or with `data` as its argument.
	 * `parameter`: which parameter of `function` that is (0 unless said). `declares`: `object` is not a pointer but the name of the
	 * variable that the macro defines. `runs`: it may run from this call on; otherwise a `queue` lets it run. Context `process`: a
	 * thread of the process that makes the call, so it shares current->mm.
	 */
	| {
			readonly act: "start";
			readonly function: number;
			readonly object?: number;
			readonly data?: number;
			readonly context: "kthread" | "work" | "timer" | "irq" | "tasklet" | "rcu" | "process";
			readonly parameter?: number;
			readonly declares?: true;
			readonly runs?: true;
			/** True when the call returns the task_struct (kthread_create). */
			readonly returnsThread?: boolean;
	  }
	/** Queues the work item / arms the timer in `object` (which function runs was said by a `start`). */
	| { readonly act: "queue"; readonly object: number; readonly queue?: number }
	/**
	 * Returns only when what `object` names is not running. `stops`: and will not start again by itself. `completion`: returns when
	 * somebody has called a `complete` on it. `maybe`: may also return early, which its value says (interruptible, timeout).
	 */
	| {
			readonly act: "wait";
			readonly for: "work" | "thread" | "workqueue" | "timer" | "tasklet" | "irq" | "completion" | "rcu";
			readonly object?: number;
			readonly stops: boolean;
			readonly maybe?: true;
	  }
	/** Lets one waiter (`all`: every waiter, also later ones) of the completion in `object` go on. */
	| { readonly act: "complete"; readonly object: number; readonly all?: true }
	/** Frees the memory that argument `pointer` points to. */
	| { readonly act: "free"; readonly pointer: number }
	/** Returns fresh memory, or NULL. */
	| { readonly act: "allocate" }
	/** Its value is argument `value` (READ_ONCE, likely, WARN_ON: `truth` when only whether it is zero survives), or what that points to (`through`: smp_load_acquire). */
	| { readonly act: "value"; readonly value: number; readonly truth?: boolean; readonly through?: true }
	/** Stores argument `value` in argument `target` (WRITE_ONCE) or in what `target` points to (`through`: smp_store_release). `expected`: only if the old value equals that argument (cmpxchg). */
	| {
			readonly act: "store";
			readonly target: number;
			readonly value: number;
			readonly through: boolean;
			readonly returnsOld?: boolean;
			readonly expected?: number;
	  }
	/** Its value says whether argument `value` is an error pointer, or NULL as well. */
	| { readonly act: "test"; readonly test: "error" | "error-or-null"; readonly value: number }
	/** Says whether the option of the build in argument `option` is set, as `#ifdef` of it does. */
	| { readonly act: "config"; readonly option: number }
	/** Makes an error pointer (ERR_PTR). */
	| { readonly act: "error-pointer"; readonly value: number }
	/** container_of(pointer, type, member). */
	| { readonly act: "container"; readonly pointer: number; readonly type: number; readonly member: number }
	/** The object of type `struct` whose member `member` the argument points to: a container_of with a fixed type (to_delayed_work). */
	| { readonly act: "embedded"; readonly pointer: number; readonly struct: string; readonly member: string }
	/** Some element of the list whose head is in argument `head` (list_first_entry), NULL when empty if `orNull`. */
	| { readonly act: "element"; readonly head: number; readonly type: number; readonly member: number; readonly orNull?: true }
	/**
	 * Makes the kiocb in argument `kiocb` cancellable: only requests of libaio are waited for. `aioOnly`: does nothing for a kiocb that
	 * is not libaio's; without it such a kiocb is corrupted.
	 */
	| { readonly act: "kiocb-cancellable"; readonly kiocb: number; readonly aioOnly?: true }
	/** Completes the request of the kiocb: exit_aio no longer waits for it. */
	| { readonly act: "kiocb-complete"; readonly kiocb: number }
	/** True for a synchronous kiocb (is_sync_kiocb). */
	| { readonly act: "kiocb-is-sync"; readonly kiocb: number }
	/** Takes the lock in `object`. `taken`: what its value is when the lock is held afterwards. */
	/** `returned`: `object` is not given, the call returns it locked, or NULL. */
	| {
			readonly act: "lock";
			readonly kind: LockKind;
			readonly object?: number;
			readonly taken: "always" | "zero" | "nonzero";
			readonly returned?: true;
	  }
	| { readonly act: "unlock"; readonly kind: LockKind; readonly object?: number }
	/** Never returns; with `when`: only if that argument is not zero (BUG_ON). */
	| { readonly act: "no-return"; readonly when?: number };

/** `mmap-*`: mm->mmap_lock, the object is the mm. `task`: task_lock, the object is the task. The spin kinds, `rcu` and `irq` forbid sleeping. */
export type LockKind = "mmap-read" | "mmap-write" | "task" | "spin" | "mutex" | "rwsem-read" | "rwsem-write" | "rcu" | "srcu" | "irq";

/**
 * A half-open range of kernel versions [since, until); absent ends are open. `branch`: only for that stable branch (`6.1`). In a list
 * the ranges that name a version's branch decide for it alone: a backport overrides what the mainline ranges say.
 */
export interface VersionRange {
	readonly since?: string;
	readonly until?: string;
	readonly branch?: string;
}

/** Where the kernel's source shows that a row is true. */
export interface Source {
	/** `6.1.192` unless another version is named. */
	readonly version: string;
	readonly file: string;
	/** 0 when `shows` is the title of the commit that made the change, and `version` the first release with it. */
	readonly line: number;
	/** What stands there, shortened to what matters (one line, at most 100 characters). */
	readonly shows: string;
}

/** Shows, in a tree at hand, whether a row holds there: `pattern` occurs in `file`. It overrides the versions. */
export interface Evidence {
	readonly file: string;
	readonly pattern: RegExp;
}

export interface KernelFunction {
	readonly name: string;
	readonly acts: readonly Act[];
	/** When this row holds; empty: always. A function may have several rows with ranges that do not overlap. */
	readonly versions: readonly VersionRange[];
	/** Change of mm_users and mm_count, for people: `+1`, `0`, `-1; at 0 the teardown`. */
	readonly users: string;
	readonly count: string;
	/** What must hold before the call, and where it may be called. */
	readonly needs: string;
	readonly context: "atomic" | "sleeps" | "any";
	/** Only code that is built into the kernel can call it: it is not exported to modules. Said of the functions that fixes call. */
	readonly builtInOnly?: true;
	readonly source: Source;
	/** Also a macro or a call through a pointer of this struct field: `kiocb.ki_complete`. */
	readonly field?: { readonly struct: string; readonly field: string };
	/** What a tree must show for this row to hold, whatever its version; only for rows that differ between versions. */
	readonly evidence?: Evidence;
	/** One sentence for hovers. */
	readonly summary: string;
}
