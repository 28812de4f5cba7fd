/** Fix: give a reference back on the ways out of a function that leave it held. */

import type { TextEdit } from "../analysis/types.ts";
import { textOf } from "../checker/lower-expressions.ts";
import type { Expr, Stmt } from "../facts/types.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import { bare, type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { Program } from "../program/program.ts";
import { localsOf } from "../program/typing.ts";
import { everyExpr, everyStmt } from "../program/walk.ts";
import { type Holding, type Holdings, holdingsWith, type Places, type Taking } from "./held-here.ts";
import { laterPut } from "./last-put.ts";
import { indentationOf, insertLinesBefore, placeAt } from "./layout.ts";
import { namesMm } from "./leave-early.ts";
import { readBy } from "./names.ts";
import { type FoundCall, findCall, mmOf, type OwnerDraft, type OwnerFixContext, type OwnerFixMaker } from "./owner-draft.ts";
import { calleeOf, type Spot, spotsIn } from "./spot.ts";
import { surround, unitOf } from "./surround.ts";

/** Sets of jumps that are tried; each is judged. */
const MOST_TRIES = 6;

/** The functions that give back what a rule says nobody does, the best first. */
const PUTS: Readonly<Record<string, readonly string[]>> = {
	"users-leak": [FIX_CALLS.give, FIX_CALLS.giveLater],
	"count-leak": [FIX_CALLS.unpin],
};

function isOnlyHeld(holdings: ReadonlySet<Holding> | undefined): boolean {
	return holdings?.size === 1 && holdings.has("held");
}

/** What the call takes, and how it says whether it did. `puts`: the first is the one to write. */
function takingOf(program: Program, { fn, call }: FoundCall, mm: string, puts: readonly string[]): Taking {
	const acts = program.kernelFunction(calleeOf(call), fn.file)?.acts ?? [];
	const produced = acts.find((act) => act.act === "produce");
	const sure = produced?.act === "produce" ? produced.failure === "never" : calleeOf(call) !== FIX_CALLS.take;
	const locals = localsOf(fn.facts.body);
	const isFunction = (expr: Expr): boolean =>
		expr.e === "name" &&
		!locals.has(expr.name) &&
		!fn.facts.params.some(({ name }) => name === expr.name) &&
		program.functionsNamed(expr.name, fn.file).length > 0;
	const isPointer = (callee: Expr): boolean =>
		callee.e !== "name" || locals.has(callee.name) || fn.facts.params.some(({ name }) => name === callee.name);
	const handsOver = ({ callee, args }: CallExpr): boolean =>
		args.some((arg) => textOf(bare(arg)) === mm) && (isPointer(callee) || args.some((arg) => isFunction(bare(arg))));
	return { take: call, mm, fails: sure ? "never" : produced ? "by-mm" : "by-result", puts: new Set(puts), handsOver };
}

/** Ways out on which the reference is held whatever came before; `out`: they leave the function, or `jump` to where others come too. */
function exitsOf(
	{ body }: FoundCall,
	{ jumps }: Holdings,
	{ mm }: Taking,
): { readonly out: readonly Spot[]; readonly jump: readonly Spot[] } {
	const root = /^\w+/.exec(mm)?.[0] ?? "";
	const isFree = (stmt: Stmt): boolean => stmt.s !== "return" || stmt.value === undefined || !readBy(stmt.value).has(root);
	const held = spotsIn(body, (stmt) => isOnlyHeld(jumps.get(stmt)) && isFree(stmt));
	return { out: held.filter(({ stmt }) => stmt.s === "return"), jump: held.filter(({ stmt }) => stmt.s !== "return") };
}

/** The last statement of all that name the mm, where the reference is held behind it. */
function lastUse({ body, spot }: FoundCall, { after }: Holdings, { mm }: Taking): Spot | undefined {
	const isLast = ({ levels }: Spot): boolean =>
		levels.every(({ list, index }) => !list.slice(index + 1).some((later) => namesMm(later, mm)));
	const isUse = (stmt: Stmt): boolean => stmt.s === "expr" && isOnlyHeld(after.get(stmt)) && namesMm(stmt, mm);
	/* nobody takes a reference to give it back at once */
	return spotsIn(body, (stmt) => isUse(stmt) && stmt !== spot.stmt).findLast(isLast);
}

/** Lines at the end of a function, where its brace stands alone. */
function beforeEnd({ fn, body }: FoundCall, line: string): readonly TextEdit[] | undefined {
	const brace = fn.facts.end - 1;
	const { line: last, column } = placeAt(body.text, brace);
	if (body.text[brace] !== "}" || column !== indentationOf(body.text, last).length + 1) return undefined;
	return [insertLinesBefore(body.text, body.file, last, [indentationOf(body.text, last) + unitOf(body) + line])];
}

