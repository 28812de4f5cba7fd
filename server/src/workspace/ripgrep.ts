import { spawn } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./program-path.ts";

/**
 * Lists files with ripgrep, as it finds them.
 * @param files relative to the root; no others are listed
 * @param patterns regular expressions on bytes, each of them one run; those that begin with one of a few texts are quick
 * @param threads how many each run may use; by default ripgrep decides
 * @yields some of those in which one of the patterns occurs, perhaps more than once
 * @returns whether these are all: not when there is no ripgrep, or when it could not do what was asked
 */
export async function* listWithRipgrep(
	root: string,
	files: readonly string[],
	patterns: readonly string[],
	threads?: number,
): AsyncGenerator<readonly string[], boolean> {
	const folder = commonFolder(files);
	const wanted = new Set(files);
	const options = threads === undefined ? ARGUMENTS : [`--threads=${threads}`, ...ARGUMENTS];
	const program = findProgram("rg");
	if (program === undefined) return false;
	const pathsOf = (names: readonly string[]): readonly string[] =>
		names.map((name) => folder + (name.startsWith("./") ? name.slice(2) : name)).filter((path) => wanted.has(path));
	for (const pattern of patterns) {
		// Without (?-u) ripgrep would not look at bytes that are no UTF-8.
		if (!(yield* run(program, join(root, folder), options, `(?-u)${pattern}\n`, pathsOf))) return false;
	}
	return true;
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

/**
 * Runs ripgrep with the pattern on its standard input; it ends when nobody wants more.
 * @yields the paths of the names that it prints, as they come
 * @returns whether it did it
 */
async function* run(
	program: string,
	folder: string,
	options: readonly string[],
	pattern: string,
	pathsOf: (names: readonly string[]) => readonly string[],
): AsyncGenerator<readonly string[], boolean> {
	const child = spawn(program, options, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
	const ended = new Promise<number | null>((resolve) => {
		child.on("error", () => resolve(null));
		child.on("close", resolve);
	});
	// A program that ended early does not read to the end.
	child.stdin.on("error", () => undefined);
	child.stdin.end(pattern);
	child.stdout.setEncoding("utf8");
	let rest = "";
	try {
		for await (const chunk of child.stdout as AsyncIterable<string>) {
			const names = (rest + chunk).split("\0");
			rest = names.pop() ?? "";
			yield pathsOf(names);
		}
	} catch {
		// One that could not be started, or was ended, has no whole output.
		return false;
	} finally {
		child.kill();
	}
	// 1 is "nothing found"; with 2 a file may have been unreadable or the pattern too large.
	const status = await ended;
	return status === 0 || status === 1;
}
