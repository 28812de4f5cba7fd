import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readMakefileVersion } from "../kernel/versions.ts";

/**
 * Reads the version that a kernel's top Makefile states.
 * @param dir an absolute folder
 * @returns `6.1.192`, or `undefined` when the folder has no Makefile with a numeric VERSION and PATCHLEVEL (those of tools/lib are computed)
 */
export function readKernelVersion(dir: string): string | undefined {
	try {
		// The version stands in the first lines; nothing below them may be taken for it.
		return readMakefileVersion(readFileSync(join(dir, "Makefile"), "latin1").slice(0, 4096));
	} catch {
		return undefined;
	}
}
