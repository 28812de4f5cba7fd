/** The control-flow graph of one simulated thread while it is being made from C. */

import type { LockKind } from "../kernel/types.ts";
import type { Operation } from "../model/operation.ts";
import type { Key, Site, Test, Value } from "../model/program.ts";

export type SetValue = { readonly is: Value } | { readonly copy: Key } | { readonly unknown: true };

export type Node =
	| { kind: "nop"; next: Node[] }
	| { kind: "step"; op: Operation; mm: Key; result?: Key; arg?: number; site: Site; next: Node[] }
	| { kind: "set"; target: Key; value: SetValue; site: Site; next: Node[] }
	/** `next` is [when true, when false]. */
	| { kind: "branch"; on: Test; site: Site; next: Node[] }
	/** Goes on at any of `next`. */
	| { kind: "any"; site: Site; next: Node[] }
	/** What changes no reference and still matters to who owns one; only where that is asked. */
	| { kind: "note"; note: Note; key: Key; lock?: LockKind; site: Site; next: Node[] }
	| { kind: "end"; site: Site; next: Node[] };

/**
 * `access`: VMAs or page tables of the mm are touched; `deref`: the struct is; `peek`: what may be one is;
 * `pass`: a function gets it; `hand`: one that is not in
 * view, which may keep it; `free`: the object is freed; `escape`: the value goes where it is not followed; `no-mm` and
 * `failed`: a call has given no mm, or said that it failed, in that variable; `lock` and `unlock`: of that object.
 */
export type Note =
	| "access"
	| "deref"
	| "peek"
	| "pass"
	| "hand"
	| "share"
	| "free"
	| "escape"
	| "no-mm"
	| "failed"
	| "lock"
	| "unlock"
	| "assert";

/** A place that jumps can go to. */
export function label(): Node {
	return { kind: "nop", next: [] };
}

/** Puts nodes one behind the other; code behind a jump is unreachable until a label is placed. */
export class Builder {
	readonly start: Node = label();
	#tail: Node | undefined = this.start;
	#size = 0;

	/** Number of nodes made so far. */
	get size(): number {
		return this.#size;
	}

	/** Whether code put here can be reached. */
	get reachable(): boolean {
		return this.#tail !== undefined;
	}

	append(node: Node): void {
		this.#size++;
		this.#tail?.next.push(node);
		if (this.#tail) this.#tail = node;
	}

	/** Control goes on at `to`. */
	jump(to: Node): void {
		this.#tail?.next.push(to);
		this.#tail = undefined;
	}

	/** Control may come here from jumps to `at` and from what stands before. */
	place(at: Node): void {
		this.#tail?.next.push(at);
		this.#tail = at;
	}

	/** Goes on at `then` or `otherwise`. */
	branch(on: Test, site: Site, then: Node, otherwise: Node): void {
		this.append({ kind: "branch", on, site, next: [] });
		this.#tail?.next.push(then, otherwise);
		this.#tail = undefined;
	}

	/** Goes on at any of `ways`; nowhere when there is none. */
	any(ways: readonly Node[], site: Site): void {
		this.append({ kind: "any", site, next: [] });
		this.#tail?.next.push(...ways);
		this.#tail = undefined;
	}

	set(target: Key, value: SetValue, site: Site): void {
		this.append({ kind: "set", target, value, site, next: [] });
	}

	note(note: Note, key: Key, site: Site, lock?: LockKind): void {
		this.append({ kind: "note", note, key, ...(lock === undefined ? {} : { lock }), site, next: [] });
	}

	step(op: Operation, mm: Key, site: Site, more: { readonly result?: Key; readonly arg?: number } = {}): void {
		this.append({ kind: "step", op, mm, ...more, site, next: [] });
	}
}

/** All nodes that can be reached, each once, the start first. */
export function nodesOf(start: Node): Node[] {
	const seen = new Set<Node>([start]);
	const order: Node[] = [start];
	for (let i = 0; i < order.length; i++)
		for (const next of (order[i] as Node).next)
			if (!seen.has(next)) {
				seen.add(next);
				order.push(next);
			}
	return order;
}
