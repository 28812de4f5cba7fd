/** Caches with damaged bytes: what cannot be trusted is not there, and the report is that of a run without a cache. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { Cache } from "../../server/src/workspace/cache.ts";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { copyExample } from "../lsp/editor.ts";
import { mutate, mutations } from "./mutations.ts";
import { SEED, share } from "./size.ts";

const ALL = 1_000;

it("a damaged cache changes no report, and is replaced", { timeout: share(ALL) * 1000 }, async () => {
	const engine = await loadEngine();
	const root = copyExample("kvmgt/4.18");
	const folder = join(root, "..", "cache");
	const cache = new Cache(folder, { minFiles: 1 });
	const check = async (): Promise<Report> => {
		const { report } = await checkPaths({ paths: [root], cwd: root, cache, fixes: ["safe"] }, engine);
		return { ...report, stats: { ...report.stats, milliseconds: 0 } };
	};
	const expected = await check();
	const [name = ""] = readdirSync(folder);
	const whole = readFileSync(join(folder, name));
	expect(await check()).toEqual(expected);
	await fc.assert(
		fc.asyncProperty(mutations, async (damage) => {
			const bytes = mutate(whole, damage, whole);
			if (bytes.equals(whole)) return;
			writeFileSync(join(folder, name), bytes);
			expect(cache.read(root)).toBeUndefined();
			expect(await check()).toEqual(expected);
			expect(cache.read(root)).toBeDefined();
			expect(readdirSync(folder)).toEqual([name]);
		}),
		{ seed: SEED, numRuns: share(ALL) },
	);
});
