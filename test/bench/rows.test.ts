import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EditedFile } from "../../bench/edited-file.ts";
import { measure } from "../../bench/measure.ts";
import { checkRows, type Row } from "../../bench/rows.ts";
import { makeTree } from "../workspace/tree.ts";

/** A program that keeps the text of a.c in its cache folder, and says what it finds there and in the file. */
const PROGRAM = `
import { existsSync, readFileSync, writeFileSync } from "node:fs";
const folder = process.argv[process.argv.indexOf("--cache") + 1];
const kept = process.argv.includes("--cache") ? folder + "/text" : "none";
const text = readFileSync("ROOT/a.c", "utf8");
console.log(JSON.stringify({ kept: existsSync(kept) ? readFileSync(kept, "utf8") : null, text }));
if (process.argv.includes("--cache")) writeFileSync(kept, text);
`;

function makeRows(): readonly Row[] {
	const root = makeTree({ "a.c": "int a;\n" });
	const scratch = join(root, "scratch");
	mkdirSync(scratch);
	const folder = makeTree({ "cli.mjs": PROGRAM.replace("ROOT", root.replaceAll("\\", "/")) });
	return checkRows({ root, edited: new EditedFile(join(root, "a.c")), program: join(folder, "cli.mjs"), scratch });
}

async function run(row: Row): Promise<unknown> {
	await row.before?.();
	try {
		return JSON.parse((await measure(row.command)).output);
	} finally {
		row.after?.();
	}
}

describe("the rows of the tool", () => {
	it("are told apart by name", () => {
		const names = makeRows().map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
		expect(names).toContain("tree, one file edited");
	});

	it.each([
		["no cache", [null, null], 0],
		["empty cache", [null, null], 0],
		["nothing changed", ["int a;\n", "int a;\n"], 0],
		["one file edited", ["int a;\n", "int a;\n"], 1],
	] as const)("find what they should, each time: %s", async (name, kept, blankLines) => {
		const row = makeRows().find((candidate) => candidate.name === `tree, ${name}`);
		if (row === undefined) throw new Error("no such row");
		for (const [turn, remembered] of kept.entries())
			expect(await run(row)).toEqual({ kept: remembered, text: `int a;\n${"\n".repeat(blankLines * (turn + 1))}` });
		expect(readFileSync(join(row.command.args[2] ?? "", "a.c"), "utf8")).toBe("int a;\n");
	});
});
