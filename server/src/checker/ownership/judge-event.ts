/** What something that is done with an mm says by itself, and what it needs of the field that holds the mm. */

import type { Site } from "../../model/program.ts";
import type { Path } from "./path.ts";
import { addEffect, addProblem, type Case, caseOf, type Findings } from "./settle.ts";
import type { Event } from "./take-step.ts";
import type { FieldEffect } from "./types.ts";

/** What forbids the last put: locks that the teardown takes, and code that must not sleep. */
const FORBIDS: Readonly<Record<string, string>> = {
	spin: "a spinlock is held here, and the teardown sleeps",
	rcu: "this is a read-side critical section of RCU, and the teardown sleeps",
	irq: "interrupts are off here, and the teardown sleeps",
	"mmap-read": "its mmap lock is held here, which the teardown takes",
	"mmap-write": "its mmap lock is held here, which the teardown takes",
};

/** A put that may be the last one. */
function judgePut(findings: Findings, at: Case, site: Site): void {
	const lock = at.path.locks.find(({ kind, mm }) => FORBIDS[kind] !== undefined && (mm === -1 || mm === at.mm));
	if (lock) addProblem(findings, at, "put-may-deadlock", site, FORBIDS[lock.kind] as string);
	const { forbidden } = lock ? { forbidden: undefined } : findings.role();
	if (forbidden !== undefined) addProblem(findings, at, "put-may-deadlock", site, forbidden);
}

/** An mmap lock that the function gives back and did not take was held all the while: at a put before that, too. */
function judgeUnlock(findings: Findings, at: Case, site: Site): void {
	const { held, mm, path } = at;
	if (held.put === undefined || held.users > 0 || held.alive) return;
	let step = path.trail;
	while (step && (step.mm !== mm || step.site !== held.put)) step = step.before;
	if (step?.op !== "mmput") return;
	addProblem(findings, at, "put-may-deadlock", held.put, "its mmap lock is held until later, which the teardown takes", { other: site });
}

/** Whether something is tested under the mmap lock before: that may be how the code knows that the teardown has not begun. */
function isAskedUnderLock({ locks, tests }: Path): boolean {
	return locks.some(({ kind, since }) => kind.startsWith("mmap") && tests > since);
}

function asideOf(findings: Findings): Pick<FieldEffect, "aside"> {
	return findings.role().aside ? { aside: true } : {};
}

/** What an event says by itself, and what it needs of a field. */
export function judgeEvent(findings: Findings, event: Event): void {
	const { path, mm, site, op } = event;
	const at = caseOf(findings, path, mm);
	if (!at) return;
	const { held, place } = at;
	if (event.event === "unchecked") {
		const call = held.root.root === "failed" ? held.root.site : (held.unsure ?? site);
		addProblem(findings, at, "result-unchecked", call, "nothing looks at its result before the mm is used", { other: site });
		return;
	}
	if (event.event === "unlock") return judgeUnlock(findings, at, site);
	const isPut = op === "mmput" || op === "mmputa" || op === "mmdrop";
	if (held.gone) {
		if (op === "mmput" || op === "mmputa")
			addProblem(findings, at, "put-unowned", site, "on this way there is none to give back", { other: held.gone });
		if (held.root.root === "failed") return;
	}
	if (op === "mmput") judgePut(findings, at, site);
	if (findings.discarded.has(site))
		addProblem(findings, at, "result-unchecked", site, "it says whether it took a reference, and nothing looks");
	const noneLeft = held.users <= 0 && held.count <= 0;
	if (held.root.root === "fresh" || held.root.root === "alloc") {
		if (isPut || held.alive || !held.put) return;
		if (noneLeft)
			addProblem(findings, at, "use-after-put", site, "this code has given its last reference back by then", { other: held.put });
		else if (held.users <= 0 && (event.event === "access" || op === "mmget"))
			addProblem(findings, at, op === "mmget" ? "get-from-zero" : "access-without-users-ref", site, "only mm_count is left by then", {
				other: held.put,
			});
		return;
	}
	if (held.alive) return;
	if (
		place?.place === "task" &&
		!place.isGiven &&
		noneLeft &&
		!isPut &&
		event.event !== "pass" &&
		op !== "unuse" &&
		!path.locks.some(({ kind }) => kind === "task")
	)
		addProblem(findings, at, "task-mm-unlocked", site, "the task may let go of its mm at any time");
	if (place?.place !== "field" || isPut) return;
	if ((held.users < 0 || held.count < 0) && held.put)
		addEffect(findings, at, { field: place.field, change: "after", kind: held.users < 0 ? "users" : "count" }, site, held.put);
	if (held.users > 0 || event.event === "pass") return;
	if (op === "mmget") addEffect(findings, at, { field: place.field, change: "gets" }, site);
	else if (op === "notify") addEffect(findings, at, { field: place.field, change: "watched" }, site);
	else if (event.event === "access" && !isAskedUnderLock(path))
		addEffect(findings, at, { field: place.field, change: "accesses", ...asideOf(findings) }, site);
	else if (held.count <= 0 && (op === undefined || op === "mmgetnz"))
		addEffect(findings, at, { field: place.field, change: "derefs", ...asideOf(findings) }, site);
}
