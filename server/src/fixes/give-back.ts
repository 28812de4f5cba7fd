/** Fix: give a reference back on the ways out of a function that leave it held. */

import type { TextEdit } from "../analysis/types.ts";
import { textOf } from "../checker/lower-expressions.ts";
import type { Stmt } from "../facts/types.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import { occurrencesIn } from "../program/occurrences.ts";
import { type Holding, type Holdings, holdingsOf, type Taking } from "./held-here.ts";
import { laterPut } from "./last-put.ts";
import { indentationOf, insertLinesBefore, placeAt } from "./layout.ts";
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

/** What the call takes, and how it says whether it did. */
function takingOf({ program }: OwnerFixContext, found: FoundCall, puts: readonly string[]): Taking | undefined {
	const mm = mmOf(program, found);
	const acts = program.kernelFunction(calleeOf(found.call), found.fn.file)?.acts ?? [];
	if (!mm || !["name", "field"].includes(mm.e)) return undefined;
	const produced = acts.find((act) => act.act === "produce");
	const sure = produced?.act === "produce" ? produced.failure === "never" : calleeOf(found.call) !== FIX_CALLS.take;
	const fails = sure ? "never" : produced ? "by-mm" : "by-result";
	return { take: found.call, mm: textOf(mm), fails, puts: new Set(puts) };
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

/** Lines at the end of a function, where its brace stands alone. */
function beforeEnd({ fn, body }: FoundCall, line: string): readonly TextEdit[] | undefined {
	const brace = fn.facts.end - 1;
	const { line: last, column } = placeAt(body.text, brace);
	if (body.text[brace] !== "}" || column !== indentationOf(body.text, last).length + 1) return undefined;
	return [insertLinesBefore(body.text, body.file, last, [indentationOf(body.text, last) + unitOf(body) + line])];
}

/** `mmput(mm);` before each way out that lacks it. `safe` where another way of the same function gives it back already. */
export const giveBack: OwnerFixMaker = (context, finding): readonly OwnerDraft[] => {
	const { program } = context;
	const found = findCall(context, finding);
	const puts = (PUTS[finding.rule] ?? []).filter((name) => (name === FIX_CALLS.giveLater ? laterPut(program.kernel) : name) !== undefined);
	const taking = found && takingOf(context, found, puts);
	if (!found || !taking) return [];
	const holdings = holdingsOf(program, found.fn.file, found.fn.facts.body, taking);
	const { out, jump } = exitsOf(found, holdings, taking);
	const falls = isOnlyHeld(holdings.fall);
	const tries = [[], ...jump.map((spot) => [spot]), ...(jump.length > 1 ? [jump] : [])];
	const calls = occurrencesIn(found.fn.facts.body).calls;
	/* what a field was given is for whoever tears down its object */
	const isForField = finding.trace?.at(-1)?.op !== "end";
	const isUsual = puts.some((name) => calls.get(name)?.some(({ args }) => args.some((arg) => textOf(arg) === taking.mm)) === true);
	if (isForField && !isUsual) return [];
	return puts.flatMap((name) =>
		tries.slice(0, MOST_TRIES).flatMap((more): readonly OwnerDraft[] => {
			const line = `${name}(${taking.mm});`;
			const edits = [...out, ...more].map((spot) => surround(spot, [line], []));
			if (falls) edits.push(beforeEnd(found, line));
			if (edits.length === 0 || edits.includes(undefined)) return [];
			const where = edits.length === 1 ? "on the way out that leaves it held" : `on the ${edits.length} ways out that leave it held`;
			return [
				{
					id: "give-back",
					title: `Give the reference back ${where}: ${line}`,
					applicability: isUsual ? "safe" : "choice",
					preferred: isUsual,
					edits: edits.flatMap((edit) => edit ?? []),
				},
			];
		}),
	);
};
