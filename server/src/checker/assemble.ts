/** A route to an mm program: its segments compiled, its notifiers looked up. */

import type { Expr } from "../facts/types.ts";
import type { Instruction, MmProgram, Notifier, Site, Thread } from "../model/program.ts";
import type { Slot } from "../program/callers.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import type { Compilations } from "./compilations.ts";
import type { Compiled, Options } from "./compile.ts";
import { TRACKED } from "./keys.ts";
import { MAX_SEGMENT } from "./lowering.ts";
import { releaseStops, releasesOf } from "./release.ts";
import type { Capture, Route, Segment } from "./routes.ts";
import { findEarlyPuts } from "./teardown.ts";
import type { FoundUse } from "./uses.ts";

export interface KernelFeatures {
	readonly ioUring: boolean;
	readonly useCounts: "lazy" | "always";
}

export interface RegisteredNotifier {
	readonly release: FunctionDef | undefined;
	readonly stops: boolean;
}

export interface Assembled {
	readonly program: MmProgram;
	readonly captures: readonly Compiled[];
	readonly use: Compiled;
	readonly useOptions: Options;
	readonly notifiers: readonly RegisteredNotifier[];
	readonly request: boolean;
	/** What was too much of a segment: nothing can be said then. */
	readonly bound?: string;
}

export interface Flags {
	readonly slots: readonly Slot[];
	readonly values: Thread["initial"];
	/** Those of which nobody knows who sets them, since too many files store to a field of that name. */
	readonly common?: readonly Slot[];
}

export const NO_FLAGS: Flags = { slots: [], values: {} };

/** A route with its segments as seen from the callers that matter. */
export interface WideRoute {
	readonly captures: readonly Capture[];
	readonly use: Segment;
	readonly route: Route;
}

/** Names of threads, each once. */
function nameOf(taken: Set<string>, segment: Pick<Segment, "top">): string {
	const base = `${segment.top.facts.name}()`;
	let name = base;
	for (let i = 2; taken.has(name); i++) name = `${base} ${i}`;
	taken.add(name);
	return name;
}

/** Whether an expression reaches through an index: \`a[i].mm\`. */
function isElement(expr: Expr): boolean {
	if (expr.e === "index") return true;
	return expr.e === "field" ? isElement(expr.base) : expr.e === "unary" || expr.e === "cast" ? isElement(expr.arg) : false;
}

/** What a segment has to do with where the mm comes from: only the first one has. */
function originOf(wide: WideRoute, first: boolean): { readonly producesTracked: boolean; readonly pinned?: string } {
	const { origin } = wide.route;
	const pinned = first && origin.kind === "kernel-field" && origin.reference === "count" ? { pinned: origin.text } : {};
	return { producesTracked: first && origin.kind === "produce", ...pinned };
}

/** A thread that completes the request whenever it likes. */
function completion(capture: Compiled, name: string): Thread {
	const site: Site = { ...(capture.thread.code[capture.thread.start] as Instruction).site, text: "something else completes the request" };
	return {
		name: `${name} completion`,
		context: "process",
		code: [
			{ do: "step", op: "aiodone", mm: TRACKED, site, next: 1 },
			{ do: "end", site },
		],
		start: 0,
		initial: { [TRACKED]: "mm:A" },
		live: [new Set([TRACKED]), new Set()],
		after: { thread: capture.thread.name, slot: capture.slot, as: [] },
	};
}

/** Compiles a route to a use. */
export function assemble(
	program: Program,
	compilations: Compilations,
	wide: WideRoute,
	user: FoundUse,
	flags: Flags,
	features: KernelFeatures,
	maxNodes: number = MAX_SEGMENT,
): Assembled {
	const taken = new Set<string>(["owner", "teardown"]);
	const captures: Compiled[] = [];
	const threads: Thread[] = [];
	let slots: readonly Slot[] = [];
	let notifiers = 0;
	const common = { flags: flags.slots, ioUring: features.ioUring, maxNodes };
	const afterLast = (): { after?: { thread: string; slot: string } } => {
		const last = captures.at(-1);
		return last ? { after: { thread: last.thread.name, slot: last.slot } } : {};
	};
	for (const capture of wide.captures) {
		const options: Options = {
			...common,
			name: nameOf(taken, capture),
			slots,
			flagValues: {},
			firstNotifier: notifiers,
			...originOf(wide, captures.length === 0),
			fillsArray: isElement(capture.writer.left),
			...afterLast(),
		};
		const compiled = compilations.compile({ as: "capture", segment: capture, options });
		captures.push(compiled);
		threads.push(compiled.thread);
		notifiers += compiled.registrations.length;
		slots = [capture.slot];
	}
	const useOptions: Options = {
		...common,
		name: nameOf(taken, wide.use),
		slots,
		flagValues: flags.values,
		firstNotifier: notifiers,
		...originOf(wide, captures.length === 0),
		...afterLast(),
	};
	const use = compilations.compile({ as: "use", segment: wide.use, options: useOptions, call: user.call, until: "unuse" });
	/* a teardown that is known to put before it stops the use runs beside it */
	const beside = (slots[0] ? findEarlyPuts(program, slots[0], user.fn) : []).map((top) =>
		compilations.compile({
			as: "beside",
			segment: { top, context: "process", forced: new Map(), path: [top] },
			options: {
				...common,
				name: nameOf(taken, { top }),
				slots,
				flagValues: {},
				firstNotifier: notifiers,
				producesTracked: false,
				...afterLast(),
			},
		}),
	);
	threads.push(...beside.map((compiled) => compiled.thread));
	/* a request that the using thread does not complete itself, something else may complete at any time */
	const last = captures.at(-1);
	if (last?.request && !use.completes) threads.push(completion(last, nameOf(taken, wide.use)));
	threads.push(use.thread);
	const registered = [...captures, use].flatMap((compiled) => compiled.registrations);
	const looked: RegisteredNotifier[] = registered.map((registration) => {
		const releases = releasesOf(program, registration);
		const idle = releases.find((release) => release === undefined || !releaseStops(program, release, user.fn));
		return {
			release: idle ?? releases[0],
			stops: releases.length > 0 && releases.every((release) => release !== undefined && release !== idle),
		};
	});
	const bound = [...captures, ...beside, use].find((compiled) => compiled.bound !== undefined)?.bound;
	/* what is known of the shared flags holds for the first thread already */
	const [first, ...others] = threads;
	const shared = first && first !== use.thread ? [{ ...first, initial: { ...first.initial, ...flags.values } }, ...others] : threads;
	return {
		program: {
			mms: [
				{ name: "A", owner: "process" },
				{ name: "F", owner: "none" },
			],
			threads: shared,
			notifiers: looked.map(
				({ release, stops }): Notifier => ({ release: release?.facts.name ?? "", ...(stops ? { stops: use.thread.name } : {}) }),
			),
			useCounts: features.useCounts,
		},
		captures,
		use,
		useOptions,
		notifiers: looked,
		request: captures.some((compiled) => compiled.request),
		...(bound === undefined ? {} : { bound }),
	};
}
