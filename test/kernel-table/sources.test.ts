/** Each row's source line shows what the row says it shows, in a real tree of the version that it names. */

import { describe, expect, it } from "vitest";
import { decideFeature, IO_URING, MMAP_LOCK_FIELD, USE_COUNTS } from "../../server/src/kernel/features.ts";
import { ALL_ROWS, functionSlots, kernelFunctions } from "../../server/src/kernel/index.ts";
import type { KernelFunction } from "../../server/src/kernel/types.ts";
import { findKernelTree, type KernelTree } from "./tree.ts";

/**
 * What a tree shows where a row says, or undefined when it shows it. In another release of the same stable branch lines may have
 * moved, so the file need only show it somewhere.
 */
function findFault(tree: KernelTree, row: KernelFunction): string | undefined {
	const { file, line, shows, version } = row.source;
	const lines = (tree.read(file) ?? "").split("\n").map((text) => text.replace(/\s+/g, " ").trim());
	const found = version === tree.version ? (lines[line - 1] ?? "no such line") : lines.join("\n");
	return found.includes(shows) ? undefined : `${row.name}: ${file}:${line} is "${found.slice(0, 100)}", not "${shows}"`;
}

/** Where the structs of the op tables are defined; from 6.9 on some have headers of their own. */
const HEADERS = [
	"fs",
	"proc_fs",
	"seq_file",
	"mm",
	"mmu_notifier",
	"workqueue",
	"workqueue_types",
	"kthread",
	"timer",
	"timer_types",
	"hrtimer",
	"hrtimer_types",
	"interrupt",
];

/** Whether `struct tag` has the field, by the text between its braces. */
function holdsField(tree: KernelTree, tag: string, field: string): boolean {
	return HEADERS.some((header) => {
		const body = new RegExp(`struct ${tag}\\s*\\{(.*?)\\n\\}`, "s").exec(tree.read(`include/linux/${header}.h`) ?? "")?.[1];
		return body !== undefined && new RegExp(`\\(\\*\\s*${field}\\)|\\b${field};`).test(body);
	});
}

for (const branch of ["6.1", "6.12"]) {
	const tree = findKernelTree(branch);
	describe.skipIf(tree === undefined)(`the table against Linux ${branch}`, () => {
		it("names lines that show what it says", () => {
			if (tree === undefined) return;
			const rows = ALL_ROWS.filter((row) => row.source.version.startsWith(`${branch}.`) && row.source.line > 0);
			expect(rows.length, `rows with lines of ${branch}`).toBeGreaterThan(0);
			expect(rows.flatMap((row) => findFault(tree, row) ?? [])).toEqual([]);
		});

		it("is decided alike by the version and by the tree", () => {
			if (tree === undefined) return;
			const byVersion = kernelFunctions(tree.version);
			const byTree = kernelFunctions(tree.version, {}, tree.read);
			for (const row of ALL_ROWS.filter((candidate) => candidate.evidence !== undefined)) {
				expect(byTree.get(row.name)?.summary, row.name).toBe(byVersion.get(row.name)?.summary);
			}
			// Whatever version is claimed, the tree wins.
			expect(kernelFunctions("4.4", {}, tree.read).get("mm_access")).toBe(byTree.get("mm_access"));
			expect(kernelFunctions("4.4", {}, tree.read).get("kiocb_set_cancel_fn")).toBe(byTree.get("kiocb_set_cancel_fn"));
		});

		it("is right about features", () => {
			if (tree === undefined) return;
			const view = { has: (path: string) => tree.read(path) !== undefined, text: tree.read };
			for (const feature of [IO_URING, USE_COUNTS, MMAP_LOCK_FIELD]) {
				expect(decideFeature<unknown>(feature, "4.4", view)).toBe(decideFeature<unknown>(feature, tree.version));
			}
		});

		it("names fields that its structs have", () => {
			if (tree === undefined) return;
			const missing = [...functionSlots(tree.version).values()]
				.filter((slot) => !holdsField(tree, slot.struct, slot.field))
				.map((slot) => `${slot.struct}.${slot.field}`);
			expect(missing).toEqual([]);
		});
	});
}
