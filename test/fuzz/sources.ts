/** The C files that are damaged: the examples and the fixtures. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { EXAMPLES } from "../examples/roots.ts";
import { FIXTURES } from "../fixtures.ts";

export interface Source {
	/** Relative to the repository, for messages. */
	readonly name: string;
	readonly bytes: Buffer;
}

/** All of them, in the order of their names. */
export function listCFiles(): readonly Source[] {
	return [
		["examples", EXAMPLES],
		["test/fixtures", FIXTURES],
	].flatMap(([name = "", folder = ""]) =>
		readdirSync(folder, { recursive: true, encoding: "utf8" })
			.filter((path) => /\.[ch]$/.test(path))
			.sort()
			.map((path) => ({ name: `${name}/${path.replaceAll("\\", "/")}`, bytes: readFileSync(join(folder, path)) })),
	);
}
