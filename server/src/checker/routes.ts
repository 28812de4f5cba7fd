/**
 * The ways an mm can come to a use. A route is a chain of segments, each a function (with what it calls) that runs as one thread:
 * a capture stores the mm in a field, another may copy it to a further field, the last one uses it.
 */

import type { Expr } from "../facts/types.ts";
import { activationsOf, type Slot, sameSlot } from "../program/callers.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { type Writer, writersOf } from "../program/writers.ts";
import { type Source, sourcesOf } from "./sources.ts";

/** Who runs a segment: the owner of the mm (inside a call that the driver makes for it), another process, a kernel thread. */
export type Context = "owner" | "process" | "kthread";

export interface Segment {
	/** Where it begins. */
	readonly top: FunctionDef;
	readonly context: Context;
	/** Calls through pointers that this route resolves: the call and the function it reaches. */
	readonly forced: ReadonlyMap<CallExpr, FunctionDef>;
	/** Functions from `top` down to the one of interest. */
	readonly path: readonly FunctionDef[];
	/** A parameter of `top` that is the mm, held by whoever calls it: a contract that a comment states. */
	readonly given?: string;
}

/** A segment that leaves the mm in a field. */
export interface Capture extends Segment {
	readonly slot: Slot;
	readonly writer: Writer;
}

export interface Route {
	/** First capture first; empty when the mm is taken in the using segment itself. */
	readonly captures: readonly Capture[];
	readonly use: Segment;
	/** Where the mm comes from in the end. */
	readonly origin: Source;
}

/** What could not be followed, for people: names what is missing. */
export interface Lost {
	readonly why: string;
	readonly fn: FunctionDef;
}

export interface Routes {
	readonly routes: readonly Route[];
	readonly lost: readonly Lost[];
	/** Ways on which the pointer is NULL. */
	readonly nulls: number;
}

/** At most this many routes are followed to one use; the rest are reported as lost. */
export const MAX_ROUTES = 256;
const MAX_DEPTH = 12;

interface Found {
	readonly routes: Route[];
	readonly lost: Lost[];
	nulls: number;
}

interface Way {
	readonly forced: ReadonlyMap<CallExpr, FunctionDef>;
	readonly path: readonly FunctionDef[];
	readonly slots: readonly Slot[];
}

/** All routes by which the value of `expr` in `fn` can come about. */
export function routesTo(program: Program, fn: FunctionDef, expr: Expr): Routes {
	const found: Found = { routes: [], lost: [], nulls: 0 };
	follow(program, fn, expr, { forced: new Map(), path: [fn], slots: [] }, found, (context, way, captures, origin) => ({
		captures,
		use: { top: way.path[0] as FunctionDef, context: context === "owner" ? "owner" : "kthread", forced: way.forced, path: way.path },
		origin,
	}));
	return found;
}

type Finish = (context: Context, way: Way, captures: readonly Capture[], origin: Source) => Route;

function follow(program: Program, fn: FunctionDef, expr: Expr, way: Way, found: Found, finish: Finish): void {
	if (way.path.length > MAX_DEPTH) {
		found.lost.push({ why: `more than ${MAX_DEPTH} calls deep`, fn });
		return;
	}
	for (const source of sourcesOf(program, fn, expr)) {
		if (found.routes.length >= MAX_ROUTES) {
			found.lost.push({ why: `more than ${MAX_ROUTES} ways lead here`, fn });
			return;
		}
		switch (source.kind) {
			case "null":
				found.nulls++;
				break;
			case "unknown":
				found.lost.push({ why: source.why, fn });
				break;
			case "current":
				found.routes.push(finish("owner", way, [], source));
				break;
			case "produce":
				found.routes.push(finish(source.ofCurrent ? "owner" : "process", way, [], source));
				break;
			case "task":
			case "kernel-field":
				found.routes.push(finish("process", way, [], source));
				break;
			case "param":
				followCallers(program, source.fn, source.index, way, found, finish);
				break;
			case "field":
				followField(program, fn, source.slot, way, found, finish);
		}
	}
}

function followCallers(program: Program, fn: FunctionDef, index: number, way: Way, found: Found, finish: Finish): void {
	const { callers, starts, handedTo } = activationsOf(program, fn);
	let followed = 0;
	for (const caller of callers) {
		const arg = caller.call.args[index];
		if (!arg || way.path.includes(caller.fn)) continue;
		followed++;
		follow(
			program,
			caller.fn,
			arg,
			{ forced: new Map([...way.forced, [caller.call, fn]]), path: [caller.fn, ...way.path], slots: way.slots },
			found,
			finish,
		);
	}
	for (const start of starts) {
		if (!start.data) continue;
		followed++;
		found.lost.push({ why: `${fn.facts.name}() gets it as the argument of a thread that ${start.fn.facts.name}() starts`, fn });
	}
	for (const { to } of handedTo) found.lost.push({ why: `${fn.facts.name}() is handed to ${to}() as a callback`, fn });
	const name = fn.facts.params[index]?.name ?? `argument ${index}`;
	if (followed === 0 && handedTo.length === 0)
		found.lost.push({ why: `no caller of ${fn.facts.name}() is in view, so nothing says where ${name} comes from`, fn });
}

function followField(program: Program, fn: FunctionDef, slot: Slot, way: Way, found: Found, finish: Finish): void {
	if (way.slots.some((seen) => sameSlot(seen, slot))) return;
	const writers = writersOf(program, slot);
	const before = found.routes.length + found.nulls + found.lost.length;
	for (const writer of writers) {
		const inner: Way = { forced: new Map(), path: [writer.fn], slots: [...way.slots, slot] };
		follow(program, writer.fn, writer.value, inner, found, (context, writerWay, captures, origin) => {
			const capture: Capture = {
				top: writerWay.path[0] as FunctionDef,
				context: captures.length > 0 ? "process" : context,
				forced: writerWay.forced,
				path: writerWay.path,
				slot,
				writer,
			};
			return finish("process", way, [...captures, capture], origin);
		});
	}
	if (found.routes.length + found.nulls + found.lost.length === before)
		found.lost.push({ why: `nothing in view stores an mm in ${slot.struct.facts.tag}.${slot.field}`, fn });
}
