import type { MmProgram } from "./program.ts";
import type { ExploredStep } from "./trace.ts";

/** The steps of a trace with the places of another program that is the same but for them. */
export function resite(program: MmProgram, steps: readonly ExploredStep[]): readonly ExploredStep[] {
	const codes = new Map(program.threads.map(({ name, code }) => [name, code]));
	return steps.map((step) => ({ ...step, site: codes.get(step.thread)?.[step.node]?.site ?? step.site }));
}
