/** Scenarios as the machine takes them, and its answers as the model prints them. */

import { parseScenarios, type ScenarioStep } from "../../server/src/model/scenario.ts";

/** Words that only a real kernel can do something with, and the operation that the model takes for each. */
const OF_THE_KERNEL: Readonly<Record<string, string>> = { begincopy: "obs", endcopy: "copy", uffd: "obs", ring: "obs" };
const KERNEL_STEP = new RegExp(`^((?:\\w+\\.)?)(${Object.keys(OF_THE_KERNEL).join("|")})\\b`, "gm");
const WORKER = /^worker(\d)$/;

/** Returns scenarios as the model reads them: each step that a real kernel takes in two parts is taken as a whole where it ends. */
export function forModel(scenarios: string): string {
	return scenarios.replace(KERNEL_STEP, (_, mm: string, word: string) => `${mm}${OF_THE_KERNEL[word]}`);
}

/** Returns the number of the worker that takes a step, or the step's argument. */
function argumentOf(step: ScenarioStep): number {
	return step.thread === undefined ? step.arg : Number(WORKER.exec(step.thread)?.[1] ?? 0);
}

/** Returns what the machine reads: `SLOT STEP ARGUMENT` a line, each mm a slot of its own, and what a scenario leaves behind forgotten. */
export function writeSteps(scenarios: string): string {
	const lines: string[] = [];
	let made = 0;
	const words = scenarios.split("\n").filter((line) => line !== "" && !/^(#|S )/.test(line));
	let at = 0;
	for (const scenario of parse(scenarios)) {
		const slots = new Map<string, number>();
		let current = "";
		for (const step of scenario.steps) {
			const word =
				(words[at++] ?? "")
					.replace(/^\w+: /, "")
					.replace(/^\w+\./, "")
					.split(" ")[0] ?? "";
			if (step.op === "spawn" || step.op === "mm_alloc") {
				current = step.mm ?? `#${made}`;
				slots.set(current, made++);
			}
			lines.push(`${slots.get(step.mm ?? current)} ${word} ${argumentOf(step)}`);
		}
		for (const slot of slots.values()) lines.push(`${slot} forget 0`);
	}
	return `${lines.join("\n")}\n`;
}

/** Returns the answers of a machine as the model prints the same scenarios. */
export function asRecording(scenarios: string, answers: readonly string[]): string {
	const lines: string[] = [];
	for (const scenario of parse(scenarios)) {
		for (const [index, step] of scenario.steps.entries()) {
			lines.push(`R|${scenario.name}|${index}|${step.text}|${answers[lines.length]}`);
		}
	}
	if (lines.length !== answers.length) throw new Error(`${lines.length} steps, ${answers.length} answers`);
	return `${lines.join("\n")}\n`;
}

function parse(scenarios: string): ReturnType<typeof parseScenarios>["scenarios"] {
	const { scenarios: parsed, errors } = parseScenarios(forModel(scenarios));
	if (errors.length > 0) throw new Error(errors.join("\n"));
	return parsed;
}
