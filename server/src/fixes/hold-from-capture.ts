/** Fix: take mm_users where the mm is captured, in the context of its owner, and give it back at the teardown. */

import type { TextEdit } from "../analysis/types.ts";
import { sourcesOf } from "../checker/sources.ts";
import { FIX_CALLS } from "../kernel/fix-words.ts";
import type { CallExpr } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { type Captured, findCapture, type Reference, referencesOf, type Store, storedText } from "./capture.ts";
import type { FixContext, FixDraft, FixMaker } from "./draft.ts";
import { laterPut, releasesIn } from "./last-put.ts";
import { replaceBetween } from "./layout.ts";
import { findLife, type ObjectLife } from "./object-life.ts";
import { complete, giveAtFrees, takeAtStores } from "./pin-struct.ts";
import { isRunBy } from "./runs.ts";
import { calleeOf, callOf } from "./spot.ts";
import { mapsFiles, maySleepAt } from "./teardown-place.ts";

/** The function that gives mm_users back at a call; undefined when this kernel has none that may be called there. */
function giverAt(program: Program, fn: FunctionDef, call: CallExpr): string | undefined {
	return maySleepAt(program, fn, call) ? FIX_CALLS.give : laterPut(program.kernel);
}

/** A fix before it is told: its edits, and the functions that they write. */
interface Plan {
	readonly edits: readonly TextEdit[];
	readonly take: string;
	readonly gives: ReadonlySet<string>;
}

/** mmgrab becomes mmget, mmdrop becomes mmput: the references stay where they are and become stronger. */
function strengthen(context: FixContext, references: readonly Reference[]): Plan | undefined {
	const { program } = context;
	const edits: TextEdit[] = [];
	const gives = new Set<string>();
	for (const { fn, call, op } of references) {
		const text = context.text(fn.file);
		const name = calleeOf(call);
		const from = program.placed(fn).start + call.at;
		const replacement = op === "mmgrab" ? FIX_CALLS.takeHeld : giverAt(program, fn, call);
		if (text === undefined || replacement === undefined || text.slice(from, from + name.length) !== name) return undefined;
		edits.push(replaceBetween(text, fn.file, from, from + name.length, replacement));
		if (op !== "mmgrab") gives.add(replacement);
	}
	return { edits, take: FIX_CALLS.takeHeld, gives };
}

/** `x->mm = current->mm` becomes `x->mm = get_task_mm(current)`; a store of another value gets an mmget() behind it. */
function takeOwn(program: Program, { fn, value, spot }: Store): TextEdit | undefined {
	const sources = program.quietly(() => sourcesOf(program, fn, value));
	if (value.e !== "field" || !sources.every((source) => source.kind === "current")) return undefined;
	const { text, file, start } = spot.body;
	const written = storedText({ value, spot });
	const from = start + value.at;
	const task = /^(\w+)->\w+$/.exec(written)?.[1];
	if (task === undefined || text.slice(from, from + written.length) !== written) return undefined;
	return replaceBetween(text, file, from, from + written.length, `${FIX_CALLS.takeCurrent}(${task})`);
}

/** Where nothing is taken yet: taken at every store, given back before the object goes. */
function takeAndGive(context: FixContext, captured: Captured, life: ObjectLife): Plan | undefined {
	const { program } = context;
	const own = life.heapOnly === undefined ? captured.stores.map((store) => takeOwn(program, store)) : [undefined];
	const inPlace = own.every((edit) => edit !== undefined);
	const taken = inPlace ? own : takeAtStores(captured, FIX_CALLS.takeHeld, life);
	const givers = life.frees.map(({ fn, spot }) => {
		const call = callOf(spot.stmt);
		return (call && giverAt(program, fn, call)) ?? "";
	});
	const given = giveAtFrees(captured, life, (freed) => givers[life.frees.indexOf(freed)] ?? "");
	if (!taken || !given || givers.includes("")) return undefined;
	return { edits: [...taken, ...given], take: inPlace ? FIX_CALLS.takeCurrent : FIX_CALLS.takeHeld, gives: new Set(givers) };
}

/** Whether a reference to mm_users could never be given back: the teardown of the mm itself would have to begin first. */
function waitsForItself(context: FixContext, captured: Captured, references: readonly Reference[], life: ObjectLife | undefined): boolean {
	const { program, explained } = context;
	if (explained.worst?.assembled.request) return true;
	const fns = [...captured.stores, ...references].map(({ fn }) => fn);
	if (mapsFiles(program, new Set([captured.slot.struct.file, ...fns.map(({ file }) => file)]))) return true;
	const releases = releasesIn(context);
	const giving = [...references.flatMap(({ fn, op }) => (op === "mmdrop" ? [fn] : [])), ...(life?.frees ?? []).map(({ fn }) => fn)];
	return releases.size > 0 && giving.some((fn) => isRunBy(program, fn, releases));
}

export const holdFromCaptureFix: FixMaker = (context): readonly FixDraft[] => {
	const { program } = context;
	const captured = program.kernel.function(FIX_CALLS.takeHeld) ? findCapture(context) : undefined;
	if (!captured?.stores.every((store) => store.ofOwner)) return [];
	const references = referencesOf(program, captured);
	const ops = new Set(references.map(({ op }) => op));
	const stronger = ops.size === 2 && ops.has("mmgrab") && ops.has("mmdrop");
	const life = references.length === 0 ? findLife(context, captured) : undefined;
	if ((!stronger && !life) || waitsForItself(context, captured, references, life)) return [];
	const plan = life ? takeAndGive(context, captured, life) : strengthen(context, references);
	const edits = plan && complete(context, plan.edits);
	if (!edits) return [];
	const gives = [...plan.gives].map((give) => `${give}()`).join(" or ");
	return [
		{
			id: "hold-from-capture",
			title: `Take mm_users at the capture, and give it back at the teardown: ${plan.take}() and ${gives}`,
			applicability: "choice",
			preferred: false,
			wanted: "held",
			edits,
		},
	];
};
