/** Finds an unpacked kernel tree that the table's source lines can be held against. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMakefileVersion } from "../../server/src/kernel/versions.ts";

export interface KernelTree {
	readonly root: string;
	/** As its Makefile says. */
	readonly version: string;
	/** Undefined when there is no such file. */
	read(path: string): string | undefined;
}

/**
 * @param branch `6.1`: the tree is named by the environment variable LINUX_6_1, else looked for in /usr/src/linux-source-6.1.
 * @returns undefined when there is none, with `REQUIRE_ALL=1` an error.
 */
export function findKernelTree(branch: string): KernelTree | undefined {
	const named = process.env[`LINUX_${branch.replace(".", "_")}`];
	const root = named ?? `/usr/src/linux-source-${branch}`;
	const cache = new Map<string, string | undefined>();
	const read = (path: string): string | undefined => {
		if (!cache.has(path)) {
			const full = join(root, path);
			cache.set(path, existsSync(full) ? readFileSync(full, "utf8") : undefined);
		}
		return cache.get(path);
	};
	const makefile = read("Makefile");
	const version = makefile === undefined ? undefined : readMakefileVersion(makefile);
	if (version !== undefined) {
		return { root, version, read };
	}
	const missing = `no Linux ${branch} source: install linux-source-${branch} and unpack it, or set LINUX_${branch.replace(".", "_")}`;
	if (process.env["REQUIRE_ALL"] === "1") {
		throw new Error(missing);
	}
	console.log(`skipped: ${missing}`);
	return undefined;
}
