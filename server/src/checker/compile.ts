/** A segment of a route to a thread of the mm program. */

import { NAMES } from "../kernel/identifiers.ts";
import type { Instruction, Key, Site, Thread, Value } from "../model/program.ts";
import { activationsOf, type Slot, sameSlot, slotOf } from "../program/callers.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr } from "../program/walk.ts";
import { Dependents } from "./dependents.ts";
import { dependsOn, type Frame, siteAt, siteOf } from "./frame.ts";
import { Builder, label, type Node, nodesOf } from "./graph.ts";
import { CANCELLED, COMPLETED, CURRENT_MM, FRESH, PUBLISHED, REQUEUED, SLOT, STORED, TRACKED } from "./keys.ts";
import { lowerStatements } from "./lower-statements.ts";
import { isTooMuch, type Lowering, MAX_SEGMENT, type Registration } from "./lowering.ts";
import { readsOf } from "./nodes.ts";
import { following, keepStores, keepUses, type Until } from "./prune.ts";
import { liveKeys, reduce } from "./reduce.ts";
import type { Capture, Segment } from "./routes.ts";

export interface Options {
	readonly name: string;
	/** Fields that hold the mm when the thread starts. */
	readonly slots: readonly Slot[];
	readonly flags: readonly Slot[];
	readonly flagValues: Readonly<Record<Key, Value>>;
	readonly firstNotifier: number;
	/** Whether requests of io_uring can come to the driver. */
	readonly ioUring: boolean;
	/** The capture that has to end first, and where it leaves the mm. */
	readonly after?: { readonly thread: string; readonly slot: Key };
	/** Whether the slot lies in an array. */
	readonly fillsArray?: boolean;
	/** The field that the kernel fills, and holds mm_count for, from which this segment takes the mm. */
	readonly pinned?: string;
	/** Whether the mm comes from a call in this very segment. */
	readonly producesTracked: boolean;
	/** As in {@link Lowering.maxNodes}. */
	readonly maxNodes?: number;
}

/** The values that are kept at all instructions of a segment together: one with more is given up. */
const MAX_KEPT = 2_000_000;

export interface Compiled {
	readonly thread: Thread;
	/** For a capture: the key that holds the mm at its end. */
	readonly slot: Key;
	readonly registrations: readonly Registration[];
	/** Instruction indexes of the calls of use functions. */
	readonly uses: readonly { readonly call: CallExpr; readonly fn: FunctionDef; readonly index: number }[];
	/** Functions that were called but not looked into. */
	readonly skipped: readonly string[];
	/** Whether the capture keeps an asynchronous request with the mm. */
	readonly request: boolean;
	/** Whether the segment completes a request. */
	readonly completes: boolean;
	/** What was too much of it: then it is given up, and the thread does nothing. */
	readonly bound?: string;
}

function lowerSegment(
	program: Program,
	segment: Segment,
	options: Options,
	slots: readonly Slot[],
	uses: boolean,
): { low: Lowering; frame: Frame } {
	const low: Lowering = {
		builder: new Builder(),
		program,
		context: segment.context,
		uses,
		forced: segment.forced,
		producesTracked: options.producesTracked,
		fillsArray: options.fillsArray ?? false,
		slots,
		flags: options.flags,
		slotKeys: new Map(),
		registrations: [],
		firstNotifier: options.firstNotifier,
		useNodes: [],
		holdsRequest: false,
		completes: false,
		ownWork: uses ? ownWorkOf(program, segment.top) : [],
		skipped: new Set(),
		maxNodes: options.maxNodes ?? MAX_SEGMENT,
		frames: 0,
	};
	const frame: Frame = {
		fn: segment.top,
		id: 0,
		params: new Map(),
		start: label(),
		end: label(),
		result: "return#0",
		labels: new Map(),
		aliases: new Map(),
		body: program.bodyOf(segment.top),
	};
	low.builder.place(frame.start);
	/* a reference that the kernel itself holds for as long as the field is filled */
	if (options.pinned) low.builder.step("mmgrab", TRACKED, siteAt(frame, frame.fn.facts.nameAt, `${options.pinned} pins the mm_struct`));
	lowerStatements(low, frame, frame.body, {});
	low.builder.place(frame.end);
	return { low, frame };
}

