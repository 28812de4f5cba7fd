/** Which row of the table holds, a file of the tree decides: when it is another, nothing counts that was found out with the one before. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { Sessions } from "../../server/src/workspace/sessions.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const NEVER = new AbortController().signal;
const FILE = "drivers/a.c";
const DECIDING = "kernel/fork.c";
/* as mm_access() was, and is; the words of no function that the driver calls */
const BEFORE = "static void other(struct task_struct *task)\n{\n\tmm = get_task_mm(task);\n\tif (mm && mm != current->mm) x();\n}\n";
const NOW = "static void other(struct task_struct *task)\n{\n\tmm = get_task_mm(task);\n\tif (!mm) {\n\t\tmm = ERR_PTR(-ESRCH);\n\t}\n}\n";

it.each([
	["newer", BEFORE, NOW],
	["older", NOW, BEFORE],
])("a %s kernel's function is judged as such", async (_, first, then) => {
	const driver = readFileSync(join(import.meta.dirname, "../fixtures/mm-access-ok.c"));
	const root = makeTree({ Makefile: MAKEFILE, "io_uring/io_uring.c": "", [DECIDING]: first, [FILE]: driver });
	const { session } = await new Sessions(async () => engine, makeSearch(false)).open(join(root, FILE), undefined);
	await session.readAll(NEVER);
	const said = async (): Promise<unknown> => {
		const { uses, findings } = await session.judge(FILE, NEVER);
		return { uses, findings };
	};
	const before = await said();
	writeFileSync(join(root, DECIDING), then);
	session.filesChanged([DECIDING]);
	const after = await said();
	const { report } = await checkPaths({ paths: [FILE], cwd: root, search: makeSearch(false) }, engine);
	expect(after).toEqual({ uses: report.uses, findings: report.findings.filter(({ file }) => file === FILE) });
	expect(after).not.toEqual(before);
});
