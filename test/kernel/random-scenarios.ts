/** Random scenarios that a real kernel can be put through: every operation of the model, and nothing that would be a bug to do. */

import fc from "fast-check";
import type { Operation } from "../../server/src/model/operation.ts";
import type { ScenarioStep } from "../../server/src/model/scenario.ts";
import { beginRun, printStep, type Run, stateOf, workerOf } from "../../server/src/model/simulate.ts";
import type { MmState } from "../../server/src/model/state.ts";
import { callBy, STEPS, TEARDOWN, takeStep } from "../../server/src/model/steps.ts";

/** How the teardown of a scenario's mms is watched: as it comes, held in the gap, or step by step. */
type Manner = "free" | "gap" | "stepwise";

/** How the second mm of a scenario is made. */
type Second = "none" | "spawn" | "mm_alloc";

interface Attempt {
	readonly op: Operation;
	readonly second: boolean;
	readonly arg: number;
}

/** What the scenario itself has taken of an mm, and must give back once. */
interface Owed {
	gets: number;
	grabs: number;
}

const MADE: ReadonlySet<Operation> = new Set<Operation>(["spawn", "mm_alloc"]);
const BY_OWNER: ReadonlySet<Operation> = new Set<Operation>(["exit", "kill", "exitnowait", "exec", "munmap", "clone", "aio", "iouring"]);
const WITH_WORKER: readonly Operation[] = ["use", "copy", "copyto", "unuse", "mmgetkthr", "schedule"];
const SINGLE: readonly Operation[] = TEARDOWN;
/** What a scenario is about, so that it gets somewhere. */
const OFTEN: readonly Operation[] = ["use", "copy", "copyto", "unuse", "mmgrab", "mmget", "mmgetnz", "mmput", "mmdrop", "notify", "aio"];
const STEPWISE: readonly Operation[] = [...SINGLE, ...SINGLE, ...SINGLE, "copy", "use", "exit"];
const OPERATIONS = (Object.keys(STEPS) as Operation[]).filter((op) => !MADE.has(op) && !SINGLE.includes(op) && op !== "spin");

/** At most this much of each at a time, which is what the probe has room for. */
const ROOM = 6;

/** True when a step does to a real kernel what the model says, and nobody waits for it for ever. */
function isSafe(mm: MmState, step: ScenarioStep, owed: Owed, manner: Manner): boolean {
	const { op } = step;
	const taken = takeStep(mm, op, callBy(workerOf(step)));
	const waits = !taken.took && taken.waits;
	if (BY_OWNER.has(op)) {
		// A task that stands in execve() can do nothing else.
		if (mm.owner === "execed" && mm.stage !== "live" && mm.stage !== "gone") return false;
		return !waits && !(op === "clone" && mm.siblings >= ROOM) && !(mm.aio + mm.ioUring >= ROOM && (op === "aio" || op === "iouring"));
	}
	switch (op) {
		case "mmget":
			return mm.users > 0 || mm.struct === "freed";
		case "mmput":
		case "mmputa":
			return mm.struct === "freed" || (owed.gets > 0 && mm.users > 0);
		case "mmdrop":
			return mm.struct === "freed" || owed.grabs > 0;
		case "copy":
		case "copyto":
			// The fault would wait for the mmap lock, which the teardown holds.
			return mm.stage !== "freed";
		case "spin":
			return manner === "gap";
		case "unblock":
			return mm.unblocks < ROOM;
		case "use":
			return true;
		default:
			return !waits;
	}
}

/** One scenario in the making: what is tried is taken when it is safe. */
class Scenario {
	readonly lines: string[] = [];
	readonly run: Run = beginRun();
	readonly owed = new Map<string, Owed>();
	readonly manner: Manner;
	/** The only mm with a notifier: a release callback that waits makes the release of every other mm wait too. */
	notified: string | undefined;

	constructor(manner: Manner) {
		this.manner = manner;
	}

	/** Takes a step when it is safe. */
	attempt(op: Operation, mm: string, arg: number): boolean {
		const made = MADE.has(op);
		const text = `${mm}.${op}${arg > 0 || WITH_WORKER.includes(op) || op === "notify" || op === "spin" ? ` ${arg}` : ""}`;
		const step: ScenarioStep = { line: 0, text, op, arg, mm };
		const owed = this.owed.get(mm) ?? { gets: op === "mm_alloc" ? 1 : 0, grabs: 0 };
		if (!made && !isSafe(stateOf(this.run, mm), step, owed, this.manner)) return false;
		if (op === "notify" && (this.notified ?? mm) !== mm) return false;
		if (op === "notify") this.notified = mm;
		this.owed.set(mm, owed);
		this.lines.push(text);
		const printed = printStep(this.run, step);
		if (printed.startsWith("err=")) return true;
		const one = printed.startsWith("ret=1 ");
		if (op === "mmget" || (one && (op === "mmgetnz" || op === "mmgettask"))) owed.gets += 1;
		if (op === "mmput" || op === "mmputa") owed.gets -= 1;
		if (op === "mmgrab") owed.grabs += 1;
		if (op === "mmdrop") owed.grabs -= 1;
		return true;
	}

