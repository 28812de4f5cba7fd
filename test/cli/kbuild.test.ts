/** `mm-lifetime check --kbuild`, called as the kernel's make calls sparse. */

import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, type Run, runProgram } from "./program.ts";

const FLAGS = [
	..."-D__linux__ -Wbitwise --arch=x86 -m64 -Wp,-MMD,drivers/.box.o.d -nostdinc -I./arch/x86/include -I./include".split(" "),
	..."-include ./include/linux/kconfig.h -D__KERNEL__ -fno-strict-aliasing -mcmodel=kernel -I ./drivers".split(" "),
];
const TREE = {
	"linux/Makefile": MAKEFILE,
	"linux/include/linux/kconfig.h": "",
	"linux/arch/x86/kernel/a.c": "int a;\n",
	"linux/drivers/box.c": USE,
	"linux/drivers/crate.c": USE.replaceAll("box", "crate").replace("mmgrab", "mmget"),
	"out/Makefile": "",
};

interface Place {
	readonly cache: string;
	readonly linux: string;
	/** Runs the program as make would, in a folder of the place. */
	call(
		file: string,
		options?: { readonly args?: readonly string[]; readonly env?: Readonly<Record<string, string>>; readonly in?: string },
	): Run;
}

function makePlace(files: Readonly<Record<string, string>> = {}): Place {
	const top = makeTree({ ...TREE, ...files });
	const cache = join(top, "cache");
	return {
		cache,
		linux: join(top, "linux"),
		call: (file, { args = FLAGS, env = {}, in: folder = "linux" } = {}) =>
			runProgram(["check", "--kbuild", "--cache", cache, ...args, file], { cwd: join(top, folder), env }),
	};
}

/** The first lines of the warnings about uses, without what they say. */
function warnings({ error }: Run): readonly string[] {
	return [...error.matchAll(/^(\S+: warning:).*( \[use-without-users-ref\])$/gm)].map(([, place, rule]) => `${place}${rule}`);
}

const FOUND = "8:2: warning: [use-without-users-ref]";

describe("check --kbuild", () => {
	it("warns on standard error as sparse does, and lets the build go on", () => {
		const { call } = makePlace();
		const run = call("drivers/box.c");
		expect(run).toMatchObject({ status: 0, out: "" });
		expect(warnings(run)).toEqual([`drivers/box.c:${FOUND}`]);
		for (const line of run.error.trimEnd().split("\n")) expect(line).toMatch(/^drivers\/box\.c:\d+:\d+: (note: \d+\. \S|warning: )/);
		expect(run.error).toContain(": note: 1. box_open: mmgrab(");
		expect(call("arch/x86/kernel/a.c")).toEqual({ status: 0, out: "", error: "" });
		expect(warnings(call("drivers/crate.c"))).toEqual([]);
	});

	it("names files as the build does, from the folder of the objects too", () => {
		const place = makePlace();
		const args = ["-I../linux/arch/x86/include", "-I../linux/include", "-I./include"];
		expect(warnings(place.call("../linux/drivers/box.c", { args, in: "out" }))).toEqual([`../linux/drivers/box.c:${FOUND}`]);
		const absolute = { args: [`-I${place.linux}/include`], in: "out" };
		expect(warnings(place.call(`${place.linux}/drivers/box.c`, absolute))).toEqual([`${place.linux}/drivers/box.c:${FOUND}`]);
	});

	it("judges a file in the light of its tree, without other architectures", () => {
		const worker = USE.indexOf("static void");
		const open = USE.indexOf("int box_open");
		const opener = `#include "../../../drivers/box.h"\n${USE.slice(open)}`;
		const files = {
			"linux/drivers/box.h": `${USE.slice(0, worker)}void box_work(struct work_struct *work);\n`,
			"linux/drivers/box.c": `#include "box.h"\n\n\n${USE.slice(worker, open).replace("static ", "")}`,
			"linux/arch/x86/kernel/open.c": opener.replace("mmgrab", "mmget"),
			"linux/arch/arm64/kernel/open.c": opener,
		};
		const { call } = makePlace(files);
		expect(warnings(call("drivers/box.c"))).toEqual([]);
		expect(warnings(call("drivers/box.c", { args: ["-I./arch/arm64/include", "-I./include"] }))).toEqual([`drivers/box.c:${FOUND}`]);
		expect(warnings(call("drivers/box.c", { args: ["-I./include"] }))).toEqual([`drivers/box.c:${FOUND}`]);
	});

	it("knows functions by names that the flags give them", () => {
		const { call } = makePlace({ "linux/drivers/box.c": USE.replace("kthread_use_mm", "begin") });
		expect(warnings(call("drivers/box.c"))).toEqual([]);
		expect(warnings(call("drivers/box.c", { args: [...FLAGS, "-Dbegin=kthread_use_mm"] }))).toEqual([`drivers/box.c:${FOUND}`]);
	});

	it("takes options of check, and leaves known findings out", () => {
		const { call, linux } = makePlace();
		expect(runProgram(["check", "--write-baseline", "known.json", "."], { cwd: linux }).status).toBe(0);
		expect(call("drivers/box.c", { args: [...FLAGS, "--baseline", "known.json"] }).error).toBe("");
		expect(call("drivers/box.c", { args: [...FLAGS, "--kernel=6.1", "--min-severity", "error"] }).error).toContain("warning:");
	});

	it("lets the build go on where a file cannot be judged, and ends it where its own options are wrong", () => {
		const { call } = makePlace({ "linux/.mm-lifetime.json": "{" });
		const run = call("drivers/box.c");
		expect(run).toMatchObject({ status: 0, out: "" });
		expect(run.error).toMatch(/^drivers\/box\.c: warning: mm-lifetime: not checked: .*\.mm-lifetime\.json: not JSON.*\n$/);
		const tell = (...args: readonly string[]): string => {
			const { status, error } = runProgram(["check", "--kbuild", ...args], { cwd: "/" });
			expect(status).toBe(2);
			return error;
		};
		expect(tell("--format=json", "a.c")).toBe("mm-lifetime: option '--format' does not go with '--kbuild'\n");
		expect(tell("--min-severity", "all", "a.c")).toContain("'--min-severity' must be");
		expect(tell("-I.")).toBe("mm-lifetime: check --kbuild: no C file given (make calls it: make C=2 CHECK=…)\n");
	});
});

