/** Finds the uses: calls that borrow an mm. */

import type { Expr, MacroOrigin, Stmt } from "../facts/types.ts";
import { Memo } from "../program/memo.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { partsOf, partsOfStmt } from "../program/walk.ts";

export interface FoundUse {
	readonly fn: FunctionDef;
	readonly call: CallExpr;
	/** The expression that is borrowed. */
	readonly mm: Expr;
	/** The outermost macro in whose expansion the call stands. */
	readonly macro?: MacroOrigin;
}

/** All uses in view, in the order of files and lines. */
export function findUses(program: Program): readonly FoundUse[] {
	const names = program.withAliases(program.kernel.named((act) => act.act === "step" && act.op === "use"));
	const found: FoundUse[] = [];
	for (const name of program.macrosCalling(names)) program.need({ need: "name", name });
	for (const name of names) program.need({ need: "name", name });
	for (const fn of program.functionsCalling(names))
		if (!names.has(fn.facts.name)) collect(program, fn, program.bodyOf(fn), undefined, found);
	return found;
}

const counts = new Memo<FunctionDef, number>();

/** The uses in one function, counted; at least one. */
export function usesIn(program: Program, fn: FunctionDef): number {
	return counts.answer(program, fn, () => {
		const found: FoundUse[] = [];
		collect(program, fn, program.bodyOf(fn), undefined, found);
		return Math.max(1, found.length);
	});
}

function collect(program: Program, fn: FunctionDef, body: readonly Stmt[], macro: MacroOrigin | undefined, found: FoundUse[]): void {
	const visit = (expr: Expr, inside: MacroOrigin | undefined): void => {
		if (expr.e === "call" && expr.callee.e === "name") {
			const act = program
				.kernelFunction(expr.callee.name, fn.file)
				?.acts.find((candidate) => candidate.act === "step" && candidate.op === "use");
			const mm = act?.act === "step" ? expr.args[act.mm] : undefined;
			if (mm) found.push({ fn, call: expr, mm, ...(inside ? { macro: inside } : {}) });
		}
		const deeper = inside ?? (expr.e === "block" ? expr.macro : undefined);
		const parts = partsOf(expr);
		for (const part of parts.exprs) visit(part, deeper);
		if (parts.stmts.length > 0) collect(program, fn, parts.stmts, deeper, found);
	};
	for (const stmt of body) {
		const parts = partsOfStmt(stmt);
		for (const expr of parts.exprs) visit(expr, macro);
		collect(program, fn, parts.stmts, macro, found);
	}
}
