/** Callers that change the references a segment leaves or needs: the segment is judged from there. */

import { NAMES } from "../kernel/identifiers.ts";
import { activationsOf, type Caller, type Slot } from "../program/callers.ts";
import { occurrencesIn } from "../program/occurrences.ts";
import type { FunctionDef, Program } from "../program/program.ts";
import { handlesSlot } from "./relevance.ts";
import type { Segment } from "./routes.ts";

/** Callers are followed this far up. */
const LEVELS = 3;
/** Whether `caller` does something with the slot (or takes or gives a reference to current->mm) beside calling the segment. */
function takesPart(program: Program, caller: FunctionDef, callee: FunctionDef, slot: Slot): boolean {
	if (handlesSlot(program, caller, slot, 0)) return true;
	const found = occurrencesIn(program.bodyOf(caller));
	for (const [name, calls] of found.calls) {
		const row = program.kernelFunction(name, caller.file);
		if (row) {
			const isStep = row.acts.some((act) => act.act === "step");
			if (
				isStep &&
				calls.some((call) => call.args.some((arg) => arg.e === "field" && arg.base.e === "name" && arg.base.name === NAMES.current))
			)
				return true;
			continue;
		}
		for (const def of program.functionsNamed(name, caller.file)) if (def !== callee && handlesSlot(program, def, slot, 1)) return true;
	}
	return false;
}

/** The segment as seen from the callers that matter to `slot`; the segment itself where callers do not, or there are none. */
export function widen<S extends Segment>(program: Program, segment: S, slot: Slot, levels = LEVELS): readonly S[] {
	if (levels === 0) return [segment];
	const callers: readonly Caller[] = activationsOf(program, segment.top).callers.filter((caller) => !segment.path.includes(caller.fn));
	const part = callers.filter((caller) => takesPart(program, caller.fn, segment.top, slot));
	if (part.length === 0) return [segment];
	const wider = part.flatMap((caller) =>
		widen(
			program,
			{ ...segment, top: caller.fn, forced: new Map([...segment.forced, [caller.call, segment.top]]), path: [caller.fn, ...segment.path] },
			slot,
			levels - 1,
		),
	);
	return part.length === callers.length ? wider : [...wider, segment];
}
