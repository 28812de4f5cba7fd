/** Fix: take mm_users where the mm is captured, in the context of its owner, and give it back at the teardown. */

import type { TextEdit } from "../analysis/types.ts";
import { sourcesOf } from "../checker/sources.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { type Captured, findCapture, type Reference, referencesOf, type Store, storedText } from "./capture.ts";
import type { FixContext, FixDraft, FixMaker } from "./draft.ts";
import { replaceBetween } from "./layout.ts";
import { findLife } from "./object-life.ts";
import { complete, giveAtFrees, takeAtStores } from "./pin-struct.ts";
import { calleeOf, callOf } from "./spot.ts";
import { mapsFiles, maySleepAt } from "./teardown-place.ts";

/** The function that gives mm_users back at a call; undefined when this kernel has none that may be called there. */
function giverAt(program: Program, fn: FunctionDef, call: CallExpr): string | undefined {
	if (maySleepAt(program, fn, call)) return FIX_CALLS.give;
	return program.kernel.function(FIX_CALLS.giveLater) ? FIX_CALLS.giveLater : undefined;
}

/** mmgrab becomes mmget, mmdrop becomes mmput: the references stay where they are and become stronger. */
function strengthen(context: FixContext, references: readonly Reference[]): readonly TextEdit[] | undefined {
	const { program } = context;
	const edits: TextEdit[] = [];
	for (const { fn, call, op } of references) {
		const text = context.text(fn.file);
		const name = calleeOf(call);
		const from = fn.facts.start + call.at;
		const replacement = op === "mmgrab" ? FIX_CALLS.takeHeld : giverAt(program, fn, call);
		if (text === undefined || replacement === undefined || text.slice(from, from + name.length) !== name) return undefined;
		edits.push(replaceBetween(text, fn.file, from, from + name.length, replacement));
	}
	return edits;
}

/** `x->mm = current->mm` becomes `x->mm = get_task_mm(current)`; a store of another value gets an mmget() behind it. */
function takeOwn(program: Program, { fn, value, spot }: Store): TextEdit | undefined {
	const sources = program.quietly(() => sourcesOf(program, fn, value));
	if (value.e !== "field" || !sources.every((source) => source.kind === "current")) return undefined;
	const { text, file, start } = spot.body;
	const written = storedText({ fn, value, spot } as Store);
	const from = start + value.at;
	const task = /^(\w+)->\w+$/.exec(written)?.[1];
	if (task === undefined || text.slice(from, from + written.length) !== written) return undefined;
	return replaceBetween(text, file, from, from + written.length, `${FIX_CALLS.takeCurrent}(${task})`);
}

/** Where nothing is taken yet: taken at every store, given back before the object goes. */
function takeAndGive(context: FixContext, captured: Captured): readonly TextEdit[] | undefined {
	const { program } = context;
	const life = findLife(context, captured);
	if (!life) return undefined;
	const own = life.heapOnly === undefined ? captured.stores.map((store) => takeOwn(program, store)) : [undefined];
	const taken = own.every((edit) => edit !== undefined) ? own : takeAtStores(captured, FIX_CALLS.takeHeld, life);
	const givers = life.frees.map(({ fn, spot }) => {
		const call = callOf(spot.stmt);
		return call && giverAt(program, fn, call);
	});
	if (!taken || givers.includes(undefined)) return undefined;
	const given = giveAtFrees(captured, life, (freed) => givers[life.frees.indexOf(freed)] ?? FIX_CALLS.give);
	return given && [...taken, ...given];
}

export const holdFromCaptureFix: FixMaker = (context): readonly FixDraft[] => {
	const { program, explained } = context;
	const captured = program.kernel.function(FIX_CALLS.takeHeld) ? findCapture(context) : undefined;
	/* what the teardown of the mm must end first would never end: a request in flight, a mapping of the file */
	if (!captured?.stores.every((store) => store.ofOwner) || explained.worst?.assembled.request === true) return [];
	const references = referencesOf(program, captured);
	const ops = new Set(references.map(({ op }) => op));
	if (
		mapsFiles(
			program,
			new Set([captured.slot.struct.file, ...captured.stores.map(({ fn }) => fn.file), ...references.map(({ fn }) => fn.file)]),
		)
	)
		return [];
	const stronger = ops.size === 2 && ops.has("mmgrab") && ops.has("mmdrop");
	if (!stronger && ops.size > 0) return [];
	const edits = stronger ? strengthen(context, references) : takeAndGive(context, captured);
	const all = edits && complete(context, edits);
	if (!all) return [];
	return [
		{
			id: "hold-from-capture",
			title: `Take mm_users at the capture, and give it back at the teardown: ${stronger ? FIX_CALLS.takeHeld : FIX_CALLS.takeCurrent}() and ${FIX_CALLS.give}()`,
			applicability: "choice",
			preferred: false,
			wanted: "held",
			edits: all,
		},
	];
};
