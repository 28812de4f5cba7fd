/** The ways in which right code is broken, and the rules that are expected to notice. */

export type Kind = "delete-put" | "delete-get" | "delete-check" | "ignore-result" | "swap-get" | "swap-put" | "move-put-up" | "drop-flush";

/** A mutant is noticed when one of these rules newly fires on the reference that was touched. */
export const EXPECTED: Readonly<Record<Kind, readonly string[]>> = {
	/* next to a put of the other kind, what is left over looks like the wrong one */
	"delete-put": ["users-leak", "count-leak", "put-wrong-kind"],
	"delete-get": ["put-unowned", "put-wrong-kind", "use-without-users-ref", "access-without-users-ref", "task-mm-unlocked"],
	"delete-check": ["result-unchecked"],
	"ignore-result": ["result-unchecked"],
	"swap-get": ["put-wrong-kind", "put-unowned", "users-leak", "count-leak", "use-without-users-ref"],
	"swap-put": ["put-wrong-kind", "put-unowned", "users-leak", "count-leak"],
	"move-put-up": ["use-after-put", "put-may-deadlock", "access-without-users-ref", "use-without-users-ref"],
	"drop-flush": ["use-without-users-ref"],
};

export const KINDS = Object.keys(EXPECTED) as readonly Kind[];

/** What gives a reference back, with the call that gives back the other counter. */
export const PUTS: Readonly<Record<string, string>> = { mmput: "mmdrop", mmput_async: "mmdrop", mmdrop: "mmput" };

/** What takes a reference, with the call that takes the other counter. */
export const GETS: Readonly<Record<string, string>> = { mmget: "mmgrab", mmgrab: "mmget" };

/** What takes a reference unless it is too late. */
export const TRIES: ReadonlySet<string> = new Set(["mmget_not_zero"]);

/** What gives the mm of a task with a reference, or none. */
export const PRODUCERS: ReadonlySet<string> = new Set(["get_task_mm", "mm_access"]);

/** What may fail to register a notifier. */
export const REGISTERS: ReadonlySet<string> = new Set([
	"mmu_notifier_register",
	"__mmu_notifier_register",
	"mmu_interval_notifier_insert",
	"mmu_interval_notifier_insert_locked",
	"mmu_notifier_get",
]);

/** What waits for work that may run. */
export const FLUSHES: ReadonlySet<string> = new Set([
	"flush_workqueue",
	"flush_work",
	"flush_delayed_work",
	"cancel_work_sync",
	"cancel_delayed_work_sync",
]);
