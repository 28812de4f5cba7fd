/** The cache between runs of the program: several at once, killed ones, folders that cannot be used. */

import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, type Run, runProgram } from "./program.ts";

const FILES = 400;
const CHECK = ["check", "--uses", "--format", "json", "."];
let root = "";

beforeAll(() => {
	root = realpathSync(mkdtempSync(join(tmpdir(), "mm-lifetime-")));
	chmodSync(root, 0o755);
	writeFileSync(join(root, "Makefile"), MAKEFILE);
	for (let i = 0; i < FILES; i++) writeFileSync(join(root, `file${i}.c`), `int file${i};\n`);
	reset();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function reset(): void {
	writeFileSync(join(root, "file0.c"), USE);
}

/** The report without the time that it took. */
function reportOf(run: Run): unknown {
	expect(run.error).toBe("");
	const { stats, ...report } = JSON.parse(run.out);
	return { ...report, stats: { ...stats, milliseconds: 0 } };
}

function check(options: readonly string[], more: Parameters<typeof runProgram>[1] = {}): unknown {
	return reportOf(runProgram([...CHECK, ...options], { cwd: root, ...more }));
}

/** Code that runs in the program before its own. */
function preload(code: string): Readonly<Record<string, string>> {
	const folder = makeTree({ "preload.cjs": `const fs = require("node:fs");\n${code}\nrequire("node:module").syncBuiltinESMExports();\n` });
	return { NODE_OPTIONS: `--require=${folder}/preload.cjs` };
}

const HALF =
	"const write = fs.writeFileSync; fs.writeFileSync = (path, bytes, ...rest) => { write(path, bytes.subarray(0, bytes.length / 2), ...rest);";

describe("the report", () => {
	it("is the same without a cache, with an empty one, and with a full one", () => {
		const folder = makeTree({});
		const plain = check(["--no-cache"]);
		expect(plain).toMatchObject({ uses: [{ file: "file0.c", verdict: "exposed" }], stats: { filesSeen: FILES } });
		expect(check(["--cache", folder])).toEqual(plain);
		expect(readdirSync(folder)).toHaveLength(1);
		expect(check(["--cache", folder])).toEqual(plain);
		writeFileSync(join(root, "file0.c"), USE.replace("mmgrab", "mmget"));
		const edited = check(["--cache", folder]);
		expect(edited).toEqual(check(["--no-cache"]));
		expect(edited).not.toEqual(plain);
		reset();
		expect(check(["--cache", folder])).toEqual(plain);
	});

	it("is the same where the cache cannot be", () => {
		const plain = check(["--no-cache"]);
		const folder = makeTree({ file: "text" });
		for (const path of ["file", "file/below", "x".repeat(300)]) expect(check(["--cache", join(folder, path)])).toEqual(plain);
		expect(readdirSync(folder)).toEqual(["file"]);
	});

	it("is the same where the disk is full", () => {
		const folder = makeTree({});
		const full = preload(`${HALF} throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" }); };`);
		expect(check(["--cache", folder], { env: full })).toEqual(check(["--no-cache"]));
		expect(readdirSync(folder)).toEqual([]);
	});

	it("is the same for programs that share the cache at the same time", { timeout: 60_000 }, async () => {
		const folder = makeTree({});
		const plain = check(["--no-cache"]);
		const runOnce = (): Promise<Run> =>
			new Promise((resolve) => {
				execFile(process.execPath, [PROGRAM, ...CHECK, "--cache", folder], { cwd: root, encoding: "utf8" }, (error, out, text) =>
					resolve({ status: Number(error?.code ?? 0), out, error: text }),
				);
			});
		for (let round = 0; round < 2; round++) {
			const runs = await Promise.all(Array.from({ length: 5 }, runOnce));
			expect(runs.map(reportOf)).toEqual(runs.map(() => plain));
			expect(readdirSync(folder)).toEqual([expect.stringMatching(/^[0-9a-f]{40}\.tree$/)]);
		}
	});

	it.each([
		["while it writes", `${HALF} process.kill(process.pid, "SIGKILL"); };`],
		["before the file has its name", `fs.renameSync = () => process.kill(process.pid, "SIGKILL");`],
	])("is the same after a program was killed %s", (_, code) => {
		const folder = makeTree({});
		expect(runProgram([...CHECK, "--cache", folder], { cwd: root, env: preload(code) }).out).toBe("");
		expect(readdirSync(folder)).toEqual([expect.stringMatching(/\.tree\.\d+\.[0-9a-f]{8}$/)]);
		const plain = check(["--no-cache"]);
		expect(check(["--cache", folder])).toEqual(plain);
		expect(check(["--cache", folder])).toEqual(plain);
	});
});

describe("where the cache is", () => {
	it("is $XDG_CACHE_HOME/mm-lifetime, else ~/.cache/mm-lifetime", () => {
		const home = makeTree({});
		check([], { env: { XDG_CACHE_HOME: join(home, "xdg") } });
		expect(readdirSync(join(home, "xdg/mm-lifetime"))).toHaveLength(1);
		check([], { env: { XDG_CACHE_HOME: "xdg", HOME: home } });
		expect(readdirSync(join(home, ".cache/mm-lifetime"))).toHaveLength(1);
		expect(existsSync(join(root, "xdg"))).toBe(false);
	});

	it("is nowhere for a user without a home", () => {
		check([], { env: { XDG_CACHE_HOME: "", HOME: "" } });
		expect(existsSync(join(root, ".cache"))).toBe(false);
	});

	it.each([
		[["--cache", "x", "--no-cache"], /exclude each other/],
		[["--cache", ""], /must name a folder/],
		[["--cache"], /--cache/],
	])("is refused for %j", (options, why) => {
		const run = runProgram([...CHECK, ...options], { cwd: root });
		expect([run.status, run.out]).toEqual([2, ""]);
		expect(run.error).toMatch(why);
	});

	it("is not touched with --no-cache, by a text from standard input, or for a small tree", () => {
		const home = makeTree({});
		const env = { XDG_CACHE_HOME: home };
		check(["--no-cache"], { env });
		runProgram(["check", "--stdin-filename", "file0.c", "-"], { cwd: root, env, input: USE.replace("mmgrab", "mmget") });
		runProgram(["check", "."], { cwd: makeTree({ Makefile: MAKEFILE, "a.c": USE }), env });
		expect(readdirSync(home)).toEqual([]);
	});
});

describe.skipIf(process.getuid?.() !== 0)("another user", () => {
	const uid = 65534;

	it("reads a cache that only others can write, and has the same report without one", () => {
		const folder = makeTree({});
		const plain = check(["--no-cache"]);
		check(["--cache", folder]);
		chmodSync(folder, 0o755);
		const before = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
		expect(check(["--cache", folder], { uid })).toEqual(plain);
		expect(readdirSync(folder).map((name) => readFileSync(join(folder, name)))).toEqual(before);
		chmodSync(folder, 0);
		expect(check(["--cache", folder], { uid })).toEqual(plain);
		expect(check([], { uid, env: { XDG_CACHE_HOME: "/", HOME: "/" } })).toEqual(plain);
	});

	/* what is on disk is looked at when a tree is restored, and that fails as no file that cannot be read does */
	it("may not enter a folder that was read before", () => {
		const folder = makeTree({});
		chmodSync(folder, 0o777);
		mkdirSync(join(root, "inner"));
		writeFileSync(join(root, "inner/a.c"), USE);
		chmodSync(join(root, "inner"), 0o755);
		check(["--cache", folder], { uid });
		chmodSync(join(root, "inner"), 0o644);
		const cached = runProgram([...CHECK, "--cache", folder], { cwd: root, uid });
		const plain = runProgram([...CHECK, "--no-cache"], { cwd: root, uid });
		rmSync(join(root, "inner"), { recursive: true });
		expect(reportOf(cached)).toEqual(reportOf(plain));
	});
});
