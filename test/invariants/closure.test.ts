/** The prefilter is a closure: a file takes part because the program asked for it, and the result is that of loading all files. */

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../server/src/analysis/types.ts";
import { seedWords } from "../../server/src/kernel/seeds.ts";
import { NEWEST_KNOWN_KERNEL } from "../../server/src/kernel/versions.ts";
import { listSources } from "../../server/src/workspace/files.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { OpenTree } from "../../server/src/workspace/open-tree.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { EXAMPLES, listRoots, readExpectations } from "../examples/roots.ts";
import { judgeTexts, readTexts } from "../judge.ts";
import { listRuleFixtures } from "../rules/rule-fixtures.ts";
import { makeTree } from "../workspace/tree.ts";

const engine = await loadEngine();
const SEED = new RegExp(`\\b(?:${seedWords().join("|")})\\b`);

async function close(root: string, kernel: string): Promise<{ readonly report: Report; readonly filesParsed: number }> {
	const { files } = listSources(root, { isExcluded: () => false, split: false });
	const settings = { kernel, kernelForced: false, functions: {}, severity: {}, scope: [] };
	const tree = new OpenTree({ root, files, wholeFolder: true, settings }, engine, makeSearch(false));
	const view = await tree.settle([], { pause: async () => undefined, progress: () => undefined });
	return { report: view.judge([]).report, filesParsed: tree.filesRead };
}

/** What is said of uses and findings, without what counts files. */
function said(report: Report): unknown {
	return { uses: report.uses, findings: report.findings };
}

const STRUCT = "struct watch {\n\tstruct work_struct work;\n\tstruct mm_struct *mm;\n};\n";
const FOPS = "static const struct file_operations watch_fops = { .unlocked_ioctl = watch_ioctl };\n";
const WORK = `static void watch_run(struct work_struct *work)
{
	struct watch *w = container_of(work, struct watch, work);

	watch_report(w->mm);
}
`;
const WRITER = `static long watch_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct watch *w = file->private_data;

	w->mm = current->mm;
	INIT_WORK(&w->work, watch_run);
	schedule_work(&w->work);
	return 0;
}
`;
const REPORT = `void watch_report(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
`;

const TREES: Readonly<Record<string, { readonly texts: Readonly<Record<string, string>>; readonly verdict: string }>> = {
	"a caller": {
		texts: { "a.c": REPORT, "b.c": `#include "watch.h"\n${WORK}${WRITER}${FOPS}`, "watch.h": STRUCT },
		verdict: "exposed",
	},
	"the writer of a field, and what it calls": {
		texts: {
			"a.c": `#include "watch.h"\n${REPORT}${WORK.replace("static ", "")}`,
			"b.c": `#include "watch.h"\nvoid watch_set(struct watch *w)\n{\n\tw->mm = current->mm;\n}\n`,
			"c.c": `#include "watch.h"\n${WRITER.replace("w->mm = current->mm", "watch_set(w)")}${FOPS}`,
			"watch.h": STRUCT,
		},
		verdict: "exposed",
	},
	"the user of a macro": {
		texts: {
			"borrow.h": "#define BORROW(m) do { kthread_use_mm(m); kthread_unuse_mm(m); } while (0)\n",
			"b.c": `#include "watch.h"\n#include "borrow.h"\n${WORK.replace("watch_report", "BORROW")}${WRITER}${FOPS}`,
			"watch.h": STRUCT,
		},
		verdict: "exposed",
	},
	"the user of a macro of a macro": {
		texts: {
			"borrow.h": "#define BORROW(m) do { kthread_use_mm(m); kthread_unuse_mm(m); } while (0)\n",
			"with.h": '#include "borrow.h"\n#define WITH(w) BORROW((w)->mm)\n',
			"b.c": `#include "watch.h"\n#include "with.h"\n${WORK.replace("watch_report(w->mm)", "WITH(w)")}${WRITER}${FOPS}`,
			"watch.h": STRUCT,
		},
		verdict: "exposed",
	},
	"a call through an op table": {
		texts: {
			"ops.h": "struct report_ops {\n\tvoid (*report)(struct mm_struct *mm);\n};\n",
			"a.c": `#include "ops.h"\n${REPORT.replace("void", "static void")}const struct report_ops watch_ops = { .report = watch_report };\n`,
			"b.c": `#include "watch.h"\n#include "ops.h"\nextern const struct report_ops watch_ops;\n${WORK.replace("watch_report(", "watch_ops.report(")}${WRITER}${FOPS}`,
			"watch.h": STRUCT,
		},
		verdict: "exposed",
	},
};

describe("a file without any seed word takes part when it is needed:", () => {
	it.each(Object.entries(TREES))("%s", async (_what, { texts, verdict }) => {
		expect(Object.values(texts).filter((text) => !SEED.test(text))).not.toHaveLength(0);
		const { report, filesParsed } = await close(
			makeTree({ ...texts, "other.c": "int other(void)\n{\n\treturn 0;\n}\n" }),
			NEWEST_KNOWN_KERNEL,
		);
		expect(report.uses.map((use) => [use.verdict, use.why])).toEqual([[verdict, expect.any(String)]]);
		expect(filesParsed).toBe(Object.keys(texts).length);
		expect(said(report)).toEqual(said(judgeTexts(texts)));
	});
});

describe("a file that is wrong by itself has a seed word:", () => {
	it.each(listRuleFixtures().filter(({ rule, shows }) => shows && !rule.startsWith("ignore-")))("$rule/$name", ({ text }) => {
		expect(text).toMatch(SEED);
	});
});

describe("what is found is what would be found in all files together:", () => {
	it.each(listRoots())("examples/%s", async (root) => {
		const folder = join(EXAMPLES, root);
		const kernel = readExpectations()[root]?.kernel ?? "";
		expect(said((await close(folder, kernel)).report)).toEqual(said(judgeTexts(readTexts(folder), kernel)));
	});
});
