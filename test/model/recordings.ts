/** Recordings of real kernels, and how the model's output is compared with them. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Reads a file of test/data/kernel-probe. */
export function readProbe(name: string): string {
	return readFileSync(fileURLToPath(new URL(`../data/kernel-probe/${name}`, import.meta.url)), "utf8");
}

interface Line {
	readonly step: string;
	readonly values: ReadonlyMap<string, string>;
}

/** Splits output into steps and their values; `ev` is reduced to the names of the events. */
function readLines(text: string): readonly Line[] {
	return text
		.split(/\r?\n/)
		.filter((line) => line.startsWith("R|"))
		.map((line) => {
			const [, scenario, number, operation, rest = ""] = line.split("|");
			const values = new Map(
				rest
					.split(/\s+/)
					.flatMap((word): [string, string][] =>
						word.includes("=") ? [[word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]] : [],
					),
			);
			values.set("ev", (values.get("ev") ?? "").replace(/\([^)]*\)/g, ""));
			return { step: `${scenario} ${number} ${operation}`, values };
		});
}

const EXACT = [
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
	"in_users",
	"in_count",
	"submit",
	"ev",
];
const ON_TWO_CPUS = ["ret", "err", "users", "vma", "pte", "mtempty", "uncopied", "magicok", "word"];

/** The mm_count that a line shows: 0 once the struct is freed. */
function countOf(line: Line): number {
	return line.values.get("freed") === "1" ? 0 : Number(line.values.get("count"));
}

/** A page is mapped or not; whether an empty table is left depends on what lies beside it. */
function shownAs(line: Line, key: string): string | undefined {
	const value = line.values.get(key);
	return key === "pte" && value === "1" ? "0" : value;
}

/**
 * Returns every difference between the model's output and a recording. `lazy-tlb`: on two CPUs another CPU may still hold one more
 * mm_count, and so keep the struct.
 */
export function compareWithRecording(output: string, recording: string, how: "exact" | "lazy-tlb"): string[] {
	const ours = readLines(output);
	const theirs = readLines(recording);
	const differences: string[] = ours.length === theirs.length ? [] : [`${ours.length} steps, recorded ${theirs.length}`];
	for (const [index, line] of ours.entries()) {
		const other = theirs[index];
		if (other === undefined) break;
		const wrong: string[] = line.step === other.step ? [] : [`is ${line.step}`];
		const gone = how === "lazy-tlb" && line.values.get("freed") === "1";
		for (const key of how === "exact" ? EXACT : gone ? ["ret"] : ON_TWO_CPUS) {
			if (shownAs(line, key) !== shownAs(other, key)) wrong.push(`${key} ${line.values.get(key)}, recorded ${other.values.get(key)}`);
		}
		if (how === "lazy-tlb") {
			const more = countOf(other) - countOf(line);
			if (more !== 0 && more !== 1) wrong.push(`count ${countOf(line)}, recorded ${countOf(other)}`);
		}
		if (wrong.length > 0) differences.push(`${other.step}: ${wrong.join("; ")}`);
	}
	return differences;
}
