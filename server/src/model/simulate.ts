/** Takes the steps of scenarios on the simulated mm, and prints each as the probe in a real kernel does. */

import { type Call, ERROR_NO_MM, type StepRules } from "./guards.ts";
import type { Operation } from "./operation.ts";
import { parseScenarios, type ScenarioStep } from "./scenario.ts";
import { type MmState, UNBORN } from "./state.ts";
import { callBy, DEFAULT_RULES, nextTeardownStep, STEPS, type StepTable, TEARDOWN, takeStep } from "./steps.ts";

export interface SimulateOptions {
	/** How kthread_use_mm() counts; `lazy` without. */
	readonly useCounts?: StepRules["useCounts"];
	/** The step table to run on; tests take parts of it away. */
	readonly table?: StepTable;
}

/** One mm of a run: its state, its number among all that were made, and what teardown has told of itself so far. */
interface Slot {
	readonly number: number;
	mm: MmState;
	/** Last stage whose beginning was told: a blocked stage is entered once. */
	entered: string;
	/** Somebody waits for teardown in the background (a dying task, a work item). */
	background: boolean;
	/** Teardown takes its steps only when the scenario names them. */
	stepwise: boolean;
	/** exit_mmap() has returned once. */
	torn: boolean;
	/** What a tracer has seen since the last step that was not refused. */
	events: string[];
}

/** Scenarios under way: mms and kernel threads live on from one to the next. */
export interface Run {
	readonly slots: Map<string, Slot>;
	current: Slot | undefined;
	made: number;
	readonly table: StepTable;
	readonly rules: StepRules;
}

/** What a step printed, apart from the state. */
interface Outcome {
	readonly returns: number;
	readonly extra: string;
	readonly tail: string;
}

/** Operations after which nobody looks before teardown has come as far as it can. */
const WAITS_FOR_TEARDOWN: ReadonlySet<Operation> = new Set<Operation>(["exit", "kill", "exec", "killclone", "mmput", "reap", "sleep"]);

const COPIES: ReadonlySet<Operation> = new Set<Operation>(["copy", "copyto"]);

/** The single steps of a teardown, which a scenario may take by name. */
const SINGLE: ReadonlySet<Operation> = new Set<Operation>(TEARDOWN);

/** Names the kernel thread of a step: `worker0`, or the name that the scenario gives. */
export function workerOf(step: ScenarioStep): string {
	return step.thread ?? `worker${step.arg & 1}`;
}

/** True when the thread uses an mm other than `slot`'s. */
function isBusyElsewhere(run: Run, slot: Slot, thread: string): boolean {
	for (const other of run.slots.values()) if (other !== slot && other.mm.usedBy.includes(thread)) return true;
	return false;
}

/** Tells that __mmput() has begun, once. */
function enterTeardown(slot: Slot, events: string[]): void {
	if (slot.mm.stage !== "exit_aio" || slot.entered === "exit_aio") return;
	slot.entered = "exit_aio";
	events.push("exit_aio");
}

/** Runs one step of the teardown of `slot`; pushes what a tracer in the kernel would see. Returns false when it is blocked or over. */
function tearDownOnce(run: Run, slot: Slot, events: string[]): boolean {
	const operation = nextTeardownStep(slot.mm);
	if (operation === undefined) return false;
	const before = slot.mm;
	enterTeardown(slot, events);
	if (slot.entered !== operation) {
		slot.entered = operation;
		if (operation === "release" && before.subscribed) {
			events.push("__mmu_notifier_release", ...before.notifiers.filter((n) => !n.released).map(() => "RELEASE_CB"));
		}
		if (operation === "free_pgtables" && before.spin !== "off" && before.vmas) events.push("SPIN");
	}
	const taken = takeStep(before, operation, callBy("teardown", run.rules), run.table);
	if (!taken.took) return false;
	slot.mm = taken.mm;
	if (operation === "exit_aio") events.push("exit_aio_return", "exit_mmap");
	if (operation === "release") events.push(...before.notifiers.filter((n) => n.blocks && !n.released).map(() => "RELEASE_CB_end"));
	// Without a VMA exit_mmap() returns after the notifiers.
	if (operation === "unmap_vmas" && before.vmas) events.push("unmap_vmas");
	if (operation === "free_pgtables" && before.vmas) {
		events.push(...(before.spin === "off" ? [] : ["SPIN_end"]), "free_pgtables", "tlb_finish_mmu");
	}
	if (operation === "exit_mmap") {
		if (slot.torn) events.push("exit_aio", "exit_aio_return", "exit_mmap", ...(before.subscribed ? ["__mmu_notifier_release"] : []));
		slot.torn = true;
		events.push("exit_mmap_return", ...(taken.mm.struct === "freed" ? ["__mmdrop"] : []));
	}
	return nextTeardownStep(slot.mm) !== operation;
}

