/** Fixes: look at what a call says before the mm is used, and leave where it has given none. */

import type { TextEdit } from "../analysis/types.ts";
import { textOf } from "../checker/lower-expressions.ts";
import type { Expr, Stmt } from "../facts/types.ts";
import { FIX_CALLS, SIGNED } from "../kernel/fix-words.ts";
import type { Program } from "../program/program.ts";
import { indentationOf, insertLinesAfter, replaceBetween, statementEnd } from "./layout.ts";
import { canLeave, leaving, valueWithout } from "./leave-early.ts";
import { readIn } from "./names.ts";
import { type FoundCall, findCall, mmOf, type OwnerDraft, type OwnerFixContext, type OwnerFixMaker } from "./owner-draft.ts";
import { calleeOf, callOf, isBare, lastLineOf, levelOf, lineOf, type Spot, standsAlone } from "./spot.ts";
import { unitOf } from "./surround.ts";

/** Whether the function can be left at the call: outside of loops and tests. */
function canLeaveAt(program: Program, { fn, spot, call }: FoundCall, mm: string): boolean {
	return spot.levels.every(({ owner }) => owner === undefined) && canLeave(program, fn, call.at, mm);
}

/** The last declaration of those that begin a block, from a statement of them on: what is tested comes behind. */
function afterDeclarations(spot: Spot): Spot {
	const { list, index } = levelOf(spot);
	let last = index;
	while (spot.stmt.s === "declare" && list[last + 1]?.s === "declare") last += 1;
	const stmt = list[last] as Stmt;
	const from = spot.body.start + stmt.at;
	return {
		...spot,
		levels: [...spot.levels.slice(0, -1), { ...levelOf(spot), index: last }],
		stmt,
		from,
		to: statementEnd(spot.body.text, from),
	};
}

/** `if (!mm) return …;` behind the call that gives it. */
function testAfter(found: FoundCall, mm: Expr, value: string): readonly TextEdit[] | undefined {
	const { spot, body } = found;
	if (mm.e !== "name" || isBare(spot)) return undefined;
	const last = afterDeclarations(spot);
	const { list, index } = levelOf(spot);
	/* what is declared behind it must not look into the mm yet */
	if (readIn(list.slice(index + 1, levelOf(last).index + 1)).has(mm.name) || !standsAlone(last)) return undefined;
	const { text, file } = body;
	const line = lastLineOf(last);
	const indentation = indentationOf(text, lineOf(last));
	const blank = last.stmt.s === "declare" ? [""] : [];
	const lines = [...blank, `${indentation}if (!${mm.name})`, `${indentation}${unitOf(body)}${leaving(value)}`];
	return [insertLinesAfter(text, file, line, lines)];
}

/** `if (!mmget_not_zero(mm)) return …;` in the place of a call that stands alone. */
function testInstead({ spot, body, call }: FoundCall, mm: Expr, value: string): readonly TextEdit[] | undefined {
	if (callOf(spot.stmt)?.at !== call.at || !standsAlone(spot) || isBare(spot)) return undefined;
	/* a comment between the words of the call would be lost */
	if (/\/[*/]/.test(body.text.slice(spot.from, spot.to))) return undefined;
	const indentation = indentationOf(body.text, lineOf(spot));
	const newText = `if (!${FIX_CALLS.take}(${textOf(mm)}))\n${indentation}${unitOf(body)}${leaving(value)}`;
	return [replaceBetween(body.text, body.file, spot.from, spot.to, newText)];
}

function draft(context: OwnerFixContext, id: string, found: FoundCall | undefined, isTaken: boolean): readonly OwnerDraft[] {
	const mm = found && mmOf(context.program, found);
	if (!found || !mm || (isTaken && !context.program.kernel.function(FIX_CALLS.take))) return [];
	const value = valueWithout(found.fn);
	if (value === undefined || !canLeaveAt(context.program, found, textOf(mm))) return [];
	const edits = isTaken ? testInstead(found, mm, value) : testAfter(found, mm, value);
	const test = isTaken ? `${FIX_CALLS.take}(${textOf(mm)})` : textOf(mm);
	return edits
		? [{ id, title: `Leave where there is none: if (!${test}) ${leaving(value)}`, applicability: "choice", preferred: true, edits }]
		: [];
}

/** Looks at the result of a call that gives an mm or takes a reference. */
export const lookAtResult: OwnerFixMaker = (context, finding) => {
	const found = findCall(context, finding);
	const acts = (found && context.program.kernelFunction(calleeOf(found.call), found.fn.file)?.acts) ?? [];
	/* an error pointer is another test */
	if (acts.some((act) => act.act === "produce" && act.failure !== "null")) return [];
	return draft(context, "look-at-result", found, calleeOf(found?.call) === FIX_CALLS.take);
};

/** `return call(…);` in the place of the call and the `return 0;` behind it. */
export const returnResult: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const found = findCall(context, finding);
	if (!found || callOf(found.spot.stmt)?.at !== found.call.at || !standsAlone(found.spot) || isBare(found.spot)) return [];
	const { fn, body, spot, call } = found;
	const { list, index } = levelOf(spot);
	const next = list[index + 1];
	if (next?.s !== "return" || !next.value || textOf(next.value) !== "0" || !SIGNED.has(fn.facts.returns.name)) return [];
	const end = statementEnd(body.text, body.start + next.at);
	const between = body.text.slice(spot.to, body.start + next.at);
	if (between.trim() !== "" || fn.facts.returns.stars > 0 || !canLeaveAt(context.program, found, "")) return [];
	const written = body.text.slice(spot.from, spot.to);
	const edits = [replaceBetween(body.text, body.file, spot.from, end, `return ${written}`)];
	return [{ id: "return-result", title: `Return what ${calleeOf(call)}() says`, applicability: "choice", preferred: true, edits }];
};

/** Asks whether mm_users is above 0 where it was taken without. */
export const takeUnlessZero: OwnerFixMaker = (context, finding) => draft(context, "take-unless-zero", findCall(context, finding), true);
