/** Settings of any kind: of a tree, of an editor, and on the command line. What cannot be used is refused in one line that names it. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHECK } from "../../server/src/cli/check.ts";
import type { Command } from "../../server/src/cli/command.ts";
import { EXPLAIN } from "../../server/src/cli/explain.ts";
import { FACTS } from "../../server/src/cli/facts.ts";
import { LINK } from "../../server/src/cli/link.ts";
import { LSP } from "../../server/src/cli/lsp.ts";
import { SIMULATE } from "../../server/src/cli/simulate.ts";
import { readSettings } from "../../server/src/lsp/settings.ts";
import { compileGlob } from "../../server/src/workspace/glob.ts";
import { InputError } from "../../server/src/workspace/input-error.ts";
import { parseSettings } from "../../server/src/workspace/settings-file.ts";
import { USE } from "../cli/exposed-use.ts";
import { MAKEFILE } from "../workspace/tree.ts";
import { mutate, mutations } from "./mutations.ts";
import { SEED, share } from "./size.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

let watchdog: Watchdog;
/** What `..` names is ours too: the folder of all temporary files may hold anything. */
let folder = "";
let cwd = "";
beforeAll(() => {
	watchdog = startWatchdog();
	folder = mkdtempSync(join(tmpdir(), "mm-lifetime-fuzz-"));
	cwd = join(folder, "tree");
	mkdirSync(cwd);
	writeFileSync(join(cwd, "Makefile"), MAKEFILE);
	writeFileSync(join(cwd, "a.c"), USE);
});
afterAll(async () => {
	rmSync(folder, { recursive: true, force: true });
	await watchdog.stop();
});

const GOOD = Buffer.from(
	JSON.stringify({
		kernel: "6.1",
		functions: { my_get: "get_task_mm", my_put: "mmput" },
		severity: { "use-unknown": "off", "use-claimed": "error" },
		exclude: ["drivers/**/*.c", "a/{b,c}?.[ch]"],
	}),
);
const key = fc.constantFrom("kernel", "functions", "severity", "exclude", "enable", "root", "kernelVersion", "codeLens", "__proto__", "x");
const anything = fc.dictionary(key, fc.anything({ withNullPrototype: true, maxDepth: 3 }));

/** Runs what may refuse its input, and nothing else. */
function orRefused<T>(run: () => T): T | undefined {
	watchdog.beat();
	try {
		return run();
	} catch (error) {
		expect(error).toBeInstanceOf(InputError);
		expect(String(error).split("\n")).toHaveLength(1);
		return undefined;
	}
}

describe("settings", () => {
	it("of a tree that are damaged, or anything at all, are used or refused", () => {
		const texts = fc.oneof(
			mutations.map((damage) => mutate(GOOD, damage, GOOD).toString("utf8")),
			anything.map((value) => JSON.stringify(value)),
			fc.json(),
		);
		fc.assert(
			fc.property(texts, (text) => {
				const settings = orRefused(() => parseSettings(text, "settings"));
				if (settings !== undefined) expect(Object.keys(settings).every((name) => GOOD.includes(name))).toBe(true);
			}),
			{ seed: SEED, numRuns: share(10_000) },
		);
	});

	it("of an editor are used, or complained about one by one", () => {
		fc.assert(
			fc.property(fc.oneof(anything, fc.anything()), (value) => {
				watchdog.beat();
				const { settings, problems } = readSettings(value);
				expect(typeof settings.enable).toBe("boolean");
				expect(problems.every((problem) => typeof problem === "string")).toBe(true);
			}),
			{ seed: SEED, numRuns: share(10_000) },
		);
	});

	it("may hold any glob: each ends soon on any path", () => {
		const pattern = fc.array(fc.constantFrom("*", "**", "/", "a", "?", "[a-z]", "{a,b}", "{", "}", "[", "]", "!", "\\", ".", "(", "+"), {
			maxLength: 24,
		});
		fc.assert(
			fc.property(pattern, fc.constantFrom("a".repeat(200), "a/".repeat(100), "drivers/a/b.c"), (parts, path) => {
				watchdog.beat();
				let test: ((path: string) => boolean) | undefined;
				try {
					test = compileGlob(parts.join(""));
				} catch (error) {
					expect(error).toBeInstanceOf(Error);
				}
				expect(["boolean", "undefined"]).toContain(typeof test?.(path));
			}),
			{ seed: SEED, numRuns: share(10_000) },
		);
	});
});

const COMMANDS: readonly Command[] = [CHECK, EXPLAIN, FACTS, LINK, SIMULATE, LSP];
const WORDS = [
	..."--format --output --uses --kernel --diff --patch --baseline --write-baseline --root --no-root --min-severity --strict".split(" "),
	..."--exclude --jobs --cache --no-cache --stdin-filename --color --trace --socket --pipe --kbuild --frobnicate -x -- -".split(" "),
	..."text json sarif html xml error warning 6.1 v6.1-rc1 1e9 HEAD a.c . .. nothing out/x a[ use-unknown 0 -1 99999".split(" "),
	"",
	" ",
	"é\u2028",
	"--format=json",
	"--kernel=",
	"--exclude={",
	"--output=\n",
];

describe("arguments", () => {
	it("in any order are understood, or refused in one line", async () => {
		const args = fc.array(fc.constantFrom(...WORDS), { maxLength: 6 });
		await fc.assert(
			fc.asyncProperty(fc.constantFrom(...COMMANDS), args, async (command, words) => {
				/* a transport that is there would make this process a server; --output writes wherever it says */
				if (words.some((word) => /^--(output|write-baseline|cache)/.test(word))) return;
				watchdog.beat();
				let out = "";
				const io = {
					cwd,
					env: {},
					stdoutIsTerminal: false,
					readStdin: () => Buffer.from(USE),
					writeOut: (text: string | Uint8Array) => {
						out += text.toString();
					},
					writeError: () => undefined,
				};
				try {
					expect([0, 1, 2]).toContain(await command.run(words, io));
				} catch (error) {
					expect([words, error]).toEqual([words, expect.any(InputError)]);
					expect(out).toBe("");
				}
			}),
			{ seed: SEED, numRuns: share(3_000) },
		);
	});
});
