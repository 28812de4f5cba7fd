/** What holds for a kernel is decided by its version, the tree at hand overrides that, and what the user says overrides both. */

import { describe, expect, it } from "vitest";
import { analyse } from "../../server/src/analysis/index.ts";
import type { Verdict } from "../../server/src/analysis/types.ts";
import { readPieces } from "../facts/parse.ts";
import { driver, REQUEST_DRIVER } from "./driver.ts";

function judge(texts: Readonly<Record<string, string>>, kernel: string, kernelForced: boolean): readonly Verdict[] {
	const files = new Map(Object.entries(texts).map(([path, text]) => [path, { path, pieces: readPieces(text) }]));
	const tree = { files, has: (path: string) => path in texts, text: (path: string) => texts[path] };
	return analyse(tree, { kernel, kernelForced, functions: {}, severity: {}, scope: [] }).report.uses.map((use) => use.verdict);
}

describe("a feature: requests of io_uring are not waited for", () => {
	const without = { "a.c": REQUEST_DRIVER.replaceAll("kthread_use", "use").replaceAll("kthread_unuse", "unuse") };
	const withIoUring = { ...without, "io_uring/io_uring.c": "int x;\n" };

	it("follows the version", () => {
		expect(judge({ "a.c": REQUEST_DRIVER }, "6.1", false)).toEqual(["exposed"]);
		expect(judge(without, "4.18", false)).toEqual(["uncommented"]);
	});

	it("is taken from the tree where the tree shows it", () => {
		expect(judge(withIoUring, "4.18", false)).toEqual(["exposed"]);
	});

	it("is as the user says", () => {
		expect(judge(withIoUring, "4.18", true)).toEqual(["uncommented"]);
	});
});

describe("a function of the table", () => {
	it("is known in the versions that have it", () => {
		expect(judge({ "a.c": driver() }, "6.1", false)).toEqual(["exposed"]);
		expect(judge({ "a.c": driver() }, "4.18", false)).toEqual([]);
	});

	it("is the driver's own where its file defines a static one of that name", () => {
		const own = "static void kthread_use_mm(struct mm_struct *mm)\n{\n}\n\n";
		expect(judge({ "a.c": own + driver() }, "6.1", false)).toEqual([]);
	});
});
