/** What must hold of every step, whatever the interleaving. */

import type { Operation } from "./operation.ts";
import type { MmState } from "./state.ts";

/**
 * What a step breaks. `page-tables`: somebody uses an mm whose page tables are going or gone. `struct-freed`: a step on a freed
 * mm_struct. `from-zero`: mmget() where mm_users is 0. `register-dead`: a notifier registered where mm_users is 0.
 * `negative`: mm_users or mm_count below zero.
 */
export type Property = "page-tables" | "struct-freed" | "from-zero" | "register-dead" | "negative";

/** Steps that read or write the mm_struct itself. */
const TOUCHES: ReadonlySet<Operation> = new Set<Operation>([
	"mmget",
	"mmgetnz",
	"mmput",
	"mmputa",
	"mmgrab",
	"mmdrop",
	"use",
	"copy",
	"copyto",
	"unuse",
	"notify",
	"unnotify",
]);

/** Returns what taking `operation` in this state breaks, before its effect is even looked at. */
function brokenByTaking(mm: MmState, operation: Operation): readonly Property[] {
	if (mm.struct === "freed") return TOUCHES.has(operation) ? ["struct-freed"] : [];
	if (mm.users > 0) return [];
	if (operation === "mmget") return ["from-zero"];
	return operation === "notify" ? ["register-dead"] : [];
}

/** Returns what is broken in a state. */
function brokenIn(mm: MmState): readonly Property[] {
	if (mm.stage === "unborn") return [];
	const broken: Property[] = [];
	const tablesGo = mm.stage === "unmapping" || mm.stage === "freed" || mm.stage === "gone";
	if (mm.usedBy.length > 0 && (tablesGo || mm.struct === "freed")) broken.push("page-tables");
	if (mm.users < 0 || mm.count < 0) broken.push("negative");
	// Users still hold a count of a struct that one mmdrop() too many has freed.
	if (mm.struct === "freed" && mm.stage !== "gone") broken.push("struct-freed");
	return broken;
}

/** Returns everything that a step breaks which leads from `before` to `after`; with `wanted`, of these properties alone. */
export function brokenByStep(
	before: MmState,
	operation: Operation,
	after: MmState,
	wanted: readonly Property[] | undefined,
): readonly Property[] {
	const broken = [...brokenByTaking(before, operation), ...(after === before ? [] : brokenIn(after))];
	return wanted === undefined ? broken : broken.filter((property) => wanted.includes(property));
}

/** Operations that are part of a use itself. */
const OF_A_USE: ReadonlySet<Operation> = new Set<Operation>(["use", "copy", "copyto", "unuse"]);

/**
 * Says whether a step breaks nothing but a use of one thread.
 * @param after the mm after the step
 * @param own what that thread itself does in the step, if it is the thread that takes it
 */
export function isOfUseAlone(broken: Property | undefined, after: MmState, own: Operation | undefined, user: string | undefined): boolean {
	if (broken === "page-tables") return after.usedBy.every((name) => name === user);
	return own !== undefined && OF_A_USE.has(own);
}
