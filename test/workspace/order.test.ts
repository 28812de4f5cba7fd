import { readdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSourceName } from "../../server/src/workspace/files.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { OpenTree } from "../../server/src/workspace/open-tree.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { EXAMPLES } from "../examples/roots.ts";

const engine = await loadEngine();
const SETTINGS = { kernel: "6.1.192", kernelForced: true, functions: {}, severity: {}, scope: [] };
const READING = { pause: async () => undefined, progress: () => undefined };

async function reportOf(root: string, files: readonly string[], threads?: number): Promise<unknown> {
	const tree = new OpenTree({ root, files, wholeFolder: true, settings: SETTINGS }, engine, makeSearch(true, threads));
	return (await tree.settle([], READING)).judge([]).report;
}

describe("the report of a tree", () => {
	it.each(["amdgpu", "f_fs", "kvmgt", "vhost"])("does not depend on the order in which files are listed: %s", async (example) => {
		const root = join(EXAMPLES, example);
		const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(isSourceName);
		const expected = await reportOf(root, files.toSorted());
		await fc.assert(
			fc.asyncProperty(
				fc.shuffledSubarray(files, { minLength: files.length }),
				fc.option(fc.integer({ min: 1, max: 8 })),
				async (shuffled, threads) => {
					expect(await reportOf(root, shuffled, threads ?? undefined)).toEqual(expected);
				},
			),
			{ seed: 20180823, numRuns: 8 },
		);
	});
});
