import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { changes, check, copyExample, environmentOf, makeFolder, readSnippet } from "./example.ts";
import { FIXES, type FixCase } from "./fixes.ts";
import { hasParts } from "./parts.ts";

interface Seen {
	readonly failed?: string;
	readonly before: readonly { readonly line: number; readonly message: string }[];
	readonly actions: readonly string[];
	readonly after: number;
}

/** An editor of the terminal: where docs/editors.md tells how to set it up, and how to start it so that it runs our script. */
interface TerminalEditor {
	readonly name: "Neovim" | "Emacs" | "Vim";
	readonly heading: string;
	readonly configuration: string;
	readonly script: string;
	readonly command: (configuration: string, script: string, file: string) => readonly string[];
}

const EDITORS: readonly TerminalEditor[] = [
	{
		name: "Neovim",
		heading: "Neovim 0.7 and newer",
		configuration: "init.lua",
		script: "drive-neovim.lua",
		command: (configuration, script, file) => [
			"nvim",
			"--headless",
			"-i",
			"NONE",
			"-n",
			"-u",
			configuration,
			file,
			"-c",
			`luafile ${script}`,
		],
	},
	{
		name: "Emacs",
		heading: "Emacs",
		configuration: "init.el",
		script: "drive-emacs.el",
		command: (configuration, script) => ["emacs", "--batch", "-l", configuration, "-l", script],
	},
	{
		name: "Vim",
		heading: "Vim",
		configuration: "vimrc",
		script: "drive-vim.vim",
		command: (configuration, script, file) => [
			"vim",
			"-N",
			"-n",
			"-i",
			"NONE",
			"-T",
			"dumb",
			"--not-a-term",
			"-u",
			configuration,
			file,
			"-S",
			script,
		],
	},
];

/** Sets the editor up as its snippet says, lets it apply a fix to a copy of an example, and gives what it saw. */
function drive(
	editor: TerminalEditor,
	fix: FixCase,
): { readonly seen: Seen; readonly diff: string; readonly checked: ReturnType<typeof check> } {
	const { folder, remove } = makeFolder();
	try {
		// Emacs takes the work tree for the project; without one every folder would get a server of its own.
		spawnSync("git", ["init", "--quiet", folder]);
		const example = copyExample(fix.example, folder);
		const file = join(example.root, fix.file);
		const configuration = join(folder, editor.configuration);
		writeFileSync(configuration, readSnippet(editor.heading));
		const script = fileURLToPath(new URL(editor.script, import.meta.url));
		const [command, ...args] = editor.command(configuration, script, file);
		const output = join(folder, "seen.json");
		const env = { ...environmentOf(folder), MM_TITLE: fix.title, MM_FILE: file, MM_SEEN: output };
		const run = spawnSync(command ?? "", args, { cwd: example.root, env, encoding: "utf8", timeout: 90_000 });
		const seen = existsSync(output) ? (JSON.parse(readFileSync(output, "utf8")) as Seen) : undefined;
		if (seen === undefined || seen.failed !== undefined) {
			throw new Error(`${editor.name}: ${JSON.stringify(seen)}\n${run.stdout}${run.stderr}`);
		}
		return { seen, diff: changes(example), checked: check(example) };
	} finally {
		remove();
	}
}

describe.each(EDITORS.map((editor) => [editor.name, editor] as const))("%s", (name, editor) => {
	it.skipIf(!hasParts(name)).each(FIXES)("shows the finding and applies fix $id", async (fix) => {
		const { seen, diff, checked } = drive(editor, fix);
		expect(seen.before.map((finding) => finding.line)).toContain(fix.line);
		expect(seen.before.map((finding) => finding.message).join("\n")).toContain(fix.message);
		expect(seen.actions.join("\n")).toContain(fix.title);
		expect(seen.after).toBe(0);
		await expect(diff).toMatchFileSnapshot(`golden/${fix.id}.diff`);
		expect(checked).toEqual({ verdicts: [fix.verdict], rules: [] });
	});
});
