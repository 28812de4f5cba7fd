/**
 * A second opinion on the simulated mm: it keeps no counters, but writes down who holds what, and works out from that what every
 * field of the mm has to be, and which steps have to be refused.
 */

import type { Call, StepRules } from "../../server/src/model/guards.ts";
import type { Operation } from "../../server/src/model/operation.ts";
import { type MmState, stateKey, UNBORN } from "../../server/src/model/state.ts";
import { callBy, nextTeardownStep, type StepTable, takeStep } from "../../server/src/model/steps.ts";

/** One step of a random run, before it is known whether it is legal. */
export interface Attempt {
	readonly op: Operation;
	readonly thread: "w0" | "w1";
	readonly notifier: 0 | 1;
	readonly blocks: boolean;
	readonly stops: "" | "w0";
	readonly busy: boolean;
}

const TEARDOWN_ORDER = ["exit_aio", "release", "unmap_vmas", "free_pgtables", "exit_mmap"] as const;
/** What the mm is called while each teardown step is the next one. */
const STAGES = ["exit_aio", "release", "released", "unmapping", "freed"] as const;

/** Steps that look at the mm_struct. */
const TOUCHING: ReadonlySet<Operation> = new Set<Operation>([
	"mmget",
	"mmgetnz",
	"mmput",
	"mmputa",
	"mmgrab",
	"mmdrop",
	"use",
	"copy",
	"copyto",
	"unuse",
	"notify",
	"spin",
]);

class Ledger {
	born = false;
	task: "none" | "runs" | "execed" | "exited" = "none";
	clones = 0;
	gets = 0;
	grabs = 0;
	/** Teardown steps that are done; undefined while the mm has users. */
	torn: number | undefined = undefined;
	readonly using = new Set<string>();
	readonly lazy = new Set<string>();
	readonly barred = new Set<string>();
	readonly callbacks = new Map<number, { blocks: boolean; stops: string; ran: boolean }>();
	everNotified = false;
	completions = 0;
	libaio = 0;
	uring = 0;
	mapping = false;
	tree = false;
	content: "mapped" | "zero" | "empty" = "empty";
	hold: "off" | "armed" | "passed" = "off";

	get users(): number {
		return (this.task === "runs" ? 1 : 0) + this.clones + this.gets;
	}

	get count(): number {
		const together = this.born && this.torn !== 5 ? 1 : 0;
		return together + this.grabs + this.using.size + this.lazy.size + this.callbacks.size;
	}

	get alive(): boolean {
		return this.born && this.count > 0;
	}

	/** What the simulated mm has to be. */
	expected(): MmState {
		return {
			users: this.users,
			count: this.count,
			stage: !this.born ? "unborn" : this.torn === undefined ? "live" : (STAGES[this.torn] ?? "gone"),
			struct: this.alive ? "live" : "freed",
			owner: this.task,
			siblings: this.clones,
			vma: this.mapping,
			page: this.content,
			vmas: this.tree,
			aio: this.libaio,
			ioUring: this.uring,
			notifiers: [...this.callbacks]
				.sort(([a], [b]) => a - b)
				.map(([id, n]) => ({ id, blocks: n.blocks, stops: n.stops, released: n.ran })),
			subscribed: this.everNotified,
			unblocks: this.completions,
			usedBy: [...this.using].sort(),
			lazyIn: [...this.lazy].sort(),
			stopped: [...this.barred].sort(),
			spin: this.hold,
		};
	}
}

/** Steps that only a bug would take: they are not tried while the struct is there. */
function isBug(l: Ledger, a: Attempt): boolean {
	if (!l.alive) return false;
	if (a.op === "mmput" || a.op === "mmputa") return l.gets === 0;
	if (a.op === "mmdrop") return l.grabs === 0;
	return a.op === "mmget" && l.users === 0;
}

/** True when the callbacks that have not run would all return now. */
function returnsNow(l: Ledger, rules: StepRules, callbacks: readonly { blocks: boolean; stops: string; ran: boolean }[]): boolean {
	if (!rules.barriers.release) return true;
	const waiting = callbacks.filter((n) => !n.ran);
	return waiting.filter((n) => n.blocks).length <= l.completions && !waiting.some((n) => l.using.has(n.stops));
}

