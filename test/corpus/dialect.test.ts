/** The dialect pass leaves next to no function of a whole kernel with an error, and loses none that the grammar alone finds. */

import { expect, test } from "vitest";
import { countDialect } from "../../bench/dialect-count.ts";
import { findLinuxTree, type LinuxVersion } from "../linux-trees.ts";
import { requirePart } from "../requires.ts";
import { loadTestSyntax } from "../syntax/load.ts";

/** Files that speak of an mm, at least; the least share of their functions that must be clean. */
const trees: readonly (readonly [LinuxVersion, number, number])[] = [
	["6.1", 200, 0.998],
	["6.12", 200, 0.998],
];

for (const [version, files, share] of trees) {
	const tree = findLinuxTree(version);
	const install = `install linux-source-${version}, unpack it, and name the folder in LINUX_${version.replace(".", "_")}`;
	const present = requirePart(`Linux ${version}`, tree !== undefined, install);
	test.skipIf(!present)(`functions of Linux ${version} that speak of an mm are clean`, async () => {
		const syntax = await loadTestSyntax();
		const count = countDialect(tree ?? "", syntax);
		syntax.delete();
		expect(count.files).toBeGreaterThanOrEqual(files);
		expect(count.clean / count.all, count.left.join("\n")).toBeGreaterThanOrEqual(share);
		expect(count.missed, count.left.join("\n")).toBe(0);
		expect(count.all).toBeGreaterThanOrEqual(count.rawAll - count.inner);
	});
}
