/** What is found out about one function, as plain data: what is wrong in it, and what it does to the references that fields hold. */

import type { TraceStep } from "../../model/trace.ts";

/** A place in the source. Lines and columns from 1. */
export interface Mark {
	readonly file: string;
	readonly function: string;
	readonly line: number;
	readonly column: number;
	readonly endLine: number;
	readonly endColumn: number;
	readonly text: string;
}

export type ReferenceKind = "users" | "count";

/** What can be wrong with who owns a reference; each is a rule of that name. */
export type ProblemKind =
	| "users-leak"
	| "count-leak"
	| "put-unowned"
	| "put-wrong-kind"
	| "use-after-put"
	| "get-from-zero"
	| "result-unchecked"
	| "grab-before-assign"
	| "use-unbalanced"
	| "access-without-users-ref"
	| "put-may-deadlock"
	| "stored-without-ref"
	| "task-mm-unlocked";

export interface Problem {
	readonly kind: ProblemKind;
	/** Where it is reported. */
	readonly at: Mark;
	/** The mm as it is written there. */
	readonly mm: string;
	/** The other place that matters: where it was taken, put, stored. */
	readonly other?: Mark;
	/** What makes it so, a clause for people. */
	readonly why: string;
	readonly trace: readonly TraceStep[];
}

/**
 * What a function does to a reference that a field holds, or needs of it. `takes`: leaves one in the field; `gives`: gives back one that it
 * found there; `stores`: leaves an mm there without a reference; `moves`: what another field holds; `gets`: takes one of mm_users as if
 * one were held; `accesses`, `derefs`: needs the page tables, the struct; `after`: does something with it after giving back what the field held;
 * `watched`: a notifier is registered on it.
 */
export interface FieldEffect {
	/** `tag.field`; `?.field` where the struct is not known. */
	readonly field: string;
	readonly change: "takes" | "gives" | "stores" | "moves" | "gets" | "accesses" | "derefs" | "after" | "watched";
	readonly kind?: ReferenceKind;
	/** For `moves`: the other field; empty when what is stored comes from somewhere that is not known. */
	readonly from?: string;
	readonly at: Mark;
	readonly other?: Mark;
	/** For `accesses` and `derefs`: the function runs as a thread of its own, whoever has exited by then. */
	readonly aside?: true;
	readonly mm: string;
	readonly trace: readonly TraceStep[];
}

/** One function. */
export interface Ownership {
	readonly problems: readonly Problem[];
	readonly effects: readonly FieldEffect[];
	/** References that a caller's mm has more or fewer of afterwards, or that the function returns: whoever calls it has to look into it. */
	readonly passesOn: boolean;
	/** The same, without what the function takes for itself and keeps. */
	readonly changesGiven: boolean;
	/** Functions that were looked into, `file name`. */
	readonly entered: readonly string[];
	/** Puts of an mm that came in by a way that is not followed. */
	readonly putsUnknown: readonly ReferenceKind[];
	/** What was too much, or was not looked into: then nothing is said. */
	readonly unclear?: string;
}
