/** One way through a function: what its variables hold, and who holds which references. */

import type { Operation } from "../../model/operation.ts";
import type { Key, Site } from "../../model/program.ts";
import { UNKNOWN } from "../../model/values.ts";

/** Where an mm comes from, as a function sees it. */
export type Root =
	/** A call gave it, with a reference: `alloc` when nobody else knows it yet. */
	| { readonly root: "fresh" | "alloc"; readonly site: Site }
	/** A call gave none: `good` is what the variable would hold otherwise; `of`: the mm that the call was about. */
	| { readonly root: "failed"; readonly site: Site; readonly good: number; readonly of?: number }
	/** It stood in a variable when the function first looked. */
	| { readonly root: "key"; readonly key: Key };

/** One mm on one way: what this function and what it calls have done to its references so far. */
export interface Held {
	readonly root: Root;
	/** What is known of the pointer (`model/values.ts`). */
	readonly code: number;
	/** References taken, less those given back. */
	readonly users: number;
	readonly count: number;
	/** Where it was stored beyond the function's own variables. */
	readonly stored: readonly Key[];
	/** An object in which it was stored went out of sight, with it. */
	readonly left: boolean;
	/** Where a function that is not in view got it. */
	readonly handed: readonly Site[];
	/** It went where it is not followed. */
	readonly escaped: boolean;
	/** A notifier was registered on it: its release may wait for whoever uses it, and it keeps the struct. */
	readonly watched: boolean;
	/** Of a failure: something has told it from success. */
	readonly tested: boolean;
	/** The running process is known to live in it. */
	readonly alive: boolean;
	/** A call that may have taken no reference, whose result nobody has looked at. */
	readonly unsure?: Site;
	/** A call that has taken no reference, as the code knows by now. */
	readonly gone?: Site;
	/** The field in which it stood got another value. */
	readonly lost?: Site;
	readonly taken?: Site;
	readonly put?: Site;
}

/** Something that happened on the way; the last thing first. */
export interface Trail {
	readonly site: Site;
	readonly op: Operation | "branch" | "access" | "deref" | "store";
	/** The mm it happened to. */
	readonly mm?: number;
	readonly branch?: boolean;
	readonly before?: Trail | undefined;
	readonly length: number;
}

/** A value: the code of a constant, or the number of an mm and {@link FIRST}. */
export const FIRST = 100;

/** A lock that is held, and the mm that it belongs to if it is one of an mm. */
export interface Lock {
	readonly kind: string;
	readonly key: Key;
	readonly mm: number;
	/** How many tests the way had passed before it was taken. */
	readonly since: number;
}

/** The state at one node on one way. Changed in place; {@link Path.fork} before two ways part. */
export class Path {
	readonly env: Map<Key, number>;
	readonly mms: Map<number, Held>;
	locks: readonly Lock[];
	/** The mm that is borrowed, and where. */
	using: { readonly mm: number; readonly site: Site } | undefined;
	trail: Trail | undefined;
	/** Tests that the way has passed. */
	tests: number;
	next: number;

	constructor(from?: Path) {
		this.env = new Map(from?.env);
		this.mms = new Map(from?.mms);
		this.locks = from?.locks ?? [];
		this.using = from?.using;
		this.trail = from?.trail;
		this.tests = from?.tests ?? 0;
		this.next = from?.next ?? 0;
	}

	fork(): Path {
		return new Path(this);
	}

	/** What is known of a variable, as a code. */
	code(key: Key): number {
		const value = this.env.get(key);
		if (value === undefined) return UNKNOWN;
		return value < FIRST ? value : (this.mms.get(value)?.code ?? UNKNOWN);
	}

	/** Puts down what a test has told of a variable. */
	learn(key: Key, code: number): void {
		const value = this.env.get(key);
		const mm = value === undefined || value < FIRST ? undefined : this.mms.get(value);
		if (value !== undefined && mm) this.mms.set(value, { ...mm, code });
		else this.env.set(key, code);
	}

	/** The number of the mm that a variable holds, made up when it is not known yet which that is; undefined when it holds none. */
	mmIn(key: Key, isNone: (code: number) => boolean): number | undefined {
		const value = this.env.get(key);
		if (value !== undefined && value >= FIRST) return value;
		if (value !== undefined && isNone(value)) return undefined;
		const made = this.add({ root: { root: "key", key }, code: value ?? UNKNOWN });
		this.env.set(key, made);
		return made;
	}

	add(held: Pick<Held, "root" | "code"> & Partial<Held>): number {
		const number = FIRST + this.next++;
		this.mms.set(number, {
			users: 0,
			count: 0,
			stored: [],
			left: false,
			escaped: false,
			handed: [],
			watched: false,
			tested: false,
			alive: false,
			...held,
		});
		return number;
	}

	change(number: number, change: Partial<Held>): void {
		const held = this.mms.get(number);
		/* who is told nothing new stays the same object */
		if (held && !isSaid(held, change)) this.mms.set(number, { ...held, ...change });
	}

	note(step: Omit<Trail, "before" | "length">): void {
		this.trail = { ...step, before: this.trail, length: (this.trail?.length ?? 0) + 1 };
	}
}

/** Whether all of a change is so already. */
function isSaid(held: Held, change: Partial<Held>): boolean {
	for (const key in change) if (held[key as keyof Held] !== change[key as keyof Held]) return false;
	return true;
}
