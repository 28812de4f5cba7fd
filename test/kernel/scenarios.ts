/** The scenarios of one boot, in groups, each with what the model says of it. */

import { decideFeature, USE_COUNTS } from "../../server/src/kernel/features.ts";
import { runScenarios } from "../../server/src/model/simulate.ts";
import type { StepTable } from "../../server/src/model/steps.ts";
import type { Machine } from "./machine.ts";
import { asRecording, forModel, writeSteps } from "./script.ts";

/** Returns scenarios as text. */
export function writeScenarios(scenarios: Iterable<readonly [string, readonly string[]]>): string {
	return [...scenarios].map(([name, lines]) => `S ${name}\n${lines.join("\n")}\n`).join("");
}

/** What the model prints for scenarios on a version of the kernel. */
export function askModel(scenarios: string, version: string, table?: StepTable): string {
	const useCounts = decideFeature(USE_COUNTS, version);
	const { output, errors } = runScenarios(forModel(scenarios), {
		...(useCounts === undefined ? {} : { useCounts }),
		...(table === undefined ? {} : { table }),
	});
	if (errors.length > 0) throw new Error(errors.join("\n"));
	return output;
}

/** Puts groups of scenarios through one boot; returns a recording of each, in which what is the kernel's alone is still there. */
export async function askKernel<Name extends string>(
	machine: Machine,
	groups: Readonly<Record<Name, string>>,
	cpus = 1,
): Promise<Readonly<Record<Name, string>>> {
	const scenarios = Object.values<string>(groups).join("");
	const all = asRecording(scenarios, await machine.boot(writeSteps(scenarios), cpus)).split("\n");
	let at = 0;
	const recordings = Object.entries<string>(groups).map(([name, group]) => {
		const steps = group.split("\n").filter((line) => line !== "" && !/^(#|S )/.test(line)).length;
		at += steps;
		return [name, `${all.slice(at - steps, at).join("\n")}\n`];
	});
	return Object.fromEntries(recordings) as Record<Name, string>;
}

/** Returns a recording as it is kept: without the size of the page tables, which depends on the machine. */
export function asKept(recording: string): string {
	return recording.replace(/ pgtb=\d+/g, "");
}

/** Returns the value of a key in each step of a recording with this operation; all steps without one. */
export function valuesOf(recording: string, key: string, operation = ""): readonly (string | undefined)[] {
	return recording
		.split("\n")
		.filter((line) => line.startsWith("R|") && (line.split("|")[3] ?? "").includes(operation))
		.map((line) => new RegExp(`[ |]${key}=(\\S*)`).exec(line)?.[1]);
}

/** Returns the part of a recording that is one scenario's. */
export function partOf(recording: string, scenario: string): string {
	const lines = recording.split("\n").filter((line) => line.startsWith(`R|${scenario}|`));
	return `${lines.join("\n")}\n`;
}
