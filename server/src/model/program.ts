/**
 * The language between the checker and the explorer: an mm program. It knows no C: threads are numbered instructions over an
 * environment of named values, and steps on simulated mms. The checker compiles one program for each way an mm can reach a use.
 */

import type { Operation } from "./operation.ts";

/** A value a variable can hold. `mm:A` is the tracked mm `A`; `other` a pointer to something else; absent means not known. */
export type Value = "null" | "true" | "false" | "error" | "other" | "stack" | "heap" | "freed" | `mm:${string}`;

/**
 * A variable of a thread: the canonical text of what it stands for (`mm`, `dev->mm`). Keys that begin with `@` are shared by all
 * threads (a flag of the driver's object that does not change while it is used).
 */
export type Key = string;

/** Where in the source an instruction comes from. Line and column start at 1; columns count UTF-16 units. */
export interface Site {
	readonly file: string;
	readonly function: string;
	readonly line: number;
	readonly column: number;
	/** The source expression, for people. */
	readonly text: string;
}

/** A condition. `truth` of an unknown value goes both ways and is remembered; so does `equal` when one side is unknown. */
export type Test =
	| { readonly test: "truth"; readonly key: Key }
	| { readonly test: "equal"; readonly left: Key; readonly right: Key }
	| { readonly test: "error"; readonly key: Key }
	/** Whether the variable has exactly that value; one that is not known has not, and nothing is remembered. */
	| { readonly test: "is"; readonly key: Key; readonly value: Value }
	| { readonly test: "error-or-null"; readonly key: Key };

export type Instruction =
	/** A step on the simulated mm that `mm` denotes when the instruction runs; nothing happens when it denotes no tracked mm. */
	| {
			readonly do: "step";
			readonly op: Operation;
			readonly mm: Key;
			/** Where the result goes: `true`/`false` for mmgetnz, the mm or `null` for mmgettask and mm_alloc, `true`/`null` for notify. */
			readonly result?: Key;
			/** For notify/unnotify: index into {@link MmProgram.notifiers}; for aiodone and friends unused. */
			readonly arg?: number;
			readonly site: Site;
			readonly next: number;
	  }
	/** Assigns a value, a copy of another variable, or "not known"; then forgets what was remembered about `forget`. */
	| {
			readonly do: "set";
			readonly target: Key;
			readonly value: { readonly is: Value } | { readonly copy: Key } | { readonly unknown: true };
			readonly forget?: readonly Key[];
			readonly site: Site;
			readonly next: number;
	  }
	| { readonly do: "branch"; readonly on: Test; readonly then: number; readonly else: number; readonly site: Site }
	/** Goes on at any of `next`. */
	| { readonly do: "any"; readonly next: readonly number[]; readonly site: Site }
	/** The thread ends. `publishes` names a variable: when it denotes a tracked mm here, threads that wait for it may start. */
	| { readonly do: "end"; readonly site: Site };

export interface Thread {
	readonly name: string;
	/**
	 * `owner`: runs in the owner's context: the owner cannot exit before this thread has ended. `process`: in some other process.
	 * `kthread`: a kernel thread or work item.
	 */
	readonly context: "owner" | "process" | "kthread";
	readonly code: readonly Instruction[];
	readonly start: number;
	/** What is known when the thread starts. */
	readonly initial: Readonly<Record<Key, Value>>;
	/**
	 * For each instruction, the keys that may still be read from it on; the explorer drops all others so that states meet.
	 * Same length as `code`. Shared keys (`@…`) are never dropped.
	 */
	readonly live: readonly ReadonlySet<Key>[];
	/** The thread starts only when the named thread has ended and `slot` of that thread then denotes a tracked mm, which becomes `as` here. */
	readonly after?: { readonly thread: string; readonly slot: Key; readonly as: readonly Key[] };
}

export interface Notifier {
	/** The `release` callback, for people. */
	readonly release: string;
	/** True when release does not return before the thread `stops` has left its use, and keeps it from starting another. */
	readonly stops?: string;
}

export interface MmProgram {
	/** Names of the simulated mms; each starts as the mm of a live process of its own (users 1, count 1) unless `fresh`. */
	readonly mms: readonly { readonly name: string; readonly owner: "process" | "none" }[];
	readonly threads: readonly Thread[];
	readonly notifiers: readonly Notifier[];
	/** How the kernel thread's use counts: `up-to-6.3` or `6.4` (DESIGN facts on kthread_use_mm). */
	readonly useCounts: "lazy" | "always";
}
