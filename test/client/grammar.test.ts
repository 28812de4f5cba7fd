import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { ALL_ROWS } from "../../server/src/kernel/index.ts";
import type { Act } from "../../server/src/kernel/types.ts";

const TOP = fileURLToPath(new URL("../..", import.meta.url));

/** What the operations of the model do with references, in the words of the scopes. */
const OPERATIONS: Readonly<Record<string, string>> = {
	mmget: "take",
	mmgetnz: "take",
	mmgrab: "take",
	mmput: "give",
	mmputa: "give",
	mmdrop: "give",
	use: "borrow",
	unuse: "return",
	exit_aio: "teardown",
	exit_mmap: "teardown",
};

function groupOf(act: Act): string | undefined {
	switch (act.act) {
		case "step":
			return OPERATIONS[act.op] ?? `unknown operation ${act.op}`;
		case "produce":
			return act.reference === "none" ? undefined : "take";
		case "notifier-register":
		case "notifier-get":
			return "take";
		case "notifier-unregister":
			return "give";
		default:
			return undefined;
	}
}

describe("the grammar of mm references", () => {
	it("knows every function of the kernel table that takes, gives back or borrows one, and no other", () => {
		const expected = new Map(
			ALL_ROWS.flatMap((row) => row.acts.map(groupOf).flatMap((group) => (group ? [[row.name, group] as const] : []))),
		);
		const grammar = JSON.parse(readFileSync(`${TOP}/syntaxes/mm-references.injection.json`, "utf8")) as {
			readonly patterns: readonly { readonly match: string; readonly name: string }[];
		};
		const found = grammar.patterns.flatMap(({ match, name }) => {
			const names = /^\\b\(\?:([\w|]+)\)\\b/.exec(match)?.[1]?.split("|") ?? [];
			return names.map((word) => [word, /mm-reference\.(\w+)\./.exec(name)?.[1]] as const);
		});
		expect(found.length).toBe(new Map(found).size);
		expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
	});

	it("colours what it should, and nothing else", () => {
		const run = spawnSync("npm", ["run", "--silent", "test:grammar"], { cwd: TOP, encoding: "utf8" });
		expect(`${run.stdout}${run.stderr}`).toContain("references.c run successfuly");
		expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
	});
});
