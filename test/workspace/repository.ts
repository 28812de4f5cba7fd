import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTree } from "./tree.ts";

const IDENTITY = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgSign=false"];

/** Runs git in a folder, without the settings of whoever runs the test; returns what it printed. */
export function git(root: string, ...args: readonly string[]): string {
	const run = spawnSync("git", ["-C", root, ...IDENTITY, ...args], {
		encoding: "utf8",
		env: { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
	});
	if (run.status !== 0) throw new Error(`git ${args.join(" ")}: ${run.stderr}`);
	return run.stdout;
}

/** Writes files into a new folder, as {@link makeTree} does, and commits them all. */
export function makeRepository(files: Readonly<Record<string, string | Uint8Array>>): string {
	const root = makeTree(files);
	git(root, "init", "--quiet");
	commitAll(root);
	return root;
}

/** Commits the work tree as it is. */
export function commitAll(root: string): void {
	git(root, "add", "--all");
	git(root, "commit", "--quiet", "--allow-empty", "--message", "state");
}

/** Writes files of a work tree; those without a text are deleted. */
export function edit(root: string, files: Readonly<Record<string, string | Uint8Array | undefined>>): void {
	for (const [path, content] of Object.entries(files)) {
		if (content === undefined) rmSync(join(root, path));
		else writeFileSync(join(root, path), content);
	}
}
