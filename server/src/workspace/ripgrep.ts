import { spawn } from "node:child_process";
import { join } from "node:path";
import { findProgram } from "./program-path.ts";

/** A line in which a pattern occurs. */
export interface Hit {
	/** Of the file, relative to the root. */
	readonly path: string;
	/** Without its line end; absent where it is longer than {@link LONG_LINE}. */
	readonly line?: Buffer;
}

/**
 * Lists lines with ripgrep, as it finds them.
 * @param files relative to the root; no others are listed
 * @param patterns regular expressions on bytes, each of them one run; those that begin with one of a few texts are quick
 * @param threads how many each run may use; by default ripgrep decides
 * @yields some of the lines in which one of the patterns occurs, perhaps more than once
 * @returns whether these are all: not when there is no ripgrep, or when it could not do what was asked
 */
export async function* listWithRipgrep(
	root: string,
	files: readonly string[],
	patterns: readonly string[],
	threads?: number,
): AsyncGenerator<readonly Hit[], boolean> {
	const folder = commonFolder(files);
	const wanted = new Set(files);
	const options = threads === undefined ? ARGUMENTS : [`--threads=${threads}`, ...ARGUMENTS];
	const program = findProgram("rg");
	if (program === undefined) return false;
	/* the lines of a file come together */
	let last = { name: "", path: undefined as string | undefined };
	const pathOf = (name: string): string | undefined => {
		if (name === last.name) return last.path;
		const path = folder + (name.startsWith("./") ? name.slice(2) : name);
		last = { name, path: wanted.has(path) ? path : undefined };
		return last.path;
	};
	for (const pattern of patterns) {
		// Without (?-u) ripgrep would not look at bytes that are no UTF-8.
		if (!(yield* run(program, join(root, folder), options, `(?-u)${pattern}\n`, pathOf))) return false;
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

/** A line of more bytes is not printed. */
const LONG_LINE = 8192;

const ARGUMENTS: readonly string[] = [
	"--no-config",
	"--no-ignore",
	"--hidden",
	"--no-messages",
	"--no-heading",
	"--with-filename",
	"--no-line-number",
	`--max-columns=${LONG_LINE}`,
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

/** What is printed in the place of a longer line begins so. A line that begins so itself is taken for one. */
const OMITTED = Buffer.from("[Omitted long ");
const NUL = 0;
const LINE_FEED = 10;

/**
 * Runs ripgrep with the pattern on its standard input; it ends when nobody wants more.
 * @param pathOf the path of a file whose name it prints; undefined when its lines are not wanted
 * @yields the lines that it prints, as they come
 * @returns whether it did it
 */
async function* run(
	program: string,
	folder: string,
	options: readonly string[],
	pattern: string,
	pathOf: (name: string) => string | undefined,
): AsyncGenerator<readonly Hit[], boolean> {
	const child = spawn(program, options, { cwd: folder, stdio: ["pipe", "pipe", "ignore"] });
	const ended = new Promise<number | null>((resolve) => {
		child.on("error", () => resolve(null));
		child.on("close", resolve);
	});
	// A program that ended early does not read to the end.
	child.stdin.on("error", () => undefined);
	child.stdin.end(pattern);
	let rest: Buffer = Buffer.alloc(0);
	try {
		for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
			const printed = Buffer.concat([rest, chunk]);
			const hits: Hit[] = [];
			rest = printed.subarray(takeHits(printed, pathOf, hits));
			yield hits;
		}
	} catch {
		// One that could not be started, or was ended, has no whole output.
		return false;
	} finally {
		child.kill();
	}
	// 1 is "nothing found"; with 2 a file may have been unreadable or the pattern too large.
	const status = await ended;
	return rest.length === 0 && (status === 0 || status === 1);
}

/** Reads `name NUL line LF` as often as it stands there; returns where that ends. */
function takeHits(printed: Buffer, pathOf: (name: string) => string | undefined, hits: Hit[]): number {
	let start = 0;
	for (;;) {
		const name = printed.indexOf(NUL, start);
		const end = name < 0 ? -1 : printed.indexOf(LINE_FEED, name + 1);
		if (end < 0) return start;
		const path = pathOf(printed.toString("utf8", start, name));
		const line = printed.subarray(name + 1, end);
		if (path !== undefined) hits.push(line.subarray(0, OMITTED.length).equals(OMITTED) ? { path } : { path, line });
		start = end + 1;
	}
}
