import { spawn } from "node:child_process";

/**
 * Lists files with ripgrep.
 * @param files relative to the root; no others are returned
 * @param words regular expressions for whole words
 * @returns those in which one of the words occurs; `undefined` when there is no ripgrep, or when it could not do what was asked
 */
export async function listWithRipgrep(
	root: string,
	files: readonly string[],
	words: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
	// Without (?-u) ripgrep would take \b for that of Unicode, and would not look at bytes that are no UTF-8.
	const output = await run(root, `(?-u)\\b(?:${words.join("|")})\\b\n`);
	if (output === undefined) return undefined;
	const wanted = new Set(files);
	const found = new Set<string>();
	for (const name of output.split("\0")) {
		const path = name.startsWith("./") ? name.slice(2) : name;
		if (wanted.has(path)) found.add(path);
	}
	return found;
}

const ARGUMENTS: readonly string[] = [
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
];

/** Runs ripgrep with the pattern on its standard input; `undefined` when it is not there or did not do it. */
function run(root: string, pattern: string): Promise<string | undefined> {
	return new Promise((resolve) => {
		const child = spawn("rg", ARGUMENTS, { cwd: root, stdio: ["pipe", "pipe", "ignore"] });
		const chunks: Buffer[] = [];
		child.on("error", () => resolve(undefined));
		child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
		// 1 is "nothing found"; with 2 a file may have been unreadable or the pattern too large.
		child.on("close", (status) => resolve(status === 0 || status === 1 ? Buffer.concat(chunks).toString("utf8") : undefined));
		// A program that ended early does not read to the end.
		child.stdin.on("error", () => undefined);
		child.stdin.end(pattern);
	});
}
