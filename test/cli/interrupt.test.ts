/** A signal in the middle of a run: it ends at once, and nothing is left behind. */

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { PROGRAM, runProgram } from "./program.ts";

/** Enough for ripgrep, if it is there, and for a while of reading. */
const FILES = 2500;

function makeLargeTree(): string {
	const files: Record<string, string> = { Makefile: MAKEFILE };
	for (let i = 0; i < FILES; i++) files[`drivers/d${i % 50}/f${i}.c`] = USE.replaceAll("box", `box${i}`).repeat(3);
	return makeTree(files);
}

/** Programs that were started with a word in their environment, where the system tells. */
function programsWith(word: string): readonly string[] {
	if (!existsSync("/proc/self/environ")) return [];
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.flatMap((id) => {
			try {
				return readFileSync(`/proc/${id}/environ`, "latin1").includes(word) ? [readFileSync(`/proc/${id}/comm`, "latin1").trim()] : [];
			} catch {
				/* ended meanwhile */
				return [];
			}
		});
}

/** Starts a check, sends a signal after some milliseconds, and gives the status that a shell would. */
async function interrupt(root: string, signal: "SIGINT" | "SIGTERM", after: number) {
	const word = `MM_LIFETIME_RUN=${root}/${signal}/${after}`;
	const [name = "", value] = word.split("=");
	const args = [PROGRAM, "check", "--format", "json", "--output", "out.json", "--cache", "cache", "."];
	const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, [name]: value } });
	let printed = "";
	for (const stream of [child.stdout, child.stderr]) {
		stream.setEncoding("utf8");
		stream.on("data", (text: string) => {
			printed += text;
		});
	}
	const ended = new Promise<number | null>((resolve) => {
		child.on("close", (status, by) => resolve(by === null ? status : 128 + constants.signals[by]));
	});
	await wait(after);
	child.kill(signal);
	const status = await ended;
	return { status, printed, left: programsWith(word) };
}

describe("a signal", () => {
	it("ends a run with the status of the signal, whenever it comes, and leaves nothing behind", async () => {
		const root = makeLargeTree();
		writeFileSync(join(root, "real.json"), "before");
		symlinkSync("real.json", join(root, "out.json"));
		const before = readdirSync(root);
		let stopped = 0;
		for (const after of [200, 450, 700, 1100]) {
			for (const signal of ["SIGINT", "SIGTERM"] as const) {
				const { status, printed, left } = await interrupt(root, signal, after);
				/* it may have come to its end before */
				if (status === 1) continue;
				stopped++;
				expect({ status, printed, left }).toEqual({ status: 128 + constants.signals[signal], printed: "", left: [] });
				expect(readdirSync(root).filter((name) => name !== "cache")).toEqual(before);
				expect(readFileSync(join(root, "out.json"), "utf8")).toMatch(/^before$|^\{.*\}\n$/s);
				if (existsSync(join(root, "cache"))) expect(readdirSync(join(root, "cache")).filter((name) => !name.endsWith(".tree"))).toEqual([]);
			}
		}
		expect(stopped).toBeGreaterThan(0);
	}, 120_000);
});

describe("--output", () => {
	it("goes through a link, keeps the mode, and writes to what is no file", () => {
		const root = makeTree({ Makefile: MAKEFILE, "a.c": USE, "real.txt": "before" });
		chmodSync(join(root, "real.txt"), 0o640);
		symlinkSync("real.txt", join(root, "link.txt"));
		expect(runProgram(["check", "--output", "link.txt", "."], { cwd: root })).toMatchObject({ status: 1, out: "", error: "" });
		expect(lstatSync(join(root, "link.txt")).isSymbolicLink()).toBe(true);
		expect(statSync(join(root, "real.txt")).mode & 0o777).toBe(0o640);
		const text = readFileSync(join(root, "real.txt"), "utf8");
		expect(text).toContain("a.c:8:2: error");
		const piped = `"${process.execPath}" "${PROGRAM}" check --output /dev/stdout . | cat`;
		expect(spawnSync("sh", ["-c", piped], { cwd: root, encoding: "utf8" })).toMatchObject({ stdout: text, stderr: "" });
		expect(readdirSync(root).sort()).toEqual(["Makefile", "a.c", "link.txt", "real.txt"]);
	});
});
