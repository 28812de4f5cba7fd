/** `make C=2 CHECK="mm-lifetime check --kbuild"` on kernels that are prepared: folders that LINUX_PREPARED names, each a tree or one of objects. */

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { PROGRAM, runProgram } from "../cli/program.ts";
import { requirePart } from "../requires.ts";
import { makeTree } from "../workspace/tree.ts";

const FOLDERS = (process.env["LINUX_PREPARED"] ?? "")
	.split(delimiter)
	.filter((folder) => existsSync(join(folder, "include/generated/autoconf.h")));
const INSTALL = "prepare one (make defconfig prepare) and name its folder in LINUX_PREPARED";

/** What is built, which option has to be set for it, and a file that is then among what is checked. */
const TARGETS = [
	{ target: "drivers/vhost/", option: "CONFIG_VHOST", file: "drivers/vhost/vhost.c" },
	{ target: "drivers/vfio/", option: "CONFIG_VFIO", file: "drivers/vfio/vfio_main.c" },
	{ target: "arch/x86/kvm/", option: "CONFIG_KVM", file: "arch/x86/kvm/x86.c" },
];

/** A module that is wrong. */
const MODULE = `#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/mm.h>
#include <linux/workqueue.h>

struct box {
	struct mm_struct *mm;
	struct work_struct work;
};
int box_open(struct box *box);

static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

	kthread_use_mm(box->mm);
	kthread_unuse_mm(box->mm);
}

int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	return 0;
}
MODULE_LICENSE("GPL");
`;

interface Run {
	readonly status: number | null;
	readonly error: string;
	/** The files that were checked, as make names them. */
	readonly checked: readonly string[];
	/** Milliseconds that the program took for each. */
	readonly times: readonly number[];
}

/** Runs make with the program as its checker. */
function make(folder: string, ...args: readonly string[]): Run {
	const place = makeTree({
		check: `#!/bin/bash\nbegun=$(date +%s%N)\n'${process.execPath}' '${PROGRAM}' check --kbuild "$@"\nstatus=$?\necho $((($(date +%s%N) - begun) / 1000000)) "\${@: -1}" >> "$0.times"\nexit $status\n`,
	});
	chmodSync(join(place, "check"), 0o755);
	const run = spawnSync("make", ["-s", "-C", folder, "-j2", "C=2", `CHECK=${place}/check`, ...args], {
		encoding: "utf8",
		maxBuffer: 1 << 26,
	});
	const lines = existsSync(join(place, "check.times")) ? readFileSync(join(place, "check.times"), "utf8").trimEnd().split("\n") : [];
	return {
		status: run.status,
		error: run.stderr,
		checked: lines.map((line) => line.slice(line.indexOf(" ") + 1)),
		times: lines.map((line) => Number.parseInt(line, 10)),
	};
}

function median(numbers: readonly number[]): number {
	return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

function isSet(folder: string, option: string): boolean {
	return new RegExp(`^${option}=[ym]$`, "m").test(readFileSync(join(folder, ".config"), "utf8"));
}

/** Where the sources are: beside the objects, or where `make O=` found them. */
function sourcesOf(folder: string): string {
	return realpathSync(existsSync(join(folder, "source")) ? join(folder, "source") : folder);
}

describe.runIf(requirePart("a prepared kernel", FOLDERS.length > 0, INSTALL))("kernels that are prepared", () => {
	it.runIf(process.env["REQUIRE_ALL"] === "1").each(TARGETS)("have $target among what is built", ({ option }) => {
		expect(FOLDERS.some((folder) => isSet(folder, option))).toBe(true);
	});
});

describe.each(FOLDERS)("make in %s", (folder) => {
	it.each(TARGETS.filter(({ option }) => isSet(folder, option)))(
		"checks $target: it warns of what check finds, and goes on",
		({ target, file }) => {
			const first = make(folder, target);
			expect(first.status, first.error).toBe(0);
			const again = make(folder, target);
			expect(again.status).toBe(0);
			const own = again.checked.filter((path) => path.includes(target));
			expect(own.some((path) => path.endsWith(file))).toBe(true);
			expect([...own].sort()).toEqual(first.checked.filter((path) => path.includes(target)).sort());
			expect(again.error).not.toContain("not checked");
			const tree = sourcesOf(folder);
			const report = JSON.parse(runProgram(["check", "--format", "json", join(tree, target)]).out) as Report;
			/* what is not configured is not compiled */
			const compiled = report.findings.filter(({ file: path }) => own.some((name) => name.endsWith(path)));
			const expected = compiled.map(({ file: path, line, column }) => `${path}:${line}:${column}`);
			const warned = [...again.error.matchAll(/^(\S+): warning: .*\[[a-z-]+\]$/gm)].map((match) =>
				(match[1] ?? "").replace(`${tree}/`, ""),
			);
			expect(warned.sort()).toEqual(expected.sort());
			const rest = again.times.toSorted((a, b) => b - a).slice(1);
			process.stdout.write(
				`${target}: ${own.length} files; the first of a run ${Math.max(...again.times)} ms, others ${median(rest)} ms (median)\n`,
			);
		},
	);

	it("checks a module that lies outside", () => {
		const module = makeTree({ "box.c": MODULE, Kbuild: "obj-m := box.o\n" });
		const run = make(folder, `M=${module}`, "box.o");
		expect(run.status, run.error).toBe(0);
		expect(run.checked).toEqual([join(module, "box.c")]);
		const line = MODULE.slice(0, MODULE.indexOf("kthread_use_mm(")).split("\n").length;
		expect(run.error).toContain(`${module}/box.c:${line}:2: warning: kthread_use_mm() borrows`);
		expect(run.error).toContain(`${module}/box.c:${MODULE.slice(0, MODULE.indexOf("mmgrab(")).split("\n").length}:2: note: `);
	});
});