describe.runIf(existsSync("/proc/self/environ"))("a run of make", () => {
	const RUN = { env: { srctree: "." } };
	/** Files that changed a moment ago are looked at each time. */
	const SETTLED = 2100;

	function recordIn(cache: string): string | undefined {
		const folder = join(cache, "arch-x86");
		const name = readdirSync(folder).find((entry) => entry.endsWith(".build"));
		return name && readFileSync(join(folder, name), "utf8");
	}

	it("has its tree judged once; a file that changes meanwhile is judged again, as is everything in the next run", {
		timeout: 60_000,
	}, async () => {
		const { cache, call, linux } = makePlace();
		await sleep(SETTLED);
		expect(warnings(call("drivers/box.c", RUN))).toEqual([`drivers/box.c:${FOUND}`]);
		const record = recordIn(cache);
		expect(record).toContain("drivers/box.c");
		expect(readdirSync(join(cache, "arch-x86")).filter((name) => name.endsWith(".lock"))).toEqual([]);
		expect(warnings(call("drivers/crate.c", RUN))).toEqual([]);
		writeFileSync(join(linux, "drivers/crate.c"), USE.replaceAll("box", "crate"));
		expect(warnings(call("drivers/crate.c", RUN))).toEqual([`drivers/crate.c:${FOUND}`]);
		expect(call("drivers/box.c", RUN).error).toBe(call("drivers/box.c").error);
		expect(recordIn(cache)).toBe(record);
		const next = await makeCalls(linux, cache, ["drivers/box.c"], 1);
		expect(warnings(next)).toEqual([`drivers/box.c:${FOUND}`]);
		expect(recordIn(cache)).not.toBe(record);
	});

	it("may have several checkers at once, and one that was killed", { timeout: 60_000 }, async () => {
		const { cache, linux } = makePlace();
		const files = Array.from({ length: 4 }, (_, index) => `drivers/many${index}.c`);
		for (const [index, file] of files.entries()) writeFileSync(join(linux, file), USE.replaceAll("box", `many${index}`));
		mkdirSync(join(cache, "arch-x86"), { recursive: true });
		await sleep(SETTLED);
		const run = await makeCalls(linux, cache, files, 4);
		expect(run.status).toBe(0);
		expect([...warnings(run)].sort()).toEqual(files.map((file) => `${file}:${FOUND}`));
		/* no process has a number like this */
		const lock = readdirSync(join(cache, "arch-x86")).find((name) => name.endsWith(".build"));
		writeFileSync(join(cache, "arch-x86", `${lock}.lock`), "999999999");
		expect(warnings(await makeCalls(linux, cache, files.slice(2), 1))).toHaveLength(2);
	});

	it("judges each file by itself where nothing can be kept", () => {
		const { call, cache } = makePlace();
		writeFileSync(cache, "no folder");
		expect(warnings(call("drivers/box.c", RUN))).toEqual([`drivers/box.c:${FOUND}`]);
		const run = runProgram(["check", "--kbuild", "--no-cache", ...FLAGS, "drivers/box.c"], { cwd: join(cache, "../linux"), env: RUN.env });
		expect(warnings(run)).toEqual([`drivers/box.c:${FOUND}`]);
	});
});

/** Lets a shell of its own, which stands for make, call the program for each file, so many at once. */
function makeCalls(linux: string, cache: string, files: readonly string[], atOnce: number): Promise<Run> {
	const call = ["env", "srctree=.", process.execPath, PROGRAM, "check", "--kbuild", "--cache", cache, ...FLAGS];
	const script = `printf '%s\\n' "$FILES" | tr ' ' '\\n' | xargs -n 1 -P ${atOnce} ${call.map((word) => `'${word}'`).join(" ")}; exit $?`;
	const { srctree: _, ...env } = process.env;
	return new Promise((resolve) => {
		execFile("sh", ["-c", script], { cwd: linux, encoding: "utf8", env: { ...env, FILES: files.join(" ") } }, (error, out, text) =>
			resolve({ status: Number(error?.code ?? 0), out, error: text }),
		);
	});
}
