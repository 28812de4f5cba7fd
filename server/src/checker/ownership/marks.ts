/** Places and traces of what happened on a way, as plain data. */

import type { Key, Site } from "../../model/program.ts";
import { type MmState, stateAfter } from "../../model/state.ts";
import { callBy, DEFAULT_RULES, processMm, STEPS, takeThreadStep } from "../../model/steps.ts";
import type { TraceStep } from "../../model/trace.ts";
import type { CallExpr } from "../../program/occurrences.ts";
import { placeOf } from "../../program/places.ts";
import type { FunctionDef } from "../../program/program.ts";
import type { Path, Trail } from "./path.ts";
import type { Mark } from "./types.ts";

export type Calls = ReadonlyMap<Site, { readonly fn: FunctionDef; readonly call: CallExpr }>;

/** A site with its end: that of the call that stands there, else of its line's text. */
export function markOf(calls: Calls, site: Site): Mark {
	const { file, function: fn, line, column, text } = site;
	const known = calls.get(site);
	const end = known && placeOf(known.fn.facts, Math.max(known.call.end, known.call.at + 1));
	return {
		file,
		function: fn,
		line,
		column,
		endLine: end?.line ?? line,
		endColumn: end?.column ?? column + Math.max(1, text.length),
		text,
	};
}

/** More steps than this are not shown: those in the middle are left out. */
const MAX_STEPS = 60;

/** What happened to an mm on a way, in order, with the branches between; the state is that of the simulated mm of a live process. */
export function traceOf(
	path: Path,
	mm: number,
	thread: string,
	last?: { readonly site: Site; readonly text: string },
): readonly TraceStep[] {
	const trail: Trail[] = [];
	for (let at = path.trail; at; at = at.before) if (at.mm === mm || at.op === "branch") trail.unshift(at);
	const first = trail.findIndex((step) => step.mm === mm);
	const shown = trail.slice(Math.max(0, first));
	const kept = shown.length > MAX_STEPS ? [...shown.slice(0, MAX_STEPS / 2), ...shown.slice(-MAX_STEPS / 2)] : shown;
	let state: MmState = processMm(STEPS);
	const steps = kept.map((step): TraceStep => {
		state = afterStep(state, step, thread);
		const { file, function: fn, line, column, text } = step.site;
		return {
			thread,
			op: step.op,
			mm: step.op === "branch" ? "" : "A",
			step: step.op === "branch" ? `if (${text})` : step.op === "store" ? `${text} keeps it` : text,
			file,
			line,
			column,
			function: fn,
			...(step.branch === undefined ? {} : { branch: step.branch }),
			after: stateAfter(state),
			node: -1,
		};
	});
	if (!last) return steps;
	const { file, function: fn, line, column } = last.site;
	return [...steps, { thread, op: "end", mm: "A", step: last.text, file, line, column, function: fn, after: stateAfter(state), node: -1 }];
}

function afterStep(state: MmState, { op }: Trail, thread: string): MmState {
	if (op === "branch" || op === "access" || op === "deref" || op === "store" || op === "use" || op === "unuse" || op === "notify")
		return state;
	const taken = takeThreadStep(state, op, { ...callBy(thread, DEFAULT_RULES), notifier: -1, stops: "" }, STEPS);
	return taken.took ? taken.mm : state;
}

/** The variable or field as a person writes it: without the marks that tell apart variables of one name. */
export function written(key: Key): string {
	return key.replace(/#\d+|'\d+/g, "").replace(/^\$[\d.]+$/, "the mm");
}
