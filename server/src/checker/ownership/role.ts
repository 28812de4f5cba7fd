/** How a function is run, as far as that decides what it may do with an mm. */

import { NAMES } from "../../kernel/identifiers.ts";
import { type Start, startsOf } from "../../program/callers.ts";
import { Memo } from "../../program/memo.ts";
import type { FunctionDef, Program } from "../../program/program.ts";

export interface Role {
	/** Why nothing in it may run the teardown. */
	readonly forbidden?: string;
	/** It runs as a thread of its own, not in the process that set it going. */
	readonly aside: boolean;
}

/** Threads that must not sleep. */
const ATOMIC: Readonly<Partial<Record<Start["context"], string>>> = {
	timer: "a timer runs it, and the teardown sleeps",
	irq: "an interrupt runs it, and the teardown sleeps",
	tasklet: "a tasklet runs it, and the teardown sleeps",
	rcu: "a callback of RCU runs it, and the teardown sleeps",
};

const known = new Memo<FunctionDef, Role>();

/** Finds out how a function is run, from what is in view. */
export function roleOfOwner(program: Program, fn: FunctionDef): Role {
	return known.answer(program, fn, () => {
		const { starts, fields } = startsOf(program, fn);
		const isCallback = fields.some(({ struct }) => NAMES.notifierTables.has(struct.facts.tag));
		const tables = program.tablesWith(fn).some(({ table }) => NAMES.notifierTables.has(table.facts.type.name));
		const atomic = starts.map(({ context }) => ATOMIC[context]).find((why) => why !== undefined);
		const forbidden = isCallback || tables ? "it runs inside the notifiers of an mm, for which the teardown waits" : atomic;
		return { ...(forbidden === undefined ? {} : { forbidden }), aside: starts.some(({ context }) => context !== "process") };
	});
}
