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
	for (const name of program.macrosCalling(names)) program.need({ need: "name", name });
	for (const name of names) program.need({ need: "name", name });
	const functions = program.functionsCalling(names).filter((fn) => !names.has(fn.facts.name));
	return functions.flatMap((fn) => usesIn(program, fn));
}

const known = new Memo<FunctionDef, readonly FoundUse[]>();

/** The uses in one function, in order. */
export function usesIn(program: Program, fn: FunctionDef): readonly FoundUse[] {
	return known.answer(program, fn, () => {
		const found: FoundUse[] = [];
		collect(program, fn, program.bodyOf(fn), undefined, found);
		return found;
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