/** A work that has queued itself begins again. */
function runAgain(low: Lowering, frame: Frame): void {
	const site = { ...endSite(frame), text: "" };
	const again = label();
	const over = label();
	low.builder.branch({ test: "is", key: REQUEUED, value: "true" }, site, again, over);
	low.builder.place(again);
	low.builder.set(REQUEUED, { is: "false" }, site);
	low.builder.jump(frame.start);
	low.builder.place(over);
}

/** The work items whose function is `fn`. */
function ownWorkOf(program: Program, fn: FunctionDef): readonly Slot[] {
	return program
		.quietly(() => activationsOf(program, fn))
		.starts.flatMap((start) => {
			const slot = start.object && slotOf(program, start.fn, bare(start.object));
			return slot ? [slot] : [];
		});
}

/** What is known when a thread of this segment starts. */
function initialOf(segment: Segment): Record<Key, Value> {
	const ownMm: Value = segment.context === "owner" ? "mm:A" : segment.context === "kthread" ? "null" : "other";
	/* whoever keeps the contract is as good as an owner that waits; the thread itself borrows */
	if (segment.given !== undefined) return { [TRACKED]: "mm:A", [segment.given]: "mm:A", [CURRENT_MM]: "null" };
	return { [TRACKED]: "mm:A", [FRESH]: "mm:F", [CURRENT_MM]: ownMm };
}

/** Compiles the segment that uses the mm in `call`. */
export function compileUse(program: Program, segment: Segment, call: CallExpr, options: Options, until: Until): Compiled {
	const { low, frame } = lowerSegment(program, segment, options, options.slots, true);
	if (isTooMuch(low)) return giveUp(low, segment, options, boundOf(low, options));
	if (nodesOf(low.builder.start).some((node) => node.kind === "set" && node.target === REQUEUED)) runAgain(low, frame);
	low.builder.append({ kind: "end", site: endSite(frame), next: [] });
	const uses = new Set(low.useNodes.filter((known) => known.call === call).map((known) => known.node));
	keepUses(low.builder.start, uses, endSite(frame), until);
	return finish(low, segment, options, new Set());
}

function endSite(frame: Frame): Site {
	return siteAt(frame, frame.fn.facts.end - frame.fn.facts.start - 1, "return");
}

/** Compiles a segment that runs beside the use: what it does to the mm in its slot. */
export function compileBeside(program: Program, segment: Segment, options: Options): Compiled {
	const { low, frame } = lowerSegment(program, segment, options, options.slots, false);
	low.builder.append({ kind: "end", site: endSite(frame), next: [] });
	return finish(low, segment, options, new Set());
}

/** Compiles a segment that leaves the mm in its slot. */
export function compileCapture(program: Program, capture: Capture, options: Options): Compiled {
	const slots = options.slots.some((slot) => sameSlot(slot, capture.slot)) ? options.slots : [...options.slots, capture.slot];
	const { low, frame } = lowerSegment(program, capture, options, slots, false);
	const { builder } = low;
	const site = { ...endSite(frame), text: "" };
	const own = slots.findIndex((slot) => sameSlot(slot, capture.slot));
	const done = label();
	const failed = label();
	const publish = label();
	const going = label();
	/* a capture whose call reports failure has published nothing */
	builder.branch({ test: "error", key: frame.result }, site, failed, going);
	builder.place(going);
	builder.branch({ test: "is", key: CANCELLED, value: "true" }, site, failed, publish);
	builder.place(failed);
	builder.set(PUBLISHED, { is: "null" }, site);
	builder.jump(done);
	builder.place(publish);
	builder.set(PUBLISHED, { is: "null" }, site);
	for (const [key, slot] of low.slotKeys) {
		if (slot !== own) continue;
		const next = label();
		const use = label();
		let alive = label();
		/* the object may have been freed, or may lie on a stack that is gone */
		for (const root of rootsOf(key)) {
			builder.branch({ test: "is", key: root, value: "freed" }, site, next, alive);
			builder.place(alive);
			alive = label();
			builder.branch({ test: "is", key: root, value: "stack" }, site, next, alive);
			builder.place(alive);
			alive = label();
		}
		builder.branch({ test: "is", key: STORED, value: "true" }, site, alive, next);
		builder.place(alive);
		builder.branch({ test: "is", key, value: "mm:A" }, site, use, next);
		builder.place(use);
		builder.set(PUBLISHED, { copy: key }, site);
		if (low.holdsRequest && capture.context === "owner" && goesOn(program, capture)) submit(low, site, options.ioUring);
		builder.jump(done);
		builder.place(next);
	}
	builder.place(done);
	builder.append({ kind: "end", site, next: [] });
	const stores = nodesOf(builder.start).filter((node) => node.kind === "set" && node.target === STORED);
	keepStores(builder.start, new Set(stores), site);
	return finish(low, capture, options, new Set([PUBLISHED]));
}

