/** The fixtures: small C files, or folders of them, whose first line says how the uses in them are judged. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { VERDICTS, type Verdict } from "../server/src/analysis/types.ts";
import { readTexts } from "./judge.ts";

export const FIXTURES = fileURLToPath(new URL("fixtures", import.meta.url));

export interface Expectation {
	readonly kernel: string;
	/** By function: the worst verdict over the uses in it. */
	readonly verdicts: Readonly<Record<string, Verdict>>;
}

export interface Fixture {
	readonly name: string;
	/** By path relative to the fixture. */
	readonly texts: Readonly<Record<string, string>>;
	readonly expectation: Expectation;
}

/**
 * Reads the first line of a fixture: a comment `kernel: 6.1, expect: FUNCTION=VERDICT FUNCTION=VERDICT`.
 * @throws Error saying what is wrong with it
 */
export function readExpectation(text: string): Expectation {
	const first = text.split("\n", 1)[0] ?? "";
	const match = /^\/\* kernel: (\d+\.\d+(?:\.\d+)?), expect: (\S+(?: \S+)*) \*\/$/.exec(first);
	if (!match) throw new Error(`the first line must read "/* kernel: 6.1, expect: FUNCTION=VERDICT */", not ${JSON.stringify(first)}`);
	const verdicts: Record<string, Verdict> = {};
	for (const part of (match[2] ?? "").split(" ")) {
		const [, name = "", said] = /^([A-Za-z_]\w*)=(\w+)$/.exec(part) ?? [];
		const verdict = VERDICTS.find((known) => known === said);
		if (verdict === undefined) throw new Error(`"${part}" is not FUNCTION=VERDICT`);
		if (name in verdicts) throw new Error(`${name} is named twice`);
		verdicts[name] = verdict;
	}
	return { kernel: match[1] ?? "", verdicts };
}

/**
 * Lists the fixtures: each C file in test/fixtures, and each folder there, whose expectation is in the first of its .c files by name.
 * @throws Error naming the fixture whose first line is wrong
 */
export function listFixtures(): readonly Fixture[] {
	if (!existsSync(FIXTURES)) return [];
	return readdirSync(FIXTURES, { withFileTypes: true })
		.filter((entry) => entry.isDirectory() || entry.name.endsWith(".c"))
		.map((entry) => {
			const path = join(FIXTURES, entry.name);
			const texts = entry.isDirectory() ? readTexts(path) : { [entry.name]: readFileSync(path, "utf8") };
			const first = Object.keys(texts)
				.filter((file) => file.endsWith(".c"))
				.sort()[0];
			try {
				return { name: entry.name, texts, expectation: readExpectation(texts[first ?? ""] ?? "") };
			} catch (error) {
				throw new Error(`test/fixtures/${entry.name}: ${error instanceof Error ? error.message : String(error)}`);
			}
		});
}
