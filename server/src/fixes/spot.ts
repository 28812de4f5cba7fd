/** Where a statement stands: the body of a function or macro that holds it, and the blocks around it. */

import type { Expr, Stmt } from "../facts/types.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, MacroDef, Program } from "../program/program.ts";
import { partsOfStmt } from "../program/walk.ts";
import { lineEnd, lineStart, pastHead, placeAt, skipBlanks, statementEnd } from "./layout.ts";

/** A function or macro with the text of its file; offsets of its statements count from `start`. */
export interface Body {
	readonly file: string;
	readonly text: string;
	readonly start: number;
	readonly stmts: readonly Stmt[];
	readonly macro: boolean;
}

/** One block on the way to a statement: `list[index]` is the next step inwards, `owner` what the block belongs to. */
export interface Level {
	readonly list: readonly Stmt[];
	readonly index: number;
	readonly owner?: Stmt;
	readonly part: "body" | "else";
}

/** A statement by the way to it, outermost block first. */
export interface Spot {
	readonly body: Body;
	readonly levels: readonly Level[];
	readonly stmt: Stmt;
	/** Offsets in the file of its first character and past its last. */
	readonly from: number;
	readonly to: number;
}

export function bodyOfFunction(program: Program, fn: FunctionDef, text: string): Body {
	return { file: fn.file, text, start: program.placed(fn).start, stmts: fn.facts.body, macro: false };
}

/** The statements of a macro: those of its `({ … })` where it is one; undefined when it has none. */
export function bodyOfMacro(program: Program, macro: MacroDef, text: string): Body | undefined {
	const { expr, body, start } = program.placed(macro);
	const stmts = expr?.e === "block" ? expr.body : body;
	return stmts && { file: macro.file, text, start, stmts, macro: true };
}

interface Block {
	readonly list: readonly Stmt[];
	readonly part: Level["part"];
}

function blocksOf(stmt: Stmt): readonly Block[] {
	if (stmt.s === "if")
		return [
			{ list: stmt.then, part: "body" },
			{ list: stmt.else, part: "else" },
		];
	if (stmt.s === "arms") return stmt.arms.map((list) => ({ list, part: "body" }));
	if (stmt.s === "loop" || stmt.s === "switch" || stmt.s === "block") return [{ list: stmt.body, part: "body" }];
	return [];
}

/** All statements of a body for which `wanted` holds, in the order of the text. */
export function spotsIn(body: Body, wanted: (stmt: Stmt) => boolean): readonly Spot[] {
	const found: Spot[] = [];
	const visit = (list: readonly Stmt[], outer: readonly Level[], owner: Stmt | undefined, part: Level["part"]): void => {
		list.forEach((stmt, index) => {
			const levels: readonly Level[] = [...outer, { list, index, part, ...(owner ? { owner } : {}) }];
			if (wanted(stmt)) {
				const from = body.start + stmt.at;
				found.push({ body, levels, stmt, from, to: statementEnd(body.text, from) });
			}
			for (const block of blocksOf(stmt)) visit(block.list, levels, stmt, block.part);
		});
	};
	visit(body.stmts, [], undefined, "body");
	return found.sort((a, b) => a.from - b.from);
}

/** The call that a statement consists of. */
export function callOf(stmt: Stmt): CallExpr | undefined {
	return stmt.s === "expr" && stmt.expr.e === "call" ? stmt.expr : undefined;
}

/** The name of the function that a call calls; empty for one through a pointer. */
export function calleeOf(call: CallExpr | undefined): string {
	return call?.callee.e === "name" ? call.callee.name : "";
}

/** The innermost statement that holds an offset of its function. */
export function spotAt(body: Body, at: number): Spot | undefined {
	return spotsIn(body, (stmt) => stmt.at <= at && !["label", "case"].includes(stmt.s))
		.filter((spot) => spot.to > body.start + at)
		.at(-1);
}

/** Every expression of a statement's own, inner blocks left out. */
export function exprsOf(stmt: Stmt): readonly Expr[] {
	return partsOfStmt(stmt).exprs;
}

/** The level that holds the statement itself. */
export function levelOf(spot: Spot): Level {
	return spot.levels.at(-1) as Level;
}

/** Offset of what stands behind the head of a block's owner: its brace, or the statement alone; and the end of that head. */
export function blockStart(body: Body, level: Level): { readonly head: number; readonly start: number } | undefined {
	const { owner } = level;
	if (owner?.s !== "if" && owner?.s !== "loop" && owner?.s !== "switch") return undefined;
	const at = body.start + owner.at;
	const word = /^\w+/.exec(body.text.slice(at, at + 128))?.[0] ?? "";
	const head = word === "do" ? at + 2 : pastHead(body.text, at + word.length);
	const start = skipBlanks(body.text, head);
	if (level.part === "body") return { head, start };
	const otherwise = skipBlanks(body.text, statementEnd(body.text, start));
	return { head: otherwise + 4, start: skipBlanks(body.text, otherwise + 4) };
}

/** Whether a statement is the whole block of an `if` or a loop, without braces. */
export function isBare(spot: Spot): boolean {
	const block = blockStart(spot.body, levelOf(spot));
	return block !== undefined && spot.body.text[block.start] !== "{";
}

/** Whether nothing but blanks, comments and a macro's backslash shares the statement's lines. */
export function standsAlone(spot: Spot): boolean {
	const { text } = spot.body;
	const before = text.slice(lineStart(text, lineOf(spot)), spot.from);
	return /^[ \t]*(?:\/\*(?:[^*]|\*(?!\/))*\*\/[ \t]*)*$/.test(before) && restIsBlank(spot);
}

/** Whether nothing but blanks and comments follows on the statement's last line. */
export function restIsBlank(spot: Spot): boolean {
	const { text } = spot.body;
	return /^[ \t]*(?:\/\*.*\*\/|\/\/.*)?[ \t]*\\?$/.test(text.slice(spot.to, lineEnd(text, spot.to)));
}

/** The line of the statement's first character. */
export function lineOf(spot: Spot): number {
	return placeAt(spot.body.text, spot.from).line;
}

/** The line of its last character. */
export function lastLineOf(spot: Spot): number {
	return placeAt(spot.body.text, spot.to - 1).line;
}
