import type { TraceStep } from "../analysis/types.ts";
import { decideFeature, USE_COUNTS } from "../kernel/features.ts";
import { type Replay, replayTrace } from "../model/replay.ts";
import { formatTrace } from "../report/trace.ts";
import { type NamedTrace, readTraces } from "./trace-input.ts";

type UseCounts = "lazy" | "always";

/**
 * Replays every trace in a file and writes the state after each step, up to the first that does not replay.
 * @param text JSON, as `check --format json` prints it
 * @param name the file it came from, for messages
 * @param kernel the kernel the traces are from; without, the one that the report names
 * @returns what to print, and whether every trace replays
 * @throws InputError when the file holds no trace or is not what it should be
 */
export function replayFile(text: string, name: string, kernel: string | undefined): { readonly output: string; readonly ok: boolean } {
	const { traces, kernel: named } = readTraces(text, name);
	const counts = chooseUseCounts(kernel ?? named);
	let ok = true;
	const lines = traces.flatMap((entry) => {
		const replay = replayWith(entry, counts);
		ok &&= replay.ok;
		return [entry.title, ...describeReplay(entry, replay)];
	});
	return { output: `${lines.join("\n")}\n`, ok };
}

/** A finding by itself does not say which kernel it is from: then either way of counting may be meant. */
function chooseUseCounts(kernel: string | undefined): readonly UseCounts[] {
	const known = kernel === undefined || kernel.includes(",") ? undefined : decideFeature(USE_COUNTS, kernel);
	return known === undefined ? ["lazy", "always"] : [known];
}

function replayWith(entry: NamedTrace, counts: readonly UseCounts[]): Replay {
	const [first, ...others] = counts.map((useCounts) => replayTrace(entry.trace, entry.graphs, { useCounts }));
	return others.find((replay) => replay.ok) ?? first ?? replayTrace(entry.trace, entry.graphs);
}

function describeReplay(entry: NamedTrace, replay: Replay): readonly string[] {
	if (replay.ok) {
		const steps = replay.steps.map(({ step, after }): TraceStep => ({ ...step, after }));
		return [
			...indent(formatTrace(steps)),
			`    replayed: ${entry.trace.length} steps, the last breaks: ${PROPERTIES[replay.property] ?? replay.property}`,
		];
	}
	return [...indent(formatTrace(entry.trace.slice(0, replay.at))), `    step ${replay.at + 1} does not replay: ${replay.why}`];
}

function indent(lines: readonly string[]): readonly string[] {
	return lines.map((line) => `    ${line}`);
}

/** What each property of the model asks for. */
const PROPERTIES: Readonly<Record<string, string>> = {
	"page-tables": "page tables live while used",
	"struct-freed": "no step on a freed mm_struct",
	"from-zero": "no reference taken from 0",
	"register-dead": "no notifier registered on a dead mm",
	negative: "no count below 0",
};