	state(mm: string): MmState {
		return stateOf(this.run, mm);
	}

	/** Gives everything back, so that each scenario ends with the struct freed. */
	windDown(mm: string): void {
		const owed = (): Owed => this.owed.get(mm) ?? { gets: 0, grabs: 0 };
		for (const worker of [0, 1]) if (this.state(mm).usedBy.includes(`worker${worker}`)) this.attempt("unuse", mm, worker);
		while (this.state(mm).aio + this.state(mm).ioUring > 0) this.attempt("aiodone", mm, 0);
		if (this.state(mm).notifiers.some((n) => n.blocks && !n.released) && this.state(mm).unblocks === 0) this.attempt("unblock", mm, 0);
		if (this.state(mm).owner === "runs" || this.state(mm).owner === "execed") this.attempt("exit", mm, 0);
		for (let left = this.state(mm).siblings; left > 0; left--) this.attempt("killclone", mm, 0);
		while (owed().gets > 0 && this.attempt("mmput", mm, 0));
		for (const op of this.manner === "stepwise" ? TEARDOWN : []) if (this.state(mm).stage !== "gone") this.attempt(op, mm, 0);
		if (this.state(mm).owner !== "none") this.attempt("reap", mm, 0);
		if (this.state(mm).notifiers.length > 0) this.attempt("unnotify", mm, 0);
		while (owed().grabs > 0 && this.attempt("mmdrop", mm, 0));
		this.attempt("obs", mm, 0);
	}
}

/** Returns the argument that an operation is given. */
function argumentFor(op: Operation, arg: number): number {
	if (op === "notify") return arg;
	if (op === "sleep") return arg & 1;
	return WITH_WORKER.includes(op) ? arg & 1 : 0;
}

/** Makes the lines of a scenario out of attempts. */
function writeScenario(manner: Manner, second: Second, attempts: readonly Attempt[]): readonly string[] {
	const scenario = new Scenario(manner);
	const mms = second === "none" ? ["A"] : ["A", "B"];
	scenario.attempt("spawn", "A", 0);
	if (second !== "none") scenario.attempt(second, "B", 0);
	if (manner === "stepwise") scenario.lines.push(...stepwise(scenario, second === "spawn" ? mms : ["A"]));
	for (const attempt of attempts) {
		const mm = attempt.second && mms.length > 1 ? "B" : "A";
		if (SINGLE.includes(attempt.op) && scenario.state(mm).owner === "none") continue;
		scenario.attempt(attempt.op, mm, argumentFor(attempt.op, attempt.arg));
	}
	for (const mm of mms) scenario.windDown(mm);
	return scenario.lines;
}

/** Has the teardown of these mms taken step by step. */
function stepwise(scenario: Scenario, mms: readonly string[]): readonly string[] {
	return mms.map((mm) => {
		const text = `${mm}.spin 1`;
		printStep(scenario.run, { line: 0, text, op: "spin", arg: 1, mm });
		return text;
	});
}

function attempts(manner: Manner): fc.Arbitrary<readonly Attempt[]> {
	const more = manner === "stepwise" ? STEPWISE : manner === "gap" ? (["spin", "spin", "exitnowait", ...OFTEN] as const) : SINGLE;
	const attempt = fc.record({
		op: fc.constantFrom(...OPERATIONS, ...OFTEN, ...more),
		second: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
		arg: fc.constantFrom(0, 0, 0, 1, 1, 2, 4, 3, 5),
	});
	return fc.array(attempt, { minLength: 12, maxLength: 22 });
}

const scenario = fc
	.tuple(fc.constantFrom<Manner>("free", "gap", "stepwise"), fc.constantFrom<Second>("none", "none", "spawn", "mm_alloc"))
	.chain(([manner, second]) => attempts(manner).map((tried) => writeScenario(manner, second, tried)));

/** Returns scenarios of a seed, named `random-0` and on. */
export function randomScenarios(seed: number, count: number): string {
	const all = fc.sample(scenario, { seed, numRuns: count });
	return `${all.map((lines, index) => [`S random-${index}`, ...lines].join("\n")).join("\n")}\n`;
}
