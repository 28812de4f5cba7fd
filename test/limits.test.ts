/** docs/limits.md names every limit of the program, with its value. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const SOURCES = fileURLToPath(new URL("../server/src", import.meta.url));
const PAGE = fileURLToPath(new URL("../docs/limits.md", import.meta.url));

/** How limits are called; other numbers are codes of characters, layouts, or intervals of which nobody loses anything. */
const LIMIT = /^(?:export )?const ((?:MAX|MOST|SOME)(?:_\w+)?|\w*DEPTH|LEVELS|PASSES|PATIENCE|DRAFT_LIFE|deepest) = (\d[\d_ *<]*);/gm;

function limitsInSource(): Readonly<Record<string, string>> {
	const paths = readdirSync(SOURCES, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
	return Object.fromEntries(
		paths.sort().flatMap((path) => {
			const found = readFileSync(join(SOURCES, path), "utf8").matchAll(LIMIT);
			return [...found].map(([, name, value]) => [`${name} in ${path.replaceAll("\\", "/")}`, value ?? ""]);
		}),
	);
}

function limitsOnPage(): Readonly<Record<string, string>> {
	const rows = readFileSync(PAGE, "utf8").matchAll(/^\| `(\w+)` in `([^`]+)` \| ([^|]+) \| [^|]+ \| [^|]+ \|$/gm);
	return Object.fromEntries([...rows].map(([, name, path, value]) => [`${name} in ${path}`, value ?? ""]));
}

it("docs/limits.md lists the limits of the source, each with its value", () => {
	const there = limitsInSource();
	expect(Object.keys(there).length).toBeGreaterThan(30);
	expect(limitsOnPage()).toEqual(there);
});