/** Whether the capture can say that its request goes on (-EIOCBQUEUED): else it is over when the call returns. */
function goesOn(program: Program, capture: Capture): boolean {
	return capture.path.some((fn) => {
		for (const expr of everyExpr(program.bodyOf(fn))) if (expr.e === "name" && NAMES.notFailures.has(expr.name)) return true;
		return false;
	});
}

/** The request was submitted by the owner: through libaio, or through io_uring where the kernel has it. */
function submit(low: Lowering, site: Site, ioUring: boolean): void {
	const after = label();
	const open = label();
	low.builder.branch({ test: "is", key: COMPLETED, value: "true" }, site, after, open);
	low.builder.place(open);
	const ways = [label(), ...(ioUring ? [label()] : [])];
	low.builder.any(ways, site);
	ways.forEach((way, i) => {
		low.builder.place(way);
		low.builder.step(i === 0 ? "aio" : "iouring", TRACKED, {
			...site,
			text: i === 0 ? "the request came through libaio" : "the request came through io_uring",
		});
		low.builder.jump(after);
	});
	low.builder.place(after);
}

/** Pointers through which a key reaches its memory: `a->b->mm` lies in what `a->b` points to. */
function rootsOf(key: Key): readonly Key[] {
	const roots: Key[] = [];
	for (let at = key.lastIndexOf("->"); at > 0; at = key.lastIndexOf("->", at - 1)) roots.push(key.slice(0, at));
	return roots;
}

function finish(low: Lowering, segment: Segment, options: Options, kept: ReadonlySet<Key>): Compiled {
	const { start } = low.builder;
	if (isTooMuch(low)) return giveUp(low, segment, options, boundOf(low, options));
	const reload = options.slots.length > 0 || low.uses;
	if (reload) reloadSlots(low, start, options.slots, siteOf(segment.top));
	reduce(start, kept);
	const reached = nodesOf(start);
	const nodes = reached.filter((node) => node.kind !== "nop" || node.next.length === 0);
	const index = new Map(nodes.map((node, i) => [node, i]));
	const live = liveKeys(reached, kept);
	const indexOf = (node: Node | undefined): number => {
		let at = node;
		const seen = new Set<Node>();
		while (at && !index.has(at) && !seen.has(at)) {
			seen.add(at);
			at = at.next[0];
		}
		return (at && index.get(at)) ?? nodes.length;
	};
	if (live.size > MAX_KEPT) return giveUp(low, segment, options, `${MAX_KEPT} values to remember in ${options.name}`);
	const liveSets: ReadonlySet<Key>[] = [...nodes.map((node) => live.keysAt(node)), new Set<Key>(kept)];
	const read = new Set<Key>();
	for (const keys of liveSets) for (const key of keys) read.add(key);
	const dependents = new Dependents(read);
	const site = nodes.find((node) => "site" in node);
	const place: Site = site && "site" in site ? site.site : siteOf(segment.top);
	const code = nodes.map((node) => instructionOf(node, indexOf, dependents, place));
	/* code that runs off its end, and jumps that lead nowhere */
	code.push({ do: "end", site: place });
	const uses = low.useNodes.flatMap(({ call, fn, node }) => (index.has(node) ? [{ call, fn, index: index.get(node) as number }] : []));
	return compiled(low, segment, options, { code, start: indexOf(start), live: liveSets }, uses);
}

function compiled(
	low: Lowering,
	segment: Segment,
	options: Options,
	code: Pick<Thread, "code" | "start" | "live">,
	uses: Compiled["uses"],
): Compiled {
	const thread: Thread = {
		name: options.name,
		context: segment.context,
		...code,
		initial: { ...initialOf(segment), ...options.flagValues },
		...(options.after ? { after: { ...options.after, as: [SLOT, ...inKeys(low, options.slots)] } } : {}),
	};
	return {
		thread,
		slot: PUBLISHED,
		registrations: low.registrations,
		uses,
		skipped: [...low.skipped],
		request: low.holdsRequest,
		completes: low.completes,
	};
}

