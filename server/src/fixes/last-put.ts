/** How mm_users is given back after a use: what the last mmput() would run or wait for there. */

import { releasesOf } from "../checker/release.ts";
import { FIX_CALLS, SLEEPLESS } from "../kernel/fix-words.ts";
import type { KernelTable } from "../program/kernel-table.ts";
import type { FunctionDef } from "../program/program.ts";
import type { FixContext } from "./draft.ts";
import { lockOf, locksHeldAt } from "./locks-held.ts";
import { actsFrom } from "./runs.ts";

/** The function that gives the reference back, and why it is not the plain one. */
export interface Giver {
	readonly name: string;
	readonly reason?: string;
}

/** The put that leaves the teardown to a worker; undefined where a module cannot call it. */
export function laterPut(kernel: KernelTable): string | undefined {
	const row = kernel.function(FIX_CALLS.giveLater);
	return row && !row.builtInOnly ? row.name : undefined;
}

/** The release callbacks of the notifiers that are registered on the mm on its way to the use. */
export function releasesIn({ program, explained }: FixContext): ReadonlySet<FunctionDef> {
	const { captures, use } = explained.worst?.assembled ?? {};
	const registrations = [...(captures ?? []), ...(use ? [use] : [])].flatMap((compiled) => compiled.registrations);
	const releases = program.quietly(() => registrations.flatMap((registration) => releasesOf(program, registration)));
	return new Set(releases.filter((release) => release !== undefined));
}

/** Why the last mmput() at the end of the use must not run the teardown itself; undefined when it may. */
function findReasonForLater(context: FixContext): string | undefined {
	const { program, judged, explained } = context;
	const user = explained.worst?.assembled.use;
	/* what is completed on the way to the use is no longer waited for */
	if (user?.completes && !user.thread.code.some((code) => code.do === "step" && code.op === "aiodone"))
		return "The last mmput() waits for the request that is completed below.";
	const held = locksHeldAt(program, judged.use.fn, judged.use.call);
	if (held.some((lock) => SLEEPLESS.has(lock.kind))) return "mmput() may sleep.";
	const acts = [...releasesIn(context)].flatMap((release) => actsFrom(program, release));
	if (acts.some(({ act }) => act.act === "wait")) return "The last mmput() runs the release notifier, which may wait for this code.";
	const locks = acts.flatMap(({ fn, call, act }) => (act.act === "lock" ? (lockOf(program, fn, call, act) ?? []) : []));
	if (held.some(({ name }) => name !== "" && locks.some((lock) => lock.name === name)))
		return "The last mmput() runs the release notifier, which takes a lock that is held here.";
	return undefined;
}

/**
 * How to give mm_users back at the end of the use. Undefined where neither put is right: mmap_lock is held (exit_mmap takes it), or the one
 * that is needed is not there for modules.
 */
export function findGiver(context: FixContext): Giver | undefined {
	const { program, judged } = context;
	if (locksHeldAt(program, judged.use.fn, judged.use.call).some(({ kind }) => kind.startsWith("mmap"))) return undefined;
	const reason = findReasonForLater(context);
	if (reason === undefined) return program.kernel.function(FIX_CALLS.give) ? { name: FIX_CALLS.give } : undefined;
	const name = laterPut(program.kernel);
	return name === undefined ? undefined : { name, reason };
}
