/** Inputs that once brought something down; each says in its first line what it is about. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { USE } from "../cli/exposed-use.ts";
import { readPieces } from "../facts/parse.ts";
import { judgeTexts } from "../judge.ts";

const FOLDER = fileURLToPath(new URL("regressions", import.meta.url));

it.each(readdirSync(FOLDER))("%s is judged, and what stands beside it", (name) => {
	const texts = { "a.c": readFileSync(join(FOLDER, name), "utf8"), "b.c": USE.replaceAll("box", "beside_box") };
	const { uses } = judgeTexts(texts, "6.1", (_, text) => readPieces(text));
	expect(uses.filter(({ why }) => why.includes("failed"))).toEqual([]);
	expect(uses.filter(({ file }) => file === "b.c").map(({ verdict }) => verdict)).toEqual(["exposed"]);
});
