/** What the tests in real editors need of the operating system; the table is parts.json, which scripts/test.mjs reads too. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { requirePart } from "../requires.ts";

type Part = { readonly package: string } & ({ readonly command: string } | { readonly folder: string; readonly startsWith: string });

const PARTS = JSON.parse(readFileSync(new URL("parts.json", import.meta.url), "utf8")) as Readonly<Record<string, readonly Part[]>>;

/**
 * Says whether the parts of a suite are there, with one line for what is missing.
 * @throws Error with that line when `REQUIRE_ALL=1` is in the environment
 */
export function hasParts(suite: string): boolean {
	const missing = (PARTS[suite] ?? []).filter((part) => !isThere(part)).map((part) => part.package);
	return requirePart(suite, missing.length === 0, `apt-get install ${missing.join(" ")}`);
}

function isThere(part: Part): boolean {
	if ("command" in part) return findCommand(part.command) !== undefined;
	return existsSync(part.folder) && readdirSync(part.folder).some((name) => name.startsWith(part.startsWith));
}

/** The path of a command, as the shell finds it. */
export function findCommand(name: string): string | undefined {
	const folders = (process.env["PATH"] ?? "").split(delimiter);
	return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
