import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { InputError } from "../workspace/input-error.ts";

/**
 * Reads the rule pages by id; the build puts them beside the program, in the repository they are in docs/.
 * @throws InputError where they are not there
 */
export function readRulePages(): ReadonlyMap<string, string> {
	for (const place of ["./rules/", "../../../docs/rules/"]) {
		const folder = fileURLToPath(new URL(place, import.meta.url));
		let names: readonly string[];
		try {
			names = readdirSync(folder);
		} catch {
			continue;
		}
		const pages = names.filter((name) => name.endsWith(".md")).sort();
		return new Map(pages.map((name) => [name.slice(0, -".md".length), readFileSync(`${folder}${name}`, "utf8")]));
	}
	throw new InputError("rules, a part of this program, is missing");
}
