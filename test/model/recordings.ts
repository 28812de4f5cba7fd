/** Recordings of real kernels, and how the model's output is compared with them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** Reads a file of test/data/kernel-probe, unpacking one that ends in `.gz`. */
export function readProbe(name: string): string {
	const bytes = readFileSync(fileURLToPath(new URL(`../data/kernel-probe/${name}`, import.meta.url)));
	return (name.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
}

interface Line {
	readonly step: string;
	readonly operation: string;
	readonly values: ReadonlyMap<string, string>;
}

/** What a step shows that is compared with a real kernel. `pgtb` is the kernel's alone. */
export const FIELDS = [
	"ret",
	"err",
	"freed",
	"users",
	"count",
	"vma",
	"pte",
	"mtempty",
	"uncopied",
	"magicok",
	"word",
	"in_users",
	"in_count",
	"submit",
	"ev",
] as const;

export type Field = (typeof FIELDS)[number];

/** A field of an operation that is not compared, and why. */
export interface Exclusion {
	readonly name: string;
	readonly excludes: (operation: string, field: Field) => boolean;
	readonly reason: string;
}

/** On one CPU everything is compared. */
export const ON_ONE_CPU: readonly Exclusion[] = [];

/** On two CPUs. */
export const ON_TWO_CPUS: readonly Exclusion[] = [
	{
		name: "any operation, count and in_count",
		excludes: (_, field) => field === "count" || field === "in_count",
		reason: "a CPU that runs a kernel thread after a process may keep that process's mm as active_mm, and with it one more mm_count",
	},
	{
		name: "any operation, freed",
		excludes: (_, field) => field === "freed",
		reason: "the same reference keeps the struct a little longer; what is printed of it meanwhile is not compared either",
	},
	{
		name: "any operation, ev",
		excludes: (_, field) => field === "ev",
		reason: "dying tasks run beside the steps, so that what they did may be told one step later, and __mmdrop() with the struct",
	},
];

/** What a comparison found. */
export interface Comparison {
	readonly steps: number;
	/** Values that were compared. */
	readonly values: number;
	readonly differences: readonly string[];
	/** How many differences each exclusion hid, by its name. */
	readonly hits: ReadonlyMap<string, number>;
}

/** Splits output into steps and their values. */
function readLines(text: string): readonly Line[] {
	return text
		.split(/\r?\n/)
		.filter((line) => line.startsWith("R|"))
		.map((line) => {
			const [, scenario, number, operation = "", rest = ""] = line.split("|");
			const words = rest.split(/\s+/).filter((word) => word.includes("="));
			const values = new Map(words.map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]));
			// Each mm has a word of its own, made of its number in a run.
			if (values.get("magicok") === "1") values.set("word", "own");
			return { step: `${scenario} ${number} ${operation}`, operation, values };
		});
}

/** Returns the fields of a step in which two lines differ; what only one side prints, since the other's struct is freed, is no difference of its own. */
function differingFields(ours: Line, theirs: Line): readonly Field[] {
	const oneFreed = ours.values.get("freed") !== theirs.values.get("freed");
	return FIELDS.filter((field) => {
		const [own, other] = [ours.values.get(field), theirs.values.get(field)];
		return own !== other && !(oneFreed && field !== "freed" && (own === undefined || other === undefined));
	});
}

/** Compares the model's output with what a real kernel did, step by step and value by value. */
export function compare(output: string, recording: string, exclusions: readonly Exclusion[] = ON_ONE_CPU): Comparison {
	const ours = readLines(output);
	const theirs = readLines(recording);
	const differences: string[] = ours.length === theirs.length ? [] : [`${ours.length} steps, recorded ${theirs.length}`];
	const hits = new Map(exclusions.map(({ name }) => [name, 0]));
	let values = 0;
	for (const [index, line] of ours.entries()) {
		const other = theirs[index];
		if (other === undefined) break;
		const wrong: string[] = line.step === other.step ? [] : [`is ${line.step}`];
		values += [...other.values.keys()].filter((key) => (FIELDS as readonly string[]).includes(key)).length;
		for (const field of differingFields(line, other)) {
			const hidden = exclusions.find(({ excludes }) => excludes(line.operation, field));
			if (hidden === undefined) wrong.push(`${field} ${line.values.get(field)}, recorded ${other.values.get(field)}`);
			else hits.set(hidden.name, (hits.get(hidden.name) ?? 0) + 1);
		}
		if (wrong.length > 0) differences.push(`${other.step}: ${wrong.join("; ")}`);
	}
	return { steps: theirs.length, values, differences, hits };
}