/** Whether something else holds the same mm: a field or a variable that it is put into. */
function isShared({ fn }: FoundCall, { mm }: Taking): boolean {
	const isIt = (value: Expr): boolean =>
		textOf(bare(value)) === mm ||
		(value.e === "binary" && value.op === "|" && [value.left, value.right].some(isIt)) ||
		(value.e === "initializer" && value.entries.some((entry) => isIt(entry.value)));
	const declared = [...everyStmt(fn.facts.body)].some((stmt) => stmt.s === "declare" && stmt.init !== undefined && isIt(stmt.init));
	return declared || [...everyExpr(fn.facts.body)].some((expr) => expr.e === "assign" && isIt(expr.right));
}

/** Whether a field gets the mm here: what it keeps is for the end of its object. */
function isKept({ fn }: FoundCall, { mm }: Taking): boolean {
	return [...everyExpr(fn.facts.body)].some((expr) => expr.e === "assign" && expr.left.e === "field" && textOf(expr.left) === mm);
}

/** Whether a function that nobody can look into gets the mm: it may keep the reference. */
function isHandedOut({ program }: OwnerFixContext, { fn }: FoundCall, { mm }: Taking): boolean {
	const isKnown = (name: string): boolean =>
		program.kernelFunction(name, fn.file) !== undefined || program.functionsNamed(name, fn.file).length > 0;
	return [...occurrencesIn(fn.facts.body).calls].some(
		([name, calls]) => !isKnown(name) && calls.some(({ args }) => args.some((arg) => textOf(bare(arg)) === mm)),
	);
}

/** Sets of places at which the reference is given back: behind the last use, and where that leaves it held; else on the ways out alone. */
function placesOf(program: Program, found: FoundCall, taking: Taking): readonly (readonly TextEdit[])[] {
	const line = `${[...taking.puts][0]}(${taking.mm});`;
	const { fn } = found;
	const holdings = (places: Places): Holdings => holdingsWith(program, fn.file, fn.facts.body, taking, places);
	const plain = holdings({ before: [], atEnd: false });
	const use = lastUse(found, plain, taking);
	const sets: (readonly TextEdit[])[] = [];
	for (const first of use ? [use, undefined] : [undefined]) {
		const behind = first && { behind: first.stmt };
		const begun = holdings({ before: [], atEnd: false, ...behind });
		const { out, jump } = exitsOf(found, begun, taking);
		const atEnd = isOnlyHeld(begun.fall);
		for (const more of [[], ...jump.map((spot) => [spot]), ...(jump.length > 1 ? [jump] : [])].slice(0, MOST_TRIES)) {
			const exits = [...out, ...more];
			const done = holdings({ before: exits.map(({ stmt }) => stmt), atEnd, ...behind });
			const returns = [...done.jumps].filter(([{ s }]) => s === "return");
			if (
				done.atPuts.has("given") ||
				done.atPuts.has("failed") ||
				[done.fall, ...returns.map(([, held]) => held)].some((held) => held.has("held"))
			)
				continue;
			const edits = exits.map((spot) => surround(spot, [line], []));
			if (first) edits.push(surround(first, [], [line]));
			if (atEnd) edits.push(beforeEnd(found, line));
			if (edits.length > 0 && !edits.includes(undefined)) sets.push(edits.flatMap((edit) => edit ?? []));
		}
	}
	return sets;
}

/** The functions that may give it back, those first by which this function does so already. */
function putsFor({ program }: OwnerFixContext, { fn }: FoundCall, rule: string, mm: string) {
	const names = (PUTS[rule] ?? []).filter((name) => (name === FIX_CALLS.giveLater ? laterPut(program.kernel) : name) !== undefined);
	const { calls } = occurrencesIn(fn.facts.body);
	const isUsual = (name: string): boolean => calls.get(name)?.some(({ args }) => args.some((arg) => textOf(arg) === mm)) === true;
	const usual = names.filter(isUsual).map((name) => ({ name, isUsual: true }));
	return [...usual, ...names.filter((name) => !isUsual(name)).map((name) => ({ name, isUsual: false }))];
}

/** `mmput(mm);` on each way that lacks it. `safe` where another way of the same function gives it back already. */
export const giveBack: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const found = findCall(context, finding);
	const mm = found && mmOf(context.program, found);
	if (!found || !mm || !["name", "field"].includes(mm.e)) return [];
	return putsFor(context, found, finding.rule, textOf(mm)).flatMap(({ name, isUsual }): readonly OwnerDraft[] => {
		const taking = takingOf(context.program, found, textOf(mm), [name, ...(PUTS[finding.rule] ?? [])]);
		const isForField = finding.trace?.at(-1)?.op !== "end";
		if (isShared(found, taking) || (isForField && isKept(found, taking))) return [];
		const title = `Give the reference back on every way: ${name}(${taking.mm});`;
		const applicability = isUsual && !isHandedOut(context, found, taking) ? "safe" : "choice";
		return placesOf(context.program, found, taking).map((edits) => ({ id: "give-back", title, applicability, preferred: isUsual, edits }));
	});
};
