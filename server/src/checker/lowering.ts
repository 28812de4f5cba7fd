/** State of lowering one segment to a graph, shared by statements, expressions and calls. */

import type { Expr, Stmt } from "../facts/types.ts";
import type { Key, Site, Value } from "../model/program.ts";
import type { Slot } from "../program/callers.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import type { Frame, Vocabulary } from "./frame.ts";
import type { Builder, Node } from "./graph.ts";
import type { Context } from "./routes.ts";

/** What an expression yields: a variable, a constant, or something not known. */
export type Operand = { readonly key: Key } | { readonly is: Value } | { readonly unknown: true };

export const UNKNOWN: Operand = { unknown: true };

/** A notifier that a segment registers on the tracked mm. */
export interface Registration {
	/** Index in the mm program. */
	readonly index: number;
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	readonly notifier: number;
	readonly ops?: number;
}

export interface Lowering extends Vocabulary {
	readonly builder: Builder;
	readonly program: Program;
	readonly context: Context;
	/** True for the segment that uses the mm: there requests complete, and slots hold the tracked mm. */
	readonly uses: boolean;
	readonly forced: ReadonlyMap<CallExpr, FunctionDef>;
	/** True when the slot lies in an array: once it is filled, references that are taken are those of other elements. */
	readonly fillsArray: boolean;
	/** True when the tracked mm is the one that the calls of this segment return; else they may return that of another process. */
	readonly producesTracked: boolean;
	/** Filled while lowering: the notifiers that the segment registers. */
	readonly registrations: Registration[];
	/** Index of the first notifier of this segment in the mm program. */
	readonly firstNotifier: number;
	/** Steps made for each call of a `use` function: node by call. */
	readonly useNodes: { readonly call: CallExpr; readonly fn: FunctionDef; readonly node: Node }[];
	/** Set when an asynchronous request is kept with the mm. */
	holdsRequest: boolean;
	/** The work items by which the using thread runs: when it queues one of them it runs again. */
	readonly ownWork: readonly Slot[];
	/** Set when the segment completes a request. */
	completes: boolean;
	/** When so many nodes are made, the segment is given up. */
	readonly maxNodes: number;
	/** Calls not looked into for want of room. */
	readonly skipped: Set<string>;
	frames: number;
	/** Where it is asked who owns references: what that needs beyond the steps. */
	readonly owning?: Owning;
}

/** What is noted of a function, and asked about what it calls, where it is asked who owns references. */
export interface Owning {
	/** Whether, as the words tell, a call of a function of that name may change who owns what. */
	mayEnter(name: string): boolean;
	/** Whether a call of the function can change who owns what. */
	enters(fn: FunctionDef): boolean;
	/** By key, where the field stands that it denotes. */
	readonly fields: Map<Key, { readonly fn: FunctionDef; readonly expr: Extract<Expr, { e: "field" }> }>;
	/** Fields to which a pointer to an mm is stored. */
	readonly mmFields: Set<Key>;
	/** By site, the call that stands there. */
	readonly calls: Map<Site, { readonly fn: FunctionDef; readonly call: CallExpr }>;
	/** Functions whose bodies were lowered. */
	readonly entered: Set<FunctionDef>;
}

/** Targets of `break` and `continue`. */
export interface Jumps {
	readonly onBreak?: Node;
	readonly onContinue?: Node;
	/** Those of the switch around, by statement. */
	readonly cases?: ReadonlyMap<Stmt, Node>;
}

/** When so many nodes are made for one segment, further calls are not looked into. */
export const MAX_NODES = 6_000;

/** What still does not fit into so many is given up. */
export const MAX_SEGMENT = 40_000;

/** Whether a function is being lowered already (recursion). */
export function isActive(frame: Frame, fn: FunctionDef): boolean {
	for (let at: Frame | undefined = frame; at; at = at.caller) if (at.fn === fn) return true;
	return false;
}

export function depthOf(frame: Frame): number {
	let depth = 0;
	for (let at = frame.caller; at; at = at.caller) depth++;
	return depth;
}

/** Whether a segment has more nodes than it may have: the rest of it is left out, since it is given up. */
export function isTooMuch({ builder, maxNodes }: Lowering): boolean {
	return builder.size > maxNodes;
}
