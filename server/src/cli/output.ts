import { randomBytes } from "node:crypto";
import { chmodSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeError, InputError } from "../workspace/input-error.ts";
import type { Io } from "./command.ts";

/**
 * Writes a result to standard output, or to a file in one go: whoever reads the file sees the old text or the new one, never half of it.
 * @throws InputError naming the file that cannot be written
 */
export function writeResult(text: string, file: string | undefined, io: Io): void {
	if (file === undefined) {
		io.writeOut(text);
		return;
	}
	try {
		replaceFile(resolve(io.cwd, file), text);
	} catch (error) {
		throw new InputError(`${file}: ${describeError(error)}`);
	}
}

/**
 * Puts a file in place of another in one go; it keeps the mode of the old one.
 * @throws what the file system says
 */
export function replaceFile(path: string, content: string | Uint8Array): void {
	const stat = statSync(path, { throwIfNoEntry: false });
	if (stat?.isFile() === false && !stat.isDirectory()) {
		// A pipe or a device cannot be replaced by renaming; a pipe that /dev/stdout leads to has no name of its own.
		writeFileSync(path, content);
		return;
	}
	const target = followLinks(path);
	const temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
	try {
		writeFileSync(temporary, content, { flag: "wx" });
		if (stat) chmodSync(temporary, stat.mode & 0o7777);
		renameSync(temporary, target);
	} catch (error) {
		rmSync(temporary, { force: true });
		throw error;
	}
}

/** A link to a file is kept, and what it names is replaced. */
function followLinks(path: string): string {
	try {
		return realpathSync(path);
	} catch {
		return path;
	}
}
