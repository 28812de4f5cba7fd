/** What docs/kernel-workflow.md shows is so: its options are those of check, and its hook does what it says. */

import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CHECK } from "../../server/src/cli/check.ts";
import { edit, git, makeRepository } from "../workspace/repository.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM } from "./program.ts";

const PAGE = readFileSync(new URL("../../docs/kernel-workflow.md", import.meta.url), "utf8");
const HELD = USE.replace("mmgrab", "mmget");

/** What the page shows in a language. */
function shown(language: string): readonly string[] {
	return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");
}

/** Runs a command of a shell in a folder, with the program on the PATH. */
function runShell(cwd: string, command: string): { readonly status: number | null; readonly out: string } {
	const bin = makeTree({ "mm-lifetime": `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n` });
	chmodSync(join(bin, "mm-lifetime"), 0o755);
	const identity = {
		GIT_AUTHOR_NAME: "a",
		GIT_AUTHOR_EMAIL: "a@example.com",
		GIT_COMMITTER_NAME: "a",
		GIT_COMMITTER_EMAIL: "a@example.com",
	};
	const plain = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
	const env = { ...process.env, ...identity, ...plain, PATH: `${bin}:${process.env["PATH"]}` };
	const run = spawnSync("sh", ["-ec", command], { cwd, encoding: "utf8", env });
	return { status: run.status, out: `${run.stdout}${run.stderr}` };
}

describe("docs/kernel-workflow.md", () => {
	it("names options of check", () => {
		const commands = [...PAGE.matchAll(/mm-lifetime(?:\/dist\/cli\.js)? check ([^`"\n|]*)/g)].map((match) => match[1] ?? "");
		const listed = PAGE.slice(PAGE.indexOf("Options of `check` may stand behind"), PAGE.indexOf("What the compiler's flags tell"));
		const options = [...commands, listed].flatMap((text) => text.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
		expect(options).toContain("--kbuild");
		expect(options.filter((option) => !CHECK.help.includes(`${option} `))).toEqual([]);
	});

	it("has a hook that refuses a commit which brings a finding, and no other", () => {
		const root = makeRepository({
			Makefile: MAKEFILE,
			"drivers/box.c": HELD,
			"drivers/known.c": USE.replaceAll("box", "known"),
			note: "a",
		});
		writeFileSync(join(root, ".git/hooks/pre-commit"), shown("sh")[0] ?? "", { mode: 0o755 });
		const commit = "git add --all && git commit --quiet --message change";
		edit(root, { note: "b" });
		expect(runShell(root, commit)).toEqual({ status: 0, out: "" });
		edit(root, { "drivers/other.c": "int other;\n" });
		expect(runShell(root, commit)).toMatchObject({ status: 0 });
		edit(root, { "drivers/box.c": USE });
		const refused = runShell(root, commit);
		expect(refused.status).not.toBe(0);
		expect(refused.out).toContain("drivers/box.c:8:2: error[use-without-users-ref]");
		expect(git(root, "log", "--format=%s").split("\n").filter(Boolean)).toEqual(["change", "change", "state"]);
	});

	it("shows how a patch is read from a file and from a pipe, and how what is known is written down", () => {
		const root = makeRepository({ "linux/Makefile": MAKEFILE, "linux/drivers/box.c": HELD });
		edit(root, { "linux/drivers/box.c": USE });
		writeFileSync(join(root, "0001-box-hold-the-mm.patch"), git(root, "diff", "--relative=linux"));
		edit(root, { "linux/drivers/box.c": HELD });
		const [fromFile = "", fromPipe = ""] = shown("console").flatMap((block) => block.match(/(?<=^\$ ).*--patch.*/gm) ?? []);
		const adapt = (command: string): string =>
			command.replace("~/linux", "linux").replace("git format-patch --stdout origin/main", "cat 0001-box-hold-the-mm.patch");
		for (const command of [fromFile, fromPipe]) {
			expect(command).not.toBe("");
			expect(runShell(root, adapt(command))).toMatchObject({ status: 1, out: expect.stringContaining("introduced by drivers/box.c:") });
		}
		edit(root, { "linux/drivers/box.c": USE });
		const written = shown("console").flatMap((block) => block.match(/(?<=^\$ ).*baseline.*/gm) ?? []);
		expect(runShell(join(root, "linux"), written.join("\n"))).toMatchObject({ status: 0 });
		expect(runShell(join(root, "linux"), "mm-lifetime check --baseline mm-lifetime.baseline.json .")).toMatchObject({ status: 0 });
	});
});
