/** Small C files for the rules about references: in each folder, named after its rule, `NAME_bad.c` and `NAME_ok.c`. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("fixtures", import.meta.url));

export interface RuleFixture {
	readonly rule: string;
	/** `NAME_bad` or `NAME_ok`. */
	readonly name: string;
	readonly text: string;
	readonly kernel: string;
	/** The rule that finds something, if one does. */
	readonly shows: string | undefined;
	/** The title of the commit that fixed such a bug in the kernel. */
	readonly fixedBy?: string;
}

/**
 * Lists the fixtures. The first line of each reads `kernel: 6.1, shows: RULE`, or `shows: nothing`, as a comment. After a bug of the kernel's
 * history the second reads `fixed by: TITLE`, the title as it stands in the kernel's log; that of another may read `about: WHAT`.
 * @throws Error naming the one whose first line says something else
 */
export function listRuleFixtures(): readonly RuleFixture[] {
	return readdirSync(FOLDER).flatMap((rule) =>
		readdirSync(join(FOLDER, rule)).map((file) => {
			const text = readFileSync(join(FOLDER, rule, file), "utf8");
			const said = /^\/\* kernel: (\d+\.\d+), shows: ([a-z-]+) \*\/\n/.exec(text);
			if (!said) throw new Error(`test/rules/fixtures/${rule}/${file}: the first line must read "/* kernel: 6.1, shows: RULE */"`);
			const [, kernel = "", shows] = said;
			const fixedBy = /^.*\n\/\* fixed by: (.+) \*\/\n/.exec(text)?.[1];
			return {
				rule,
				name: file.replace(/\.c$/, ""),
				text,
				kernel,
				shows: shows === "nothing" ? undefined : shows,
				...(fixedBy === undefined ? {} : { fixedBy }),
			};
		}),
	);
}