/** Runs teardown as far as it comes. `patient`: waits until a hold after unmap_vmas() is given up. */
function tearDown(run: Run, slot: Slot, patient: boolean, events: string[]): void {
	if (slot.stepwise) return enterTeardown(slot, events);
	for (;;) {
		while (tearDownOnce(run, slot, events));
		if (!patient || slot.mm.stage !== "unmapping" || slot.mm.spin !== "armed") return;
		const taken = takeStep(slot.mm, "reap", callBy("teardown", run.rules), run.table);
		if (!taken.took || taken.mm === slot.mm) return;
		slot.mm = taken.mm;
	}
}

/** Returns the slot a step speaks of, making it when the step makes an mm; undefined when there is none. */
function slotOf(run: Run, step: ScenarioStep): Slot | undefined {
	if (step.op !== "spawn" && step.op !== "mm_alloc") return step.mm === undefined ? run.current : run.slots.get(step.mm);
	const slot: Slot = { number: run.made, mm: UNBORN, entered: "", background: false, stepwise: false, torn: false, events: [] };
	run.made += 1;
	run.slots.set(step.mm ?? `#${slot.number}`, slot);
	run.current = slot;
	return slot;
}

/** What the probe prints for a copy of the page: what was left, and of copy_from_user() whether the right word came, and the word. */
function printCopy(operation: Operation, before: MmState, left: number, number: number): string {
	if (operation === "copyto") return ` uncopied=${left}`;
	const right = left === 0 && before.page === "mapped";
	const word = right ? ((0xc0de0000 | number) >>> 0).toString(16) : "0";
	return ` uncopied=${left} magicok=${right ? 1 : 0} word=${word}`;
}

/** Takes one step of the teardown that the scenario names; returns what to print, or an error number. */
function runTeardownStep(run: Run, slot: Slot, operation: Operation, events: string[]): Outcome | number {
	const taken = takeStep(slot.mm, operation, callBy("teardown", run.rules), run.table);
	if (!taken.took) return taken.error;
	tearDownOnce(run, slot, events);
	return { returns: taken.returns, extra: "", tail: "" };
}