function boundOf(low: Lowering, options: Options): string {
	return `${low.maxNodes} steps of ${options.name}`;
}

/** A segment that is too much to be looked at. */
function giveUp(low: Lowering, segment: Segment, options: Options, bound: string): Compiled {
	const site: Site = siteOf(segment.top);
	return { ...compiled(low, segment, options, { code: [{ do: "end", site }], start: 0, live: [new Set()] }, []), bound };
}

/** One node as an instruction. `dependents`: those among all keys that are ever read; `place`: where a node without a site stands. */
function instructionOf(node: Node, indexOf: (node: Node | undefined) => number, dependents: Dependents, place: Site): Instruction {
	const next = indexOf(node.next[0]);
	switch (node.kind) {
		case "step":
			return {
				do: "step",
				op: node.op,
				mm: node.mm,
				...(node.result === undefined ? {} : { result: node.result }),
				...(node.arg === undefined ? {} : { arg: node.arg }),
				site: node.site,
				next,
			};
		case "set": {
			const forget = dependents.of(node.target);
			return { do: "set", target: node.target, value: node.value, ...(forget.length > 0 ? { forget } : {}), site: node.site, next };
		}
		case "branch":
			return { do: "branch", on: node.on, then: next, else: indexOf(node.next[1]), site: node.site };
		case "any":
			return { do: "any", next: node.next.map(indexOf), site: node.site };
		case "note":
			return { do: "any", next: [next], site: node.site };
		case "nop":
			/* a jump to itself: the thread never goes on */
			return { do: "any", next: [], site: place };
		case "end":
			return { do: "end", site: node.site };
	}
}

/** Keys that denote one of the incoming slots. */
function inKeys(low: Lowering, slots: readonly Slot[]): readonly Key[] {
	return [...low.slotKeys].flatMap(([key, index]) => (slots.some((slot) => sameSlot(slot, low.slots[index] as Slot)) ? [key] : []));
}

/**
 * Where a pointer to an object is given a new value, the field behind it is that of another object: the tracked one or not.
 * `before`: nodes after which a slot was read already.
 */
function reloadSlots(low: Lowering, start: Node, slots: readonly Slot[], site: Site): void {
	const before = following(
		nodesOf(start).filter((node) => readsOf(node).some((key) => low.slotKeys.has(key))),
		() => false,
	);
	const keys = inKeys(low, slots);
	if (keys.length === 0) return;
	let reloads = false;
	for (const node of nodesOf(start)) {
		if (node.kind !== "set") continue;
		for (const key of keys) {
			if (key === node.target || !dependsOn(key, node.target)) continue;
			reloads ||= low.uses && before.has(node);
			putBehind(node, key, site);
		}
	}
	for (const node of low.uses ? nodesOf(start) : []) {
		if (node.kind !== "set" || !("is" in node.value) || node.value.is !== "freed") continue;
		for (const key of keys) if (dependsOn(key, node.target)) dropBefore(node, key, site);
	}
	/* of several objects, or one that changes on the way, only one is the tracked one */
	if (low.uses && (keys.length > 1 || reloads)) for (const key of keys) putBehind(start, key, site);
}

/** When an object is freed whose field holds the tracked mm, no other pointer leads to it any more. */
function dropBefore(node: Node, key: Key, site: Site): void {
	const freed: Node = { ...node };
	const gone: Node = { kind: "set", target: SLOT, value: { is: "other" }, site, next: [freed] };
	Object.assign(node, { kind: "branch", on: { test: "is", key, value: "mm:A" }, site: { ...site, text: "" }, next: [gone, freed] });
}

/** Behind a node, the variable holds the tracked mm or another one. */
function putBehind(node: Node, key: Key, site: Site): void {
	const after = node.next;
	const tracked: Node = { kind: "set", target: key, value: { copy: SLOT }, site, next: after };
	const other: Node = { kind: "set", target: key, value: { is: "other" }, site, next: after };
	node.next = [{ kind: "any", site, next: [tracked, other] }];
}
