/** Fix: hold mm_users from before the use to after its end, where the mm_struct is known to be there. */

import type { TextEdit } from "../analysis/types.ts";
import { commentAbove } from "../checker/comments.ts";
import { ASKS_TO_STOP, FIX_CALLS } from "../kernel/fix-words.ts";
import type { Program } from "../program/program.ts";
import { isBalanced } from "./balance.ts";
import { argumentOf, argumentText, type Borrowing, findBorrowing, inOneBlock, UNUSE, USE, undoesEarlier } from "./borrowing.ts";
import type { FixContext, FixDraft, FixMaker } from "./draft.ts";
import { type FailureArm, findInstead, findWayOut } from "./failure-arm.ts";
import { includeReferences } from "./includes.ts";
import { findGiver, type Giver } from "./last-put.ts";
import { COMMENT_WIDTH, layComment } from "./lay-comment.ts";
import { indentationOf, lineStart, widthOf } from "./layout.ts";
import { calleeOf, callOf, isBare, levelOf, lineOf, type Spot } from "./spot.ts";
import { surround, topLineOf, unitOf, wrap } from "./surround.ts";

/** Edits that hold mm_users over a use, without the #include. */
export interface Hold {
	readonly file: string;
	readonly text: string;
	readonly edits: readonly TextEdit[];
	readonly title: string;
	/** Whether there is one way to write it that a maintainer would expect. */
	readonly clear: boolean;
}

/** The put after an end, with the reason where it must not run the teardown itself. */
function putAfter({ name, reason }: Giver, end: Spot): readonly string[] {
	const { body } = end;
	const width = widthOf(indentationOf(body.text, lineOf(end)) + unitOf(body));
	const comment = reason === undefined || body.macro ? [] : layComment(reason, "", COMMENT_WIDTH - width);
	return [...comment, `${name}(${argumentText(end)});`];
}

/** How mm_users is held over the use; undefined where nothing sound can be written. */
export function holdOverUse(context: FixContext): Hold | undefined {
	const { program, judged } = context;
	const borrowing = program.kernel.function(FIX_CALLS.take) ? findBorrowing(context) : undefined;
	if (!borrowing || undoesEarlier(program, borrowing) || !endsOnEveryWay(program, borrowing)) return undefined;
	if (borrowing.inside.some((call) => ASKS_TO_STOP.has(calleeOf(call)))) return undefined;
	const giver = findGiver(context);
	if (!giver) return undefined;
	const { fn } = judged.use;
	const leave = findWayOut(program, fn, borrowing);
	const made = leave ? guard(giver, borrowing, leave) : around(giver, borrowing, findInstead(program, fn, borrowing));
	if (!made) return undefined;
	const { body, use, ends } = borrowing;
	const [first] = ends;
	const title = `Hold mm_users over the use: ${FIX_CALLS.take}() before ${calleeOf(callOf(use.stmt))}(), ${giver.name}() after ${calleeOf(first && callOf(first.stmt))}()`;
	return { file: body.file, text: body.text, edits: made, title, clear: !body.macro };
}

/** Whether every way on from the use comes to an end of it, and to one only. */
function endsOnEveryWay(program: Program, { body }: Borrowing): boolean {
	return isBalanced(body.stmts, (call) => {
		if (argumentOf(program, body.file, call, USE)) return { by: 1 };
		return argumentOf(program, body.file, call, UNUSE) ? { by: -1 } : undefined;
	});
}

/** `if (!mmget_not_zero(mm)) return …;` before the use. */
function guard(giver: Giver, borrowing: Borrowing, { lines }: FailureArm): readonly TextEdit[] | undefined {
	const { use, ends, mm, body } = borrowing;
	const test = `if (!${FIX_CALLS.take}(${mm}))`;
	const arm = lines.map((line) => unitOf(body) + line);
	const before = surround(use, [...blankAfter(use), ...(lines.length > 1 ? [`${test} {`, ...arm, "}"] : [test, ...arm])], []);
	const after = ends.map((end) => putsAfter(giver, end));
	return before && allOf([before, ...after]);
}

/** The blank line that parts statements from declarations, where a use right below them lacks it. */
function blankAfter(use: Spot): readonly string[] {
	const { list, index } = levelOf(use);
	const { text } = use.body;
	const top = lineStart(text, topLineOf(use));
	const partedAlready = /\n[ \t]*\r?\n$/.test(text.slice(0, top));
	return list[index - 1]?.s === "declare" && !partedAlready && !isBare(use) ? [""] : [];
}

/** `if (mmget_not_zero(mm)) { use … unuse; mmput(mm); } else { … }` around the use. */
function around(giver: Giver, borrowing: Borrowing, instead: FailureArm | undefined): readonly TextEdit[] | undefined {
	const { use, ends, mm, body } = borrowing;
	const last = ends.at(-1);
	if (!instead || !last || !inOneBlock(borrowing) || jumpsIn(borrowing)) return undefined;
	const put = putAfter(giver, last);
	const { lines } = instead;
	const close = lines.length > 0 ? ["} else {", ...lines.map((line) => unitOf(body) + line), "}"] : ["}"];
	const block = wrap(use, last, `if (${FIX_CALLS.take}(${mm})) {`, put, close);
	/* lines put in come before the indentation of the line that follows them */
	const others = ends.slice(0, -1).map((end) => putsAfter(giver, end, unitOf(body)));
	return block && allOf([...others, block]);
}

function putsAfter(giver: Giver, end: Spot, lead = ""): readonly TextEdit[] | undefined {
	return surround(end, [], putAfter(giver, end), lead);
}

/** Whether labels stand between the use and its end, so that control can come in from outside. */
function jumpsIn({ body, use, ends }: Borrowing): boolean {
	const last = ends.at(-1) ?? use;
	const level = use.levels.at(-1);
	return (
		level?.list.some(
			(stmt) => (stmt.s === "label" || stmt.s === "case") && body.start + stmt.at > use.from && body.start + stmt.at < last.from,
		) ?? true
	);
}

function allOf(parts: readonly (readonly TextEdit[] | undefined)[]): readonly TextEdit[] | undefined {
	const edits: TextEdit[] = [];
	for (const part of parts) {
		if (!part) return undefined;
		edits.push(...part);
	}
	return edits;
}

/** Whether the code in view keeps the mm_struct on the way to the use. */
export function isPinned(context: FixContext): boolean {
	const { worst } = context.explained;
	if (!worst) return false;
	const { origin } = worst.wide.route;
	if (origin.kind === "kernel-field" && origin.reference === "count") return true;
	if (worst.assembled.notifiers.length > 0) return true;
	return worst.assembled.captures.some(({ thread }) => thread.code.some((code) => code.do === "step" && code.op === "mmgrab"));
}

export const holdOverUseFix: FixMaker = (context): readonly FixDraft[] => {
	const hold = holdOverUse(context);
	if (!hold) return [];
	/* where a comment says that callers hold mm_users, it is a caller that is wrong */
	const promised = commentAbove(context.judged.use.fn)?.names === "caller";
	const safe = hold.clear && !promised && isPinned(context);
	return [
		{
			id: "hold-over-use",
			title: hold.title,
			applicability: safe ? "safe" : "choice",
			preferred: safe,
			wanted: "held",
			edits: [...includeReferences(context.program, hold.file, hold.text), ...hold.edits],
		},
	];
};
