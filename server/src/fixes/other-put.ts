/** Fixes: call another of the functions that give a reference back. */

import { FIX_CALLS } from "../kernel/fix-words.ts";
import type { KernelTable } from "../program/kernel-table.ts";
import { laterPut } from "./last-put.ts";
import { replaceBetween } from "./layout.ts";
import { findCall, type OwnerDraft, type OwnerFixMaker } from "./owner-draft.ts";
import { calleeOf } from "./spot.ts";

/** The put of the other kind, by the one that stands there. */
const OTHER_KIND: Readonly<Record<string, string>> = {
	[FIX_CALLS.give]: FIX_CALLS.unpin,
	[FIX_CALLS.giveLater]: FIX_CALLS.unpin,
	[FIX_CALLS.unpin]: FIX_CALLS.give,
};

/** Operations of a trace that take a reference. */
const TAKES: ReadonlySet<string> = new Set(["mmget", "mmgetnz", "mmgettask", "mmgrab", "mm_alloc"]);

/** Calls another function in the place of one. */
function callInstead(
	id: string,
	nameFor: (name: string, kernel: KernelTable) => string | undefined,
	say: (before: string, after: string) => string,
	isSafe: (ops: readonly string[]) => boolean,
): OwnerFixMaker {
	return (context, finding): readonly OwnerDraft[] => {
		const found = findCall(context, finding);
		const before = calleeOf(found?.call);
		const after = found && nameFor(before, context.program.kernel);
		if (!found || after === undefined) return [];
		const { body, call } = found;
		const from = body.start + call.at;
		if (body.text.slice(from, from + before.length) !== before) return [];
		const safe = isSafe((finding.trace ?? []).map(({ op }) => op));
		const edits = [replaceBetween(body.text, body.file, from, from + before.length, after)];
		return [{ id, title: say(before, after), applicability: safe ? "safe" : "choice", preferred: true, edits }];
	};
}

/** The put of the kind that was taken. `safe` where it was taken in the same function; of a field either end may be the wrong one. */
export const putRightKind = callInstead(
	"put-right-kind",
	(name) => OTHER_KIND[name],
	(before, after) => `Give back what was taken: ${after}() instead of ${before}()`,
	(ops) => ops.some((op) => TAKES.has(op)),
);

/** The put that leaves the teardown to a worker, where modules can call it. Moving the put away is the other way to mend it. */
export const putLater = callInstead(
	"put-later",
	(name, kernel) => (name === FIX_CALLS.give ? laterPut(kernel) : undefined),
	(before, after) => `Leave the teardown to a worker: ${after}() instead of ${before}()`,
	() => false,
);
