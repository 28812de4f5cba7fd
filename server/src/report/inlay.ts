import type { Use } from "../analysis/types.ts";
import { changesSomething, describeAfter, describeStepThere, isOfItself } from "./related.ts";

export interface InlayHint {
	/** From 1. */
	readonly line: number;
	readonly text: string;
	readonly tooltip: string;
}

/**
 * The state of the mm behind each line of a file that changes it, in the order of lines: of an `exposed` use on the way to where it
 * breaks, else as it goes well. Of several steps on a line the last one counts, of several uses the first.
 */
export function writeInlayHints(uses: readonly Use[], file: string): readonly InlayHint[] {
	const hints = new Map<number, InlayHint>();
	for (const use of uses) {
		const own = new Map<number, InlayHint>();
		const steps = use.trace ?? use.witness ?? [];
		for (const [index, step] of steps.entries()) {
			if (step.file !== file || isOfItself(step) || !changesSomething(steps, index)) continue;
			own.set(step.line, {
				line: step.line,
				text: describeAfter(step),
				tooltip: `${describeStepThere(step)} (step ${index + 1} of ${steps.length} on the way to ${use.mm} in ${use.function})`,
			});
		}
		for (const [line, hint] of own) if (!hints.has(line)) hints.set(line, hint);
	}
	return [...hints.values()].sort((a, b) => a.line - b.line);
}
