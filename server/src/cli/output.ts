import { randomBytes } from "node:crypto";
import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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
	let temporary: string | undefined;
	try {
		const target = followLinks(resolve(io.cwd, file));
		const stat = statSync(target, { throwIfNoEntry: false });
		if (stat?.isFile() === false && !stat.isDirectory()) {
			// A pipe or a device cannot be replaced by renaming.
			writeFileSync(target, text);
			return;
		}
		temporary = `${target}.${randomBytes(6).toString("hex")}.tmp`;
		writeFileSync(temporary, text, { flag: "wx", mode: stat?.mode ?? 0o666 });
		renameSync(temporary, target);
	} catch (error) {
		if (temporary !== undefined) rmSync(temporary, { force: true });
		throw new InputError(`${file}: ${describeError(error)}`);
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