/** True when the step has to be taken. */
function isLegal(l: Ledger, a: Attempt, rules: StepRules): boolean {
	const runs = l.task === "runs" || l.task === "execed";
	const own = l.callbacks.get(a.notifier);
	switch (a.op) {
		case "spawn":
		case "mm_alloc":
			return !l.born;
		case "exit":
		case "kill":
		case "exitnowait":
		case "munmap":
		case "clone":
		case "aio":
		case "iouring":
			return runs;
		case "exec":
			return runs && l.uring === 0;
		case "killclone":
			return l.clones > 0;
		case "mmget":
		case "mmgetnz":
		case "mmput":
		case "mmputa":
		case "mmgrab":
		case "mmdrop":
		case "spin":
			return l.alive;
		case "use":
			return l.alive && !a.busy && !l.using.has(a.thread) && !l.barred.has(a.thread);
		case "copy":
		case "copyto":
		case "unuse":
			return l.alive && l.using.has(a.thread);
		case "notify":
			return l.alive && l.users > 0 && own === undefined;
		case "unnotify":
			return own !== undefined && returnsNow(l, rules, [own]);
		case "exit_aio":
			return l.torn === 0 && (l.libaio === 0 || !rules.barriers.exitAio);
		case "release":
			return l.torn === 1 && returnsNow(l, rules, [...l.callbacks.values()]);
		case "unmap_vmas":
			return l.torn === 2;
		case "free_pgtables":
			return l.torn === 3 && (l.hold !== "armed" || !l.tree);
		case "exit_mmap":
			return l.torn === 4;
		default:
			return true;
	}
}

/** A fault is possible while the VMA is there and the tables are not being freed. */
function faults(l: Ledger): boolean {
	return l.content === "empty" && l.mapping && (l.torn === undefined || l.torn < 4);
}

/** Runs callbacks that have not run. */
function runCallbacks(l: Ledger, rules: StepRules, callbacks: readonly { blocks: boolean; stops: string; ran: boolean }[]): void {
	for (const n of callbacks) {
		if (n.ran) continue;
		n.ran = true;
		if (n.blocks) l.completions = Math.max(0, l.completions - 1);
		if (n.stops !== "" && rules.barriers.release) l.barred.add(n.stops);
	}
}

/** Writes a legal step down; returns what the call has to return. */
function writeDown(l: Ledger, a: Attempt, rules: StepRules): number {
	const before = l.users;
	let returns = 0;
	switch (a.op) {
		case "spawn":
			l.born = true;
			l.task = "runs";
			l.mapping = true;
			l.tree = true;
			l.content = "mapped";
			break;
		case "mm_alloc":
			l.born = true;
			l.gets = 1;
			break;
		case "exit":
		case "kill":
		case "exitnowait":
			l.task = "exited";
			break;
		case "exec":
			l.task = "execed";
			break;
		case "reap":
			if (l.hold === "armed") l.hold = "passed";
			break;
		case "munmap":
			if (l.task === "runs") {
				l.mapping = false;
				l.content = "empty";
			}
			break;
		case "clone":
			if (l.task === "runs") l.clones++;
			break;
		case "killclone":
			l.clones--;
			break;
		case "mmget":
			l.gets++;
			break;
		case "mmgetnz":
			if (before > 0) {
				l.gets++;
				returns = 1;
			}
			break;
		case "mmput":
		case "mmputa":
			l.gets--;
			break;
		case "mmgrab":
			l.grabs++;
			break;
		case "mmdrop":
			l.grabs--;
			break;
		case "mmgettask":
			returns = l.task === "runs" ? 1 : l.task === "execed" ? 2 : 0;
			if (returns === 1) l.gets++;
			break;
		case "use":
			l.using.add(a.thread);
			// Up to 6.3 the reference of active_mm goes on as the reference of the use.
			if (rules.useCounts === "lazy") l.lazy.delete(a.thread);
			break;
		case "copy":
			returns = l.content !== "empty" || faults(l) ? 0 : 4096;
			if (faults(l)) l.content = "zero";
			if (l.hold === "armed") l.hold = "passed";
			break;
		case "copyto":
			returns = l.content !== "empty" || faults(l) ? 0 : 4096;
			if (returns === 0) l.content = "mapped";
			if (l.hold === "armed") l.hold = "passed";
			break;
		case "unuse":
			l.using.delete(a.thread);
			if (rules.useCounts === "lazy") l.lazy.add(a.thread);
			break;
		case "schedule":
			l.lazy.delete(a.thread);
			break;
		case "notify":
			l.callbacks.set(a.notifier, { blocks: a.blocks, stops: a.stops, ran: false });
			l.everNotified = true;
			break;
		case "unnotify":
			runCallbacks(l, rules, [l.callbacks.get(a.notifier) ?? { blocks: false, stops: "", ran: true }]);
			l.callbacks.delete(a.notifier);
			break;
		case "unblock":
			l.completions++;
			break;
		case "spin":
			l.hold = "armed";
			break;
		case "aio":
			if (l.task === "runs") l.libaio++;
			break;
		case "iouring":
			if (l.task === "runs") l.uring++;
			break;
		case "aiodone":
		case "iouringdone": {
			returns = l.libaio + l.uring > 0 ? 1 : 0;
			const libaio = a.op === "aiodone" ? l.libaio > 0 : l.uring === 0;
			if (returns === 1 && libaio) l.libaio--;
			else if (returns === 1) l.uring--;
			break;
		}
		case "release":
			runCallbacks(l, rules, [...l.callbacks.values()]);
			break;
		case "unmap_vmas":
		case "free_pgtables":
			l.content = "empty";
			break;
		case "exit_mmap":
			l.mapping = false;
			l.tree = false;
			break;
		default:
	}
	if ((TEARDOWN_ORDER as readonly string[]).includes(a.op)) l.torn = (l.torn ?? 0) + 1;
	if (l.torn === undefined && before > 0 && l.users === 0) l.torn = 0;
	return returns;
}

