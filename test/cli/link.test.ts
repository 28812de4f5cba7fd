/** Facts of files and what is judged from them, over the built program; and what docs/scale.md shows is run as it stands there. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, runProgram } from "./program.ts";

const PAGE = readFileSync(new URL("../../docs/scale.md", import.meta.url), "utf8");

/** What the page shows in a language. */
function shown(language: string): readonly string[] {
	return [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm"))].map((match) => match[1] ?? "");
}

/** A place to work in, a small kernel tree in `linux`, and the program on the PATH. */
function makePlace(): { readonly place: string; run(command: string): { readonly status: number | null; readonly out: string } } {
	const place = makeTree({
		"linux/Makefile": MAKEFILE,
		"linux/top.c": USE.replaceAll("box", "top"),
		"linux/drivers/a/a.c": USE,
		"linux/drivers/b/b.c": "int b;\n",
		"linux/drivers/b/b.h": "int b;\n",
		"bin/mm-lifetime": `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`,
	});
	chmodSync(join(place, "bin/mm-lifetime"), 0o755);
	const env = { ...process.env, PATH: `${join(place, "bin")}:${process.env["PATH"]}` };
	return {
		place,
		run: (command) => {
			const run = spawnSync("sh", ["-ec", command], { cwd: place, encoding: "utf8", env });
			return { status: run.status, out: `${run.stdout}${run.stderr}` };
		},
	};
}

/** What check says of the tree in a place, fixes aside. */
function checked(place: string): object {
	return told(runProgram(["check", "--no-cache", "--uses", "--format", "json", join(place, "linux")]).out);
}

function told(text: string): object {
	const { kernel, uses, findings, holes } = JSON.parse(text) as Report;
	return { kernel, uses, findings: findings.map((finding) => ({ ...finding, fixes: [] })), holes };
}

describe("facts and link", () => {
	it("say together what check says, wherever they are called from", () => {
		const { place } = makePlace();
		const files = ["top.c", "drivers/a/a.c", "drivers/b/b.c", "drivers/b/b.h", "Makefile"];
		const facts = runProgram(["facts", "--root", "linux", ...files.map((file) => `linux/${file}`)], { cwd: place });
		expect(facts).toMatchObject({ status: 0, error: "" });
		const inside = runProgram(["facts", ...files.map((file) => `./${file}`)], { cwd: join(place, "linux") });
		expect(inside.out).toBe(facts.out);
		const linked = runProgram(["link", "--uses", "--format", "json", "-"], { cwd: place, input: facts.out });
		expect(linked).toMatchObject({ status: 1, error: "" });
		expect(told(linked.out)).toEqual(checked(place));
		const text = runProgram(["link", "--kernel", "5.10", "-"], { input: facts.out });
		expect(text.out).toMatch(/^drivers\/a\/a\.c:\d+:\d+: error\[use-without-users-ref\]/);
		expect(text.out).toMatch(/; Linux 5\.10; 4 of 4 files parsed\n$/);
	});

	it("count what check counts for the exit status", () => {
		const root = makeTree({ "a.c": "int a;\n", "b.c": Buffer.from("mmget\0") });
		const facts = runProgram(["facts", "a.c", "b.c", "--output", "facts.jsonl"], { cwd: root });
		expect(facts).toEqual({ status: 0, out: "", error: "" });
		expect(runProgram(["link", "facts.jsonl"], { cwd: root }).status).toBe(0);
		expect(runProgram(["link", "--strict", "facts.jsonl"], { cwd: root }).status).toBe(1);
	});

	it.each([
		[["link"], /no FACTS given/],
		[["link", "nothing"], /nothing: no such file or folder/],
		[["link", "a.jsonl"], /a\.jsonl:1: not JSON/],
		[["link", "a.jsonl", "--format", "xml"], /'--format' must be text or json/],
		[["link", "a.jsonl", "--root", "."], /unknown option '--root'/],
		[["facts", "--root", "linux", "a.jsonl"], /a\.jsonl: not inside the root linux/],
	])("%j is refused in one line", (args, why) => {
		const run = runProgram(args, { cwd: makeTree({ "a.jsonl": '{"file": "a.c", \n' }) });
		expect(run).toMatchObject({ status: 2, error: expect.stringMatching(/^mm-lifetime: [^\n]+\n$/) });
		expect(run.error).toMatch(why);
	});
});

describe("docs/scale.md", () => {
	it("shows a Makefile that makes anew what depends on what changed", () => {
		const { place, run } = makePlace();
		writeFileSync(join(place, "scale.mk"), shown("make")[0] ?? "");
		expect(run("make -f scale.mk -j 2")).toMatchObject({ status: 0 });
		const report = (): object => told(readFileSync(join(place, "report.json"), "utf8"));
		expect(report()).toEqual(checked(place));
		expect(run("make -f scale.mk -q")).toMatchObject({ status: 0 });
		writeFileSync(join(place, "linux/drivers/b/b.c"), USE.replaceAll("box", "late"));
		rmSync(join(place, "linux/drivers/b/b.h"));
		const later = new Date(Date.now() + 5000);
		for (const path of ["linux/drivers/b/b.c", "linux/drivers/b"]) utimesSync(join(place, path), later, later);
		const again = run("make -f scale.mk -j 2").out;
		expect(again.match(/facts --root .*/g)).toHaveLength(1);
		expect(report()).toEqual(checked(place));
		expect(report()).toMatchObject({ uses: [{ file: "drivers/a/a.c" }, { file: "drivers/b/b.c" }, { file: "top.c" }] });
	});

	it("shows how xargs does it", () => {
		const { place, run } = makePlace();
		mkdirSync(join(place, "facts"));
		const done = run(`cd linux\n${shown("sh")[0]}`);
		expect(done.status).toBe(1);
		expect(told(readFileSync(join(place, "report.json"), "utf8"))).toEqual(checked(place));
	});
});
