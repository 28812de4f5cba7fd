import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import type { BytePattern } from "./need-pattern.ts";

/** Finds which of the files (relative to the root) hold a match of the pattern; a file that cannot be read holds none. */
export type Search = (root: string, files: readonly string[], pattern: BytePattern) => ReadonlySet<string>;

/** Below this many files, starting a program takes longer than reading them. */
const FEW_FILES = 200;
/** ripgrep prints one path a match; a kernel's paths take 3 MB. */
const MAX_OUTPUT = 256 * 1024 * 1024;

/** Searches with ripgrep when it is on PATH, else by itself; the result is the same. */
export const searchFiles: Search = (root, files, pattern) => {
	if (files.length > FEW_FILES) {
		const found = searchWithRipgrep(root, files, pattern);
		if (found !== undefined) return found;
	}
	return searchBytes(root, files, pattern);
};

/**
 * Searches with ripgrep.
 * @returns `undefined` when there is no ripgrep, or when it could not do what was asked
 */
export function searchWithRipgrep(root: string, files: readonly string[], pattern: BytePattern): ReadonlySet<string> | undefined {
	const run = spawnSync(
		"rg",
		// --text and no encoding: a NUL byte or a byte order mark must not change what is looked at.
		[
			"--no-config",
			"--no-ignore",
			"--hidden",
			"--no-messages",
			"--files-with-matches",
			"--null",
			"--text",
			"--encoding=none",
			"--color=never",
			"--glob=*.[ch]",
			"--glob=!.git",
			"--glob=!node_modules",
			"--file=-",
			"./",
		],
		{ cwd: root, input: `${pattern.ripgrep}\n`, maxBuffer: MAX_OUTPUT, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"] },
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

/** Searches in Node: each file is read into one buffer that is used again, and looked at as bytes. */
export function searchBytes(root: string, files: readonly string[], pattern: BytePattern): ReadonlySet<string> {
	const regex = new RegExp(pattern.javascript);
	const found = new Set<string>();
	const reader = { buffer: Buffer.allocUnsafe(1 << 20) };
	for (const path of files) {
		const text = readLatin1(join(root, path), reader);
		if (text !== undefined && regex.test(text)) found.add(path);
	}
	return found;
}

/** Reads a file with one character a byte; the buffer grows to the largest file met. */
function readLatin1(path: string, reader: { buffer: Buffer }): string | undefined {
	let fd: number;
	try {
		fd = openSync(path, "r");
	} catch {
		return undefined;
	}
	try {
		const size = fstatSync(fd).size;
		if (size > MAX_SEARCHED) return undefined;
		if (size > reader.buffer.length) reader.buffer = Buffer.allocUnsafe(size * 2);
		let length = 0;
		for (;;) {
			const read = readSync(fd, reader.buffer, length, reader.buffer.length - length, null);
			if (read === 0) break;
			length += read;
			if (length === reader.buffer.length) break;
		}
		return reader.buffer.toString("latin1", 0, length);
	} catch {
		return undefined;
	} finally {
		closeSync(fd);
	}
}

/** Larger files would be refused by the parser anyway; a string cannot hold much more than this. */
const MAX_SEARCHED = 256 * 1024 * 1024;
