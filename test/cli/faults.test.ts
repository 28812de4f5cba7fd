/** Faults while the built program runs: a full disk, a folder that cannot be written, a server that is killed, files that change meanwhile. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { copyExample, Editor, exitOf, toUri } from "../lsp/editor.ts";
import { EXPOSED } from "../lsp/example.ts";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, runProgram } from "./program.ts";

/** A tree that is large enough to be kept in the cache. */
function makeLargeTree(): string {
	const others = Array.from({ length: 450 }, (_, index) => [`fill/${index}.c`, `int filling_${index};\n`] as const);
	return makeTree({ Makefile: MAKEFILE, "a.c": USE, ...Object.fromEntries(others) });
}

function checked(root: string, cache: string): Report {
	const run = runProgram(["check", "--uses", "--format", "json", "--cache", cache, "."], { cwd: root });
	expect([run.error, run.status]).toEqual(["", 1]);
	const report: Report = JSON.parse(run.out);
	return { ...report, stats: { ...report.stats, milliseconds: 0, filesParsed: 0 } };
}

describe("output that cannot be written", () => {
	it.runIf(existsSync("/dev/full"))("is one clear line, wherever it was to go", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE });
		const toFile = runProgram(["check", "--output", "/dev/full", "."], { cwd: root });
		expect(toFile).toMatchObject({ status: 2, out: "", error: expect.stringMatching(/^mm-lifetime: \/dev\/full: no space left[^\n]*\n$/) });
	});
});

describe("a cache folder", () => {
	it("that cannot be written, or is a file, changes no report", () => {
		const root = makeLargeTree();
		const folder = makeTree({ file: "text", "closed/x": "" });
		const expected = checked(root, join(folder, "open"));
		expect(readdirSync(join(folder, "open"))).toHaveLength(1);
		chmodSync(join(folder, "closed"), 0o500);
		expect(checked(root, join(folder, "file"))).toEqual(expected);
		expect(checked(root, join(folder, "closed"))).toEqual(expected);
		chmodSync(join(folder, "closed"), 0o700);
		expect(readFileSync(join(folder, "file"), "utf8")).toBe("text");
	});

	it("of programs that were killed serves the next ones", async () => {
		const root = makeLargeTree();
		const folder = makeTree({});
		const expected = checked(root, join(folder, "other"));
		for (const delay of [60, 140, 220]) {
			const child = spawn(process.execPath, [PROGRAM, "check", "--cache", join(folder, "cache"), "."], { cwd: root, stdio: "ignore" });
			const timer = setTimeout(() => child.kill("SIGKILL"), delay);
			await once(child, "exit");
			clearTimeout(timer);
			expect(checked(root, join(folder, "cache"))).toEqual(expected);
		}
	});
});

describe("the server", () => {
	it("that is killed leaves nothing that the next one stumbles over", async () => {
		const root = copyExample(EXPOSED.example);
		const uri = toUri(join(root, EXPOSED.file));
		const text = readFileSync(join(root, EXPOSED.file), "utf8");
		const found: unknown[] = [];
		for (const isKilled of [true, true, false]) {
			const editor = await Editor.start({ folders: [root] });
			await editor.open(uri, text);
			found.push(await editor.pullFinal(uri));
			if (!isKilled) expect(await editor.stop()).toBe(0);
			else {
				editor.process?.kill("SIGKILL");
				await exitOf(editor.process);
			}
		}
		expect(found[0]).toHaveLength(1);
		expect(found).toEqual([found[0], found[0], found[0]]);
	});
});

describe("files that change while they are read", () => {
	it("give a report of one of their texts each, never an error", async () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE, "b.c": USE.replaceAll("box", "crate") });
		mkdirSync(join(root, "sub"));
		let isOver = false;
		const runs = (async () => {
			const reports: Report[] = [];
			for (let run = 0; run < 3; run++) {
				const child = spawn(process.execPath, [PROGRAM, "check", "--uses", "--format", "json", "."], { cwd: root });
				let out = "";
				child.stdout.on("data", (chunk: Buffer) => {
					out += chunk.toString();
				});
				const [status] = await once(child, "close");
				expect([0, 1]).toContain(status);
				reports.push(JSON.parse(out));
			}
			isOver = true;
			return reports;
		})();
		for (let round = 0; !isOver; round++) {
			writeFileSync(join(root, "b.c"), [USE.replaceAll("box", "crate"), "", "int half_of_"][round % 3] ?? "");
			writeFileSync(join(root, `sub/${round % 7}.c`), USE.replaceAll("box", `box${round % 7}`));
			await new Promise((resolve) => setTimeout(resolve, 1));
		}
		for (const { uses } of await runs) expect(uses.filter(({ file }) => file === "a.c").map(({ verdict }) => verdict)).toEqual(["exposed"]);
	});
});
