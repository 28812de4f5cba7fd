/** Fixes: put a call behind a later statement of its block. */

import type { TextEdit } from "../analysis/types.ts";
import { textOf } from "../checker/lower-expressions.ts";
import type { Stmt } from "../facts/types.ts";
import { indentationOf, lineEnd, replaceBetween, statementEnd } from "./layout.ts";
import { readIn } from "./names.ts";
import { findCall, mmOf, type OwnerDraft, type OwnerFixMaker } from "./owner-draft.ts";
import { callOf, isBare, levelOf, lineOf, type Spot, standsAlone } from "./spot.ts";
import { surround } from "./surround.ts";

/** The statement of a block as a spot. */
function inBlock(spot: Spot, index: number): Spot {
	const { body } = spot;
	const level = levelOf(spot);
	const stmt = level.list[index] as Stmt;
	const from = body.start + stmt.at;
	return { body, levels: [...spot.levels.slice(0, -1), { ...level, index }], stmt, from, to: statementEnd(body.text, from) };
}

/** Moves a statement behind another of its block; undefined where ways part between them, or something else shares its line. */
function moveBehind(spot: Spot, to: number): readonly TextEdit[] | undefined {
	const { body } = spot;
	const { text, file } = body;
	const { list, index } = levelOf(spot);
	if (to <= index || !list.slice(index, to + 1).every((stmt) => stmt.s === "expr") || !standsAlone(spot) || isBare(spot)) return undefined;
	const start = spot.from - indentationOf(text, lineOf(spot)).length;
	const end = lineEnd(text, spot.to);
	/* a comment on the line would be lost */
	if (text.slice(spot.to, end).trim() !== "" || text.slice(start, spot.from).trim() !== "") return undefined;
	const added = surround(inBlock(spot, to), [], [text.slice(spot.from, spot.to)]);
	const next = text.indexOf("\n", end) + 1;
	return added && next > 0 ? [replaceBetween(text, file, start, next, ""), ...added] : undefined;
}

/** Takes the reference behind the store that it is meant for. */
export const takeAfterStore: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const found = findCall(context, finding);
	const mm = found && mmOf(context.program, found);
	if (!found || !mm || callOf(found.spot.stmt)?.at !== found.call.at) return [];
	const { list, index } = levelOf(found.spot);
	const isStore = (stmt: Stmt): boolean =>
		stmt.s === "expr" && stmt.expr.e === "assign" && stmt.expr.op === "=" && textOf(stmt.expr.left) === textOf(mm);
	const edits = moveBehind(
		found.spot,
		list.findIndex((stmt, at) => at > index && isStore(stmt)),
	);
	const title = `Take the reference once the mm is stored: ${textOf(found.call)} behind ${textOf(mm)} = …`;
	return edits ? [{ id: "take-after-store", title, applicability: "safe", preferred: true, edits }] : [];
};

/** Gives the reference back behind the last statement of the block that reads the mm. */
export const putAfterUse: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const put = finding.trace?.findLast(({ op }) => op === "mmput" || op === "mmputa" || op === "mmdrop");
	const found =
		put && put.function === finding.function ? findCall(context, { ...finding, line: put.line, column: put.column }) : undefined;
	const mm = found && mmOf(context.program, found);
	if (!found || mm?.e !== "name" || callOf(found.spot.stmt)?.at !== found.call.at) return [];
	const { list, index } = levelOf(found.spot);
	const edits = moveBehind(
		found.spot,
		list.findLastIndex((stmt, at) => at > index && readIn([stmt]).has(mm.name)),
	);
	const title = `Give the reference back behind the last use: ${textOf(found.call)}`;
	return edits ? [{ id: "put-after-use", title, applicability: "safe", preferred: true, edits }] : [];
};
