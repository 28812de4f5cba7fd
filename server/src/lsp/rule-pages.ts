import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { toUri } from "./uris.ts";

/** Returns for each rule with a page its URI; the build puts the pages beside the program, in the repository they are in docs/. */
export function findRulePages(): ReadonlyMap<string, string> {
	const folders = ["./rules/", "../../../docs/rules/"].map((place) => fileURLToPath(new URL(place, import.meta.url)));
	const folder = folders.find((path) => existsSync(path));
	if (folder === undefined) return new Map();
	const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
	return new Map(pages.map((name) => [name.slice(0, -".md".length), toUri(`${folder}${name}`)]));
}
