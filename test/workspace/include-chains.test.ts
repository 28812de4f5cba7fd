import { describe, expect, it } from "vitest";
import { IncludeChains } from "../../server/src/workspace/include-chains.ts";
import { makeTree } from "./tree.ts";

const TEXTS = {
	"drivers/a/a.c": '#include <linux/box.h>\n#include "a.h"\n',
	"drivers/a/a.h": "struct own {\n\tint x;\n};\n",
	"drivers/b/a.h": "struct other {\n\tint x;\n};\n",
	"include/linux/box.h": "#include <linux/lid.h>\n#include <linux/box.h>\nstruct box *make(void);\n",
	"include/linux/lid.h": "struct lid\n{\n\tint x;\n};\nunion box {\n\tint y;\n};\n",
	"include/linux/far.h": "struct far {\n};\n",
};
const open = (): IncludeChains => new IncludeChains(makeTree(TEXTS), Object.keys(TEXTS));

describe("headers along the includes of a file", () => {
	it.each([
		["own", ["drivers/a/a.h"]],
		["lid", ["include/linux/lid.h", "include/linux/box.h"]],
		["box", ["include/linux/lid.h", "include/linux/box.h"]],
		["other", []],
		["far", []],
	])("lead to the definition of %s: %j", (tag, paths) => {
		expect(open().to(tag, "drivers/a/a.c")).toEqual(paths);
	});

	it("lead nowhere from a file that is not there", () => {
		expect(open().to("own", "drivers/a/none.c")).toEqual([]);
	});
});
