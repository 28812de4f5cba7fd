/** `mm-lifetime fix`: what it writes, what it leaves alone, and what it prints. */

import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { makeAio, makeExposed } from "../fixes/drivers.ts";
import { makeTree } from "../workspace/tree.ts";
import { PROGRAM, runProgram } from "./program.ts";

const KERNEL = ["--kernel", "4.18"];
const COMMENT = "	/*\n	 * mm lifetime: exit_aio() waits for the request that aio_work()\n	 * completes after the use\n	 */\n";
/** The driver with the comment that makes it right. */
const FIXED = makeAio().replace("	use_mm(mm);\n", `${COMMENT}	use_mm(mm);\n`);
/** No fix of it is safe: nothing pins the struct. */
const LEFT = makeExposed().replace("	mmgrab(box->mm);\n", "").replaceAll("kthread_", "");

function read(root: string, path: string): string {
	return readFileSync(join(root, path), "latin1");
}

describe("fix", () => {
	it("writes the safe fixes, says what is left, and ends as check does", () => {
		const root = makeTree({ Makefile: "VERSION = 4\nPATCHLEVEL = 18\n", "drivers/aio.c": makeAio(), "drivers/left.c": LEFT });
		const run = runProgram(["fix", "--root", root, join(root, "drivers")]);
		expect(run).toMatchObject({ status: 1, error: "" });
		expect(run.out).toMatch(/^1 fix in 1 file\ndrivers\/left\.c:\d+:\d+: error\[use-without-users-ref\]: /);
		expect(run.out).not.toContain("use-needs-comment");
		expect(read(root, "drivers/aio.c")).toBe(FIXED);
		expect(read(root, "drivers/left.c")).toBe(LEFT);
		const again = runProgram(["fix", "--root", root, join(root, "drivers/aio.c")]);
		expect(again).toMatchObject({ status: 0, out: expect.stringMatching(/^0 fixes in 0 files\n/) });
		expect(readdirSync(join(root, "drivers")).sort()).toEqual(["aio.c", "left.c"]);
	});

	it("--dry-run writes nothing, and prints a diff that git applies to get the same", () => {
		const root = makeTree({ "sub dir/aio.c": makeAio(), "b.c": makeAio() });
		const run = runProgram(["fix", "--dry-run", ...KERNEL, "--root", root, root]);
		expect(run.status).toBe(0);
		expect(run.error).toBe("2 fixes in 2 files, not written; with them 0 findings would be left\n");
		expect([read(root, "sub dir/aio.c"), read(root, "b.c")]).toEqual([makeAio(), makeAio()]);
		const applied = spawnSync("git", ["apply", "-p1", "-"], { cwd: root, input: run.out, encoding: "utf8" });
		expect(applied).toMatchObject({ status: 0, stderr: "" });
		expect([read(root, "sub dir/aio.c"), read(root, "b.c")]).toEqual([FIXED, FIXED]);
	});

	it.each([
		[
			"bytes that are no UTF-8",
			(text: string) => Buffer.from(`/* \xe9t\xe9, \xff */\n${text}`.replace("use_mm(mm);", "use_mm(mm); /* \xfc */"), "latin1"),
		],
		["UTF-8 behind a byte order mark", (text: string) => Buffer.from(`\ufeff/* été … */\n${text}`, "utf8")],
		["line ends of two characters", (text: string) => Buffer.from(text.replaceAll("\n", "\r\n"), "utf8")],
		["no newline at the end", (text: string) => Buffer.from(text.trimEnd(), "utf8")],
	])("keeps %s", (_, encode) => {
		const root = makeTree({ "a.c": encode(makeAio()), "b.c": encode(makeAio()) });
		expect(runProgram(["fix", ...KERNEL, "--no-root", join(root, "a.c")]).status).toBe(0);
		expect(readFileSync(join(root, "a.c")).toString("latin1")).toBe(encode(FIXED).toString("latin1"));
		const diff = spawnSync(process.execPath, [PROGRAM, "fix", "--dry-run", ...KERNEL, "--no-root", join(root, "b.c")]);
		expect(spawnSync("git", ["apply", "-p1", "-"], { cwd: root, input: diff.stdout }).status).toBe(0);
		expect(read(root, "b.c")).toBe(read(root, "a.c"));
	});

	it("keeps the mode of a file, and the link that leads to it", () => {
		const root = makeTree({ "real/a.c": makeAio() });
		chmodSync(join(root, "real/a.c"), 0o666);
		symlinkSync("real/a.c", join(root, "link.c"));
		expect(runProgram(["fix", ...KERNEL, "--no-root", join(root, "link.c")]).status).toBe(0);
		expect(read(root, "link.c")).toBe(FIXED);
		expect(statSync(join(root, "real/a.c")).mode & 0o7777).toBe(0o666);
		expect(
			readdirSync(root, { withFileTypes: true })
				.find((entry) => entry.name === "link.c")
				?.isSymbolicLink(),
		).toBe(true);
	});

	it("puts fixes that meet in one after the other", () => {
		const twice = makeAio("	use_mm(mm); unuse_mm(mm); use_mm(mm); ret = 1; unuse_mm(mm);\n");
		const root = makeTree({ "a.c": twice });
		const run = runProgram(["fix", ...KERNEL, "--no-root", join(root, "a.c")]);
		expect(run).toMatchObject({ status: 0, out: expect.stringMatching(/^1 fix in 1 file\n/) });
		expect(read(root, "a.c").match(/mm lifetime:/g)).toHaveLength(1);
	});

	it("gives back a reference where one way out lacks it, and says nothing of a verdict", () => {
		const leak =
			"int n_of(struct task_struct *task)\n{\n	struct mm_struct *mm = get_task_mm(task);\n\n	if (!mm)\n		return 0;\n	if (!mm->map_count)\n		return 1;\n	mmput(mm);\n	return 2;\n}\n";
		const root = makeTree({ "a.c": leak });
		expect(runProgram(["check", ...KERNEL, "--no-root", join(root, "a.c")]).out).toMatch(/ {4}fix: Give the reference back .* \(safe\)\n/);
		const run = runProgram(["fix", ...KERNEL, "--no-root", join(root, "a.c")]);
		expect(run).toMatchObject({ status: 0, out: expect.stringMatching(/^1 fix in 1 file\n/) });
		expect(read(root, "a.c")).toBe(leak.replace("map_count)\n		return 1;", "map_count) {\n		mmput(mm);\n		return 1;\n	}"));
	});

	it.each([
		[["fix"], "no PATH given"],
		[["fix", "--frobnicate", "."], "unknown option '--frobnicate'"],
		[["fix", "--kernel", "new", "."], "option '--kernel' must be a version"],
		[["fix", "--root", ".", "--no-root", "."], "exclude each other"],
		[["fix", "no-such-file.c"], "no such file or folder"],
	])("%j is an error of one line", (args, message) => {
		const run = runProgram(args);
		expect(run).toMatchObject({ status: 2, out: "", error: expect.stringContaining(message) });
		expect(run.error.trimEnd()).not.toContain("\n");
	});
});

describe("check", () => {
	it("names the fixes of a finding, in JSON with what they edit", () => {
		const root = makeTree({ "a.c": makeAio() });
		const args = ["check", ...KERNEL, "--no-root", join(root, "a.c")];
		expect(runProgram(args).out).toContain("    fix: Say above the use why the mm stays alive (safe; the use is then guarded)\n");
		const [finding] = JSON.parse(runProgram([...args, "--format", "json"]).out).findings;
		expect(finding.fixes).toMatchObject([
			{ id: "write-comment", applicability: "safe", preferred: true, verdictAfter: "guarded", edits: [{ file: "a.c", newText: COMMENT }] },
			{ id: "silence:use-needs-comment", applicability: "placeholder", preferred: false, verdictAfter: "uncommented" },
		]);
	});
});
