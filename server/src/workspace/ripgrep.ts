import { spawnSync } from "node:child_process";

/** ripgrep prints one path a match; a kernel's paths take 3 MB. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/**
 * Lists files with ripgrep.
 * @param files relative to the root; no others are returned
 * @param words regular expressions for whole words
 * @returns those in which one of the words occurs; `undefined` when there is no ripgrep, or when it could not do what was asked
 */
export function listWithRipgrep(root: string, files: readonly string[], words: readonly string[]): ReadonlySet<string> | undefined {
	const run = spawnSync(
		"rg",
		[
			"--no-config",
			"--no-ignore",
			"--hidden",
			"--no-messages",
			"--files-with-matches",
			"--null",
			// A NUL byte or a byte order mark must not change what is looked at.
			"--text",
			"--encoding=none",
			"--color=never",
			"--glob=*.[ch]",
			"--glob=!.git",
			"--glob=!node_modules",
			"--file=-",
			"./",
		],
		// Without (?-u) ripgrep would take \b for that of Unicode, and would not look at bytes that are no UTF-8.
		{
			cwd: root,
			input: `(?-u)\\b(?:${words.join("|")})\\b\n`,
			maxBuffer: MAX_OUTPUT,
			encoding: "utf8",
			stdio: ["pipe", "pipe", "ignore"],
		},
	);
	// 1 is "nothing found"; with 2 a file may have been unreadable or the pattern too large.
	if (run.error !== undefined || (run.status !== 0 && run.status !== 1)) return undefined;
	const wanted = new Set(files);
	const found = new Set<string>();
	for (const name of run.stdout.split("\0")) {
		const path = name.startsWith("./") ? name.slice(2) : name;
		if (wanted.has(path)) found.add(path);
	}
	return found;
}
