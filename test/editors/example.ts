/** A copy of an example to edit, and what is true of it afterwards. */

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Report, Verdict } from "../../server/src/analysis/types.ts";
import { PROGRAM, runProgram } from "../cli/program.ts";

const EXAMPLES = fileURLToPath(new URL("../../examples/", import.meta.url));
const PAGE = new URL("../../docs/editors.md", import.meta.url);

export interface Example {
	/** `kvmgt/4.18` */
	readonly name: string;
	/** Absolute, the root of the copy. */
	readonly root: string;
}

/** An empty folder; `remove` takes it away again. */
export function makeFolder(): { readonly folder: string; remove(): void } {
	const folder = realpathSync(mkdtempSync(join(tmpdir(), "mm-lifetime-editor-")));
	return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }) };
}

/** Copies an example below a folder. */
export function copyExample(name: string, folder: string): Example {
	const root = join(folder, name);
	cpSync(join(EXAMPLES, name), root, { recursive: true });
	return { name, root };
}

/** What the command line finds in the copy as it is on disk: the verdicts of its uses, and the rules of its findings. */
export function check(example: Example): { readonly verdicts: readonly Verdict[]; readonly rules: readonly string[] } {
	const report = JSON.parse(runProgram(["check", "--uses", "--format", "json", example.root]).out) as Report;
	return { verdicts: report.uses.map((use) => use.verdict), rules: report.findings.map((finding) => finding.rule) };
}

/** What was changed in the copy, as a diff without the places where it lies. */
export function changes(example: Example): string {
	const args = ["diff", "--no-index", "--no-color", "--no-ext-diff", "--unified=2", join(EXAMPLES, example.name), example.root];
	const lines = spawnSync("git", args, { encoding: "utf8" }).stdout.split("\n");
	return lines
		.filter((line) => !/^(diff|index|\+\+\+) /.test(line))
		.map((line) => line.replace(/^--- .*?\/examples\//, "--- ").replace(/^(@@ .* @@).*/, "$1"))
		.join("\n");
}

/** Makes `mm-lifetime` a command for an editor. In: an empty folder, which will be its home. Out: the environment to start it in. */
export function environmentOf(folder: string): NodeJS.ProcessEnv {
	const bin = join(folder, "bin");
	mkdirSync(bin);
	symlinkSync(PROGRAM, join(bin, "mm-lifetime"));
	const { XDG_CONFIG_HOME: _c, XDG_DATA_HOME: _d, XDG_STATE_HOME: _s, ...rest } = process.env;
	return { ...rest, HOME: folder, XDG_CACHE_HOME: folder, PATH: `${bin}:${process.env["PATH"]}` };
}

/** The first piece of code below a heading of docs/editors.md. @throws Error when there is none */
export function readSnippet(heading: string): string {
	const section = readFileSync(PAGE, "utf8")
		.split(/^## /m)
		.find((text) => text.startsWith(`${heading}\n`));
	const code = /```\w+\n([\s\S]*?)```/.exec(section ?? "")?.[1];
	if (code === undefined) throw new Error(`docs/editors.md has no code below ${heading}`);
	return code;
}