/** Takes a step; returns what to print, or an error number. */
function runStep(run: Run, slot: Slot, step: ScenarioStep, events: string[]): Outcome | number {
	const worker = workerOf(step);
	const call: Call = {
		...callBy(worker, run.rules),
		busy: isBusyElsewhere(run, slot, worker),
		blocks: (step.arg & 1) === 1,
		stops: step.arg & 2 ? "worker0" : step.arg & 4 ? "worker1" : "",
	};
	const before = slot.mm;
	if (SINGLE.has(step.op)) return runTeardownStep(run, slot, step.op, events);
	if (step.op === "spin" && step.arg === 1) {
		slot.stepwise = true;
		return { returns: 0, extra: "", tail: "" };
	}
	const taken = takeStep(before, step.op, call, run.table);
	if (!taken.took) return taken.error;
	slot.mm = taken.mm;
	if (step.op === "munmap" && before.vma && !slot.mm.vma) events.push("unmap_vmas", "free_pgtables", "tlb_finish_mmu");
	if (step.op === "mmputa") events.push("mmput_async");
	if (step.op === "unnotify") {
		for (const n of before.notifiers)
			if (n.id === call.notifier && !n.released) events.push("RELEASE_CB", ...(n.blocks ? ["RELEASE_CB_end"] : []));
	}
	let extra = COPIES.has(step.op) ? printCopy(step.op, before, taken.returns, slot.number) : "";
	if (step.op === "use" || step.op === "unuse" || COPIES.has(step.op)) {
		// Inside the kernel thread unuse changes no count: its active_mm keeps a lazy TLB reference until it is scheduled out.
		const inside = step.op === "unuse" ? before : slot.mm;
		if (inside.struct === "live") extra += ` in_users=${inside.users} in_count=${inside.count}`;
	}
	if (step.op === "unuse") {
		const scheduled = takeStep(slot.mm, "schedule", call, run.table);
		if (scheduled.took) slot.mm = scheduled.mm;
	}
	if (before.struct === "live" && slot.mm.struct === "freed") events.push("__mmdrop");
	if (step.op === "exitnowait") tearDown(run, slot, false, events);
	if (WAITS_FOR_TEARDOWN.has(step.op)) tearDown(run, slot, true, events);
	slot.background = nextTeardownStep(slot.mm) !== undefined;
	return { returns: taken.returns, extra, tail: step.op === "aio" ? " submit=1" : "" };
}

/** Prints the state of an mm as the probe does. */
function printState(mm: MmState): string {
	if (mm.struct === "freed") return "freed=1";
	const tables = mm.stage !== "freed" && mm.stage !== "gone" && mm.vma;
	const pte = mm.page !== "empty" ? 2 : tables ? 1 : 0;
	return `freed=0 users=${mm.users} count=${mm.count} vma=${mm.vma ? 1 : 0} pte=${pte} mtempty=${mm.vmas ? 0 : 1}`;
}

/** Takes the step of one line; returns what stands behind the operation in the output. */
export function printStep(run: Run, step: ScenarioStep): string {
	const slot = slotOf(run, step);
	if (slot === undefined) return `err=-${ERROR_NO_MM}`;
	const { events } = slot;
	// What was only delayed (a work item, a dying task that was let go) has had its time between two steps.
	if (slot.background) tearDown(run, slot, false, events);
	const outcome = runStep(run, slot, step, events);
	if (typeof outcome === "number") return `err=-${outcome}`;
	const seen = events.map((name) => `${name};`).join("");
	slot.events = [];
	return `ret=${outcome.returns} ${printState(slot.mm)}${outcome.extra} ev=${seen}${outcome.tail}`;
}

/** Begins a run, in which nothing is made yet. */
export function beginRun(options: SimulateOptions = {}): Run {
	const rules = { ...DEFAULT_RULES, useCounts: options.useCounts ?? DEFAULT_RULES.useCounts };
	return { slots: new Map(), current: undefined, made: 0, table: options.table ?? STEPS, rules };
}

/** Returns the state of an mm by its name, that which is left when nothing of it happens any more without a step. */
export function stateOf(run: Run, name: string): MmState {
	const slot = run.slots.get(name);
	if (slot === undefined) return UNBORN;
	if (slot.background) tearDown(run, slot, false, slot.events);
	return slot.mm;
}

/**
 * Runs the scenarios of `text` one after the other, as one boot of the probe does: mms and kernel threads live on from scenario to
 * scenario. `output` has one line `R|scenario|step|operation|key=value …` a step, `err=-N` for a step that is not legal, and a last
 * line `END|…`; `errors` names each line that could not be understood (nothing is run then).
 */
export function runScenarios(text: string, options: SimulateOptions = {}): { readonly output: string; readonly errors: readonly string[] } {
	const { scenarios, errors } = parseScenarios(text);
	if (errors.length > 0) return { output: "", errors };
	const run = beginRun(options);
	const lines: string[] = [];
	for (const scenario of scenarios) {
		for (const [index, step] of scenario.steps.entries()) {
			lines.push(`R|${scenario.name}|${index}|${step.text}|${printStep(run, step)}`);
		}
	}
	lines.push(`END|steps=${lines.length}`);
	return { output: `${lines.join("\n")}\n`, errors };
}
