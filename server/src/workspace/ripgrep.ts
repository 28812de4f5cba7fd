import { spawn } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./program-path.ts";

/**
 * Lists files with ripgrep.
 * @param files relative to the root; no others are returned
 * @param patterns regular expressions on bytes, each of them one run; those that begin with one of a few texts are quick
 * @param threads how many each run may use; by default ripgrep decides
 * @returns those in which one of the patterns occurs; `undefined` when there is no ripgrep, or when it could not do what was asked
 */
export async function listWithRipgrep(
	root: string,
	files: readonly string[],
	patterns: readonly string[],
	threads?: number,
): Promise<ReadonlySet<string> | undefined> {
	const folder = commonFolder(files);
	const wanted = new Set(files);
	const found = new Set<string>();
	const options = threads === undefined ? ARGUMENTS : [`--threads=${threads}`, ...ARGUMENTS];
	for (const pattern of patterns) {
		// Without (?-u) ripgrep would not look at bytes that are no UTF-8.
		const output = await run(join(root, folder), options, `(?-u)${pattern}\n`);
		if (output === undefined) return undefined;
		for (const name of output.split("\0")) {
			const path = folder + (name.startsWith("./") ? name.slice(2) : name);
			if (wanted.has(path)) found.add(path);
		}
	}
	return found;
}

/** The folder in which all of them lie, with `/` at its end; empty for the root. */
function commonFolder(files: readonly string[]): string {
	let common = files[0] ?? "";
	common = common.slice(0, common.lastIndexOf("/") + 1);
	for (const file of files) {
		while (!file.startsWith(common)) common = common.slice(0, common.lastIndexOf("/", common.length - 2) + 1);
	}
	return common;
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
function run(folder: string, options: readonly string[], pattern: string): Promise<string | undefined> {
	const program = findProgram("rg");
	if (program === undefined) return Promise.resolve(undefined);
	return new Promise((resolve) => {
		const child = spawn(program, options, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
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
