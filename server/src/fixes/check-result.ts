/** Fix: keep what a call says that may fail, and leave as the test of the mm right before it does. */

import { textOf } from "../checker/lower-expressions.ts";
import type { Expr, Stmt } from "../facts/types.ts";
import { FIX_CALLS, SIGNED } from "../kernel/fix-words.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { isMm, typeOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import { typeNamed } from "./failure-value.ts";
import { indentationOf, replaceBetween } from "./layout.ts";
import { findCall, type OwnerDraft, type OwnerFixMaker } from "./owner-draft.ts";
import { callOf, isBare, levelOf, lineOf, standsAlone } from "./spot.ts";
import { unitOf } from "./surround.ts";

/** The variable for errors that the function returns. */
function errorVariable(fn: FunctionDef): string | undefined {
	for (const stmt of everyStmt(fn.facts.body)) {
		const name = stmt.s === "return" && stmt.value?.e === "name" ? stmt.value.name : undefined;
		const type = name === undefined ? undefined : typeNamed(fn, name);
		if (type?.stars === 0 && SIGNED.has(type.name)) return name;
	}
	return undefined;
}

/** How a statement leaves that does nothing but to test an mm: by then there is nothing else to undo. */
function exitOf(program: Program, fn: FunctionDef, stmt: Stmt | undefined): Stmt | undefined {
	if (stmt?.s !== "if" || stmt.else.length > 0 || stmt.then.length !== 1) return undefined;
	const isAbout = (expr: Expr): boolean => {
		const type = program.quietly(() => typeOf(program, fn, expr));
		return type !== undefined && isMm(program, type);
	};
	const test: Stmt = { s: "expr", expr: stmt.test, at: stmt.at };
	const [left] = stmt.then;
	return [...everyExpr([test])].some(isAbout) && (left?.s === "goto" || left?.s === "return") ? left : undefined;
}

/** `ret = mmu_notifier_register(…); if (ret) goto …;`, with the mm given back first where it was taken here. */
export const checkResult: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const found = findCall(context, finding);
	if (!found || callOf(found.spot.stmt)?.at !== found.call.at || !standsAlone(found.spot) || isBare(found.spot)) return [];
	const { fn, body, spot, call } = found;
	const { list, index } = levelOf(spot);
	const exit = exitOf(context.program, fn, list[index - 1]);
	const result = errorVariable(fn);
	if (!exit || result === undefined) return [];
	const leave = exit.s === "goto" ? `goto ${exit.label};` : `return ${result};`;
	const indentation = indentationOf(body.text, lineOf(spot));
	const inner = indentation + unitOf(body);
	const mms = call.args.filter((arg) => {
		const type = context.program.quietly(() => typeOf(context.program, fn, arg));
		return type !== undefined && isMm(context.program, type);
	});
	const puts = mms.map((mm) => `${FIX_CALLS.give}(${textOf(mm)});`);
	const arms = [
		`if (${result})\n${inner}${leave}`,
		...puts.map((put) => `if (${result}) {\n${inner}${put}\n${inner}${leave}\n${indentation}}`),
	];
	return arms.map((arm) => ({
		id: "check-result",
		title: `Leave where it has failed: if (${result}) ${leave}`,
		applicability: "choice",
		preferred: true,
		edits: [
			replaceBetween(body.text, body.file, spot.from, spot.to, `${result} = ${body.text.slice(spot.from, spot.to)}\n${indentation}${arm}`),
		],
	}));
};