/** Returns the fields in which two states differ. */
function differences(now: MmState, expected: MmState): string[] {
	const wrong: string[] = [];
	if (stateKey(now) === stateKey(expected)) return wrong;
	for (const [field, value] of Object.entries(expected)) {
		const own = Object.entries(now).find(([name]) => name === field)?.[1];
		const same = typeof value === "object" ? JSON.stringify(own) === JSON.stringify(value) : own === value;
		if (!same) wrong.push(`${field} is ${JSON.stringify(own)}, should be ${JSON.stringify(value)}`);
	}
	return wrong;
}

/** Runs attempts on the simulated mm and in the ledger; returns the first thing they disagree on. */
export function disagreement(table: StepTable, attempts: readonly Attempt[], rules: StepRules): string | undefined {
	const ledger = new Ledger();
	let mm = UNBORN;
	for (const attempt of attempts) {
		if (isBug(ledger, attempt)) continue;
		const { op, thread, notifier, blocks, stops, busy } = attempt;
		const call: Call = { ...callBy(thread, rules), notifier, blocks, stops, busy };
		const taken = takeStep(mm, op, call, table);
		const legal = isLegal(ledger, attempt, rules);
		if (taken.took !== legal) return `${op} was ${taken.took ? "taken" : "refused"}`;
		if (!taken.took) {
			// The probe refuses to touch a freed struct with EBADF, whatever else is wrong.
			if (!ledger.alive && TOUCHING.has(op) && taken.error !== 9) return `${op} on a freed struct was refused with ${taken.error}`;
			continue;
		}
		mm = taken.mm;
		const returns = writeDown(ledger, attempt, rules);
		if (taken.returns !== returns) return `${op} returned ${taken.returns}, not ${returns}`;
		const wrong = differences(mm, ledger.expected());
		if (wrong.length > 0) return `after ${op}: ${wrong.join("; ")}`;
		const broken = invariant(mm);
		if (broken !== undefined) return `after ${op}: ${broken}`;
	}
	return undefined;
}

/** Returns what can never be in a legal run. */
function invariant(mm: MmState): string | undefined {
	if (mm.stage === "unborn") return undefined;
	if (mm.users < 0 || mm.count < 0) return "a count is negative";
	if ((mm.count === 0) !== (mm.struct === "freed")) return "the struct is freed exactly when mm_count is 0";
	if (mm.users > 0 && mm.stage !== "live") return "an mm with users is torn down";
	if (mm.users === 0 && mm.stage === "live") return "an mm without users is not torn down";
	if (mm.stage !== "gone" && mm.count === 0) return "all users together hold one count";
	if ((mm.stage === "freed" || mm.stage === "gone") && mm.page !== "empty") return "a page outlives its table";
	if (mm.usedBy.some((thread) => thread !== "w0" && thread !== "w1")) return "an unknown thread uses the mm";
	return (nextTeardownStep(mm) === undefined) === (mm.stage === "live" || mm.stage === "gone") ? undefined : "teardown stands still";
}

/** mmget() on a dead mm brings it back, and the next mmput() takes a count that nobody gave. Returns what differs. */
export function resurrectionDiffers(table: StepTable, put: "mmput" | "mmputa", rules: StepRules): string | undefined {
	for (const grabs of [1, 2]) {
		let mm = UNBORN;
		const run: Operation[] = ["spawn", ...Array<Operation>(grabs).fill("mmgrab"), "exit", ...TEARDOWN_ORDER, "mmget", put, "exit_mmap"];
		for (const op of run) {
			const taken = takeStep(mm, op, callBy("w0", rules), table);
			if (!taken.took) return `${op} was refused`;
			mm = taken.mm;
		}
		const wanted = grabs === 1 ? "0 0 freed gone" : "0 1 live gone";
		const found = `${mm.users} ${mm.count} ${mm.struct} ${mm.stage}`;
		if (found !== wanted) return `${found} instead of ${wanted}`;
	}
	return undefined;
}
