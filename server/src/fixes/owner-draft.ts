/** What a maker of fixes for a finding about references or about an ignore comment is given, and what it gives. */

import type { Finding, Fix, TextEdit } from "../analysis/types.ts";
import type { Expr, FunctionFacts, Stmt } from "../facts/types.ts";
import { bare, type CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { everyExpr } from "../program/walk.ts";
import { offsetAt } from "./layout.ts";
import { type Body, bodyOfFunction, calleeOf, type Spot, spotAt } from "./spot.ts";

export type OwnerFinding = Omit<Finding, "fixes">;

export interface OwnerFixContext {
	readonly program: Program;
	/** The text of a file of the tree, as the facts were taken from it; undefined when it is not there. */
	text(path: string): string | undefined;
}

/** A fix before its proof. Of several with one id the first that is proved counts. */
export interface OwnerDraft extends Omit<Fix, "verdictAfter" | "edits"> {
	readonly edits: readonly TextEdit[];
}

/** Drafts for one finding, the best first; none where there is nothing sound to write. */
export type OwnerFixMaker = (context: OwnerFixContext, finding: OwnerFinding) => readonly OwnerDraft[];

/** The call that a finding stands at: in which function, and in which statement of it. */
export interface FoundCall {
	readonly fn: FunctionDef;
	readonly body: Body;
	readonly spot: Spot;
	readonly call: CallExpr;
}

/** Finds the call that a finding stands at; undefined where it stands in a macro, or where there is none. */
export function findCall({ program, text }: OwnerFixContext, finding: OwnerFinding): FoundCall | undefined {
	const source = text(finding.file);
	if (source === undefined) return undefined;
	const offset = offsetAt(source, finding.line, finding.column);
	const fn = program
		.functionsNamed(finding.function, finding.file)
		.find((def) => def.file === finding.file && isAround(program.placed(def), offset));
	if (!fn?.facts.clean) return undefined;
	const body = bodyOfFunction(program, fn, source);
	const spot = spotAt(body, offset - body.start);
	const call = spot && callAt(spot.stmt, offset - body.start);
	return spot && call && { fn, body, spot, call };
}

function isAround({ start, end }: FunctionFacts, offset: number): boolean {
	return start <= offset && offset < end;
}

function callAt(stmt: Stmt, at: number): CallExpr | undefined {
	for (const expr of everyExpr([stmt])) if (expr.e === "call" && expr.at === at && calleeOf(expr) !== "") return expr;
	return undefined;
}

/** The mm that a call works on, or the variable that gets what it returns. */
export function mmOf(program: Program, { fn, spot, call }: FoundCall): Expr | undefined {
	for (const act of program.kernelFunction(calleeOf(call), fn.file)?.acts ?? []) {
		if (act.act === "step") return call.args[act.mm];
		if (act.act === "produce") return targetOf(spot.stmt, call);
	}
	return undefined;
}

/** What the result of a call is put into: the variable that a statement declares or sets. */
function targetOf(stmt: Stmt, call: CallExpr): Expr | undefined {
	if (stmt.s === "declare" && stmt.init && bare(stmt.init) === call) return { e: "name", name: stmt.name, at: stmt.at };
	for (const expr of everyExpr([stmt])) if (expr.e === "assign" && expr.op === "=" && bare(expr.right) === call) return expr.left;
	return undefined;
}
