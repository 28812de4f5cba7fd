/** Many edits one after the other, some of which leave the text broken: what `npm run soak` does on a whole kernel, on a small tree. */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";

const SOAK = fileURLToPath(new URL("../../dist/bench-soak.js", import.meta.url));
const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

/** Every so many fixtures are enough for a tree. */
const STRIDE = 24;

it("are answered, and in the end with the findings of a fresh server", { timeout: 120_000 }, () => {
	const files = readdirSync(FIXTURES)
		.filter((name) => name.endsWith(".c"))
		.filter((_, index) => index % STRIDE === 0);
	const texts = Object.fromEntries(files.map((name) => [`drivers/${name}`, readFileSync(join(FIXTURES, name))]));
	const root = makeTree({ Makefile: MAKEFILE, Kbuild: "", ...texts });
	const options = ["--edits", "200", "--rough", "0.3", "--slowest", "5000", "--growth", "2"];
	const { signal, stdout, stderr } = spawnSync(process.execPath, [SOAK, root, ...options], { encoding: "utf8" });
	expect({ signal, stderr }).toEqual({ signal: null, stderr: "" });
	expect(stdout).toMatch(/^edits +200$/m);
	expect(stdout).toMatch(/^complaints of the server +0$/m);
	expect(stdout.split("\n").filter((line) => /only (?:after edits|when fresh)/.test(line))).toEqual([]);
});
