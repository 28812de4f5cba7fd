import { existsSync } from "node:fs";
import { join } from "node:path";

/** The kernels that tests read. */
export type LinuxVersion = "6.1" | "6.12";

/**
 * Finds an unpacked kernel tree.
 * @returns the folder that LINUX_6_1 or LINUX_6_12 names, else /usr/src/linux-source-VERSION when that is unpacked, else `undefined`
 */
export function findLinuxTree(version: LinuxVersion): string | undefined {
	const named = process.env[version === "6.1" ? "LINUX_6_1" : "LINUX_6_12"];
	return [named, `/usr/src/linux-source-${version}`].find(
		(path) => path !== undefined && existsSync(join(path, "include/linux/mm_types.h")),
	);
}
