/** A trace as a list to walk through, as plain data. */

import type { TraceStep } from "../../server/src/analysis/types.ts";
import { describeState, VERDICT_MEANINGS } from "../../server/src/report/state.ts";
import { describeStep } from "../../server/src/report/trace.ts";
import type { TraceResult } from "./protocol.ts";

/** One step: what happens, where, and the state of the mm after it. `line` and `column` from 1; no file where the kernel itself acts. */
export interface StepItem {
	readonly label: string;
	readonly description: string;
	readonly detail: string;
	readonly place?: { readonly file: string; readonly line: number; readonly column: number };
}

export interface TraceView {
	readonly title: string;
	/** Says what the list shows. */
	readonly placeholder: string;
	readonly steps: readonly StepItem[];
}

/** Lists the interleaving that breaks a use; where none does, the one that shows what keeps the page tables alive. */
export function listSteps(result: TraceResult): TraceView {
	const { use } = result;
	const trace = result.trace ?? result.witness ?? [];
	const severalMms = new Set(trace.map((step) => step.mm).filter((mm) => mm !== "")).size > 1;
	return {
		title: `${use.mm} in ${use.function}: ${use.verdict}`,
		placeholder: use.why === "" ? VERDICT_MEANINGS[use.verdict] : use.why,
		steps: trace.map((step, index) => listStep(step, index + 1, severalMms)),
	};
}

function listStep(step: TraceStep, number: number, nameMm: boolean): StepItem {
	const place = step.file === "" ? undefined : { file: step.file, line: step.line, column: step.column };
	return {
		label: `${number}. ${describeStep(step, nameMm)}`,
		description: [step.thread, ...(place === undefined ? [] : [`${place.file}:${place.line}`])].join(" · "),
		detail: `→ ${describeState(step.after)}`,
		...(place !== undefined && { place }),
	};
}
