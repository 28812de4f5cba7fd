/** Fix: keep the mm_struct from the capture to the teardown, where nothing does, and hold mm_users over the use. */

import type { TextEdit } from "../analysis/types.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import { NAMES } from "../kernel/identifiers.ts";
import { type CallExpr, occurrencesIn } from "../program/occurrences.ts";
import type { Program } from "../program/program.ts";
import { type Captured, findCapture, referencesOf, targetText } from "./capture.ts";
import type { FixContext, FixDraft, FixMaker } from "./draft.ts";
import { holdOverUse, isPinned } from "./hold-over-use.ts";
import { includeReferences } from "./includes.ts";
import { type Freed, findLife, type ObjectLife } from "./object-life.ts";
import { callOf } from "./spot.ts";
import { surround, unitOf } from "./surround.ts";
import { maySleepAt } from "./teardown-place.ts";

/** Edits that take a reference behind every store to the field. */
export function takeAtStores(captured: Captured, call: string, life: ObjectLife): readonly TextEdit[] | undefined {
	const edits: TextEdit[] = [];
	for (const store of captured.stores) {
		const take = `${call}(${targetText(store)});`;
		const lines = life.heapOnly === undefined ? [take] : [`if (${life.heapOnly})`, unitOf(store.spot.body) + take];
		const made = surround(store.spot, [], lines);
		if (!made) return undefined;
		edits.push(...made);
	}
	return edits;
}

/** Edits that give what the field holds back before each object goes; `call` says with which function. */
export function giveAtFrees(captured: Captured, life: ObjectLife, call: (freed: Freed) => string): readonly TextEdit[] | undefined {
	const edits: TextEdit[] = [];
	for (const freed of life.frees) {
		const mm = `${freed.object}->${captured.slot.field}`;
		const give = `${call(freed)}(${mm});`;
		const lines = freed.set === "yes" ? [give] : [`if (${mm})`, unitOf(freed.spot.body) + give];
		const made = surround(freed.spot, lines, []);
		if (!made) return undefined;
		edits.push(...made);
	}
	return edits;
}

/** Edits with the #include that each of their files needs; undefined when they overlap. */
export function complete(context: FixContext, edits: readonly TextEdit[]): readonly TextEdit[] | undefined {
	const files = [...new Set(edits.map((edit) => edit.file))];
	const includes = files.flatMap((file) => includeReferences(context.program, file, context.text(file) ?? ""));
	const all = [...includes, ...edits].sort(
		(a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
	);
	const overlaps = all.some((edit, index) => {
		const next = all[index + 1];
		return next?.file === edit.file && (edit.endLine > next.line || (edit.endLine === next.line && edit.endColumn > next.column));
	});
	return overlaps ? undefined : all;
}

/**
 * Whether the last mmdrop() may run where an object goes: not in an interrupt, for it takes the lock of all pgds (arch/x86/mm/pgtable.c,
 * pgd_dtor). Before the request is completed it is not the last one: whoever waits for the request keeps the struct.
 */
function mayFreeStruct({ program, explained }: FixContext, { fn, spot }: Freed): boolean {
	const call = callOf(spot.stmt);
	if (!call || maySleepAt(program, fn, call)) return true;
	const completes = (later: CallExpr): boolean =>
		later.at > call.at && later.callee.e === "field" && isCompletion(program, later.callee.field);
	return explained.worst?.assembled.request === true && [...occurrencesIn(program.bodyOf(fn)).fieldCalls.values()].flat().some(completes);
}

function isCompletion(program: Program, field: string): boolean {
	return program.kernel.fieldFunction(NAMES.kiocb, field)?.acts.some(({ act }) => act === "kiocb-complete") ?? false;
}

export const pinStructFix: FixMaker = (context): readonly FixDraft[] => {
	const { program } = context;
	const captured = !isPinned(context) && program.kernel.function(FIX_CALLS.pin) ? findCapture(context) : undefined;
	if (!captured || referencesOf(program, captured).length > 0) return [];
	const hold = holdOverUse(context);
	const life = hold && findLife(context, captured);
	if (!hold || !life?.frees.every((freed) => mayFreeStruct(context, freed))) return [];
	const pins = takeAtStores(captured, FIX_CALLS.pin, life);
	const drops = giveAtFrees(captured, life, () => FIX_CALLS.unpin);
	const edits = pins && drops && complete(context, [...hold.edits, ...pins, ...drops]);
	if (!edits) return [];
	return [
		{
			id: "pin-struct-and-hold",
			title: `Hold mm_users over the use, and pin the mm_struct from capture to teardown: ${FIX_CALLS.pin}() and ${FIX_CALLS.unpin}()`,
			applicability: "choice",
			preferred: false,
			wanted: "held",
			edits,
		},
	];
};
