/** Fix: hold mm_users over the statements that look into an mm of which only the struct is kept. */

import { textOf } from "../checker/lower-expressions.ts";
import type { Stmt } from "../facts/types.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import type { Program } from "../program/program.ts";
import { everyStmt } from "../program/walk.ts";
import { canLeave, leaving, namesMm, valueWithout } from "./leave-early.ts";
import { type FoundCall, findCall, type OwnerDraft, type OwnerFixMaker } from "./owner-draft.ts";
import { bodyOfFunction, calleeOf, spotsIn } from "./spot.ts";
import { surround, unitOf } from "./surround.ts";

/** The mm that the call looks into, as it is written. */
function accessedBy(program: Program, { fn, call }: FoundCall): string | undefined {
	for (const act of program.kernelFunction(calleeOf(call), fn.file)?.acts ?? []) {
		const mm = act.act === "access" && act.mm !== undefined ? call.args[act.mm] : undefined;
		if (mm && (mm.e === "name" || mm.e === "field")) return textOf(mm);
	}
	return undefined;
}

/** Whether control leaves a statement by anything but its end. */
function jumps(stmt: Stmt): boolean {
	return [...everyStmt([stmt])].some(({ s }) => s === "return" || s === "goto" || s === "label");
}

/** `if (!mmget_not_zero(mm)) return …;` before the first statement that names the mm, `mmput(mm);` behind the last. */
export const holdOverAccess: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const { program, text } = context;
	const found = findCall(context, finding);
	const mm = found && accessedBy(program, found);
	const source = text(finding.file);
	if (!found || mm === undefined || source === undefined || !program.kernel.function(FIX_CALLS.take)) return [];
	const { body } = found.fn.facts;
	const uses = body.filter((stmt) => stmt.s !== "declare" && namesMm(stmt, mm));
	const [first, last] = [uses[0], uses.at(-1)];
	const value = valueWithout(found.fn);
	if (!first || !last || value === undefined || body.slice(body.indexOf(first), body.indexOf(last) + 1).some(jumps)) return [];
	if (!canLeave(program, found.fn, first.at, mm)) return [];
	const whole = bodyOfFunction(program, found.fn, source);
	const [before, behind] = [first, last].map((stmt) => spotsIn(whole, (other) => other === stmt)[0]);
	const start = before && surround(before, [`if (!${FIX_CALLS.take}(${mm}))`, unitOf(whole) + leaving(value)], []);
	const end = behind && surround(behind, [], [`${FIX_CALLS.give}(${mm});`]);
	if (!start || !end) return [];
	const title = `Hold mm_users while it is looked into: ${FIX_CALLS.take}(${mm}) before, ${FIX_CALLS.give}(${mm}) behind`;
	return [{ id: "hold-over-access", title, applicability: "choice", preferred: true, edits: [...start, ...end] }];
};
