import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkPaths } from "../../server/src/workspace/check.ts";
import { MOST_HOLDING } from "../../server/src/workspace/holders.ts";
import { loadEngine } from "../../server/src/workspace/load-engine.ts";
import { makeSearch } from "../../server/src/workspace/search.ts";
import { Sessions } from "../../server/src/workspace/sessions.ts";
import { BOX_DRIVER } from "./box.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const engine = await loadEngine();
const NEVER = new AbortController().signal;

const HEADER = `struct box {
	struct mm_struct *mm;
	struct work_struct work;
	bool flags;
};
`;
const DRIVER = `#include <linux/box.h>
static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

	kthread_use_mm(box->mm);
	kthread_unuse_mm(box->mm);
	mmput(box->mm);
}

static int box_submit(struct box *box, bool later)
{
	box->flags = later;
	box->mm = current->mm;
	if (box->flags)
		mmget(box->mm);
	if (box->flags) {
		INIT_WORK(&box->work, box_work);
		schedule_work(&box->work);
	}
	return 0;
}

static int box_open(struct inode *inode, struct file *file)
{
	return box_submit(file->private_data, true);
}

static const struct file_operations box_fops = {
	.open = box_open,
};
`;

/** The driver beside so many files that store to a field of the same name. */
async function judge(writers: number): Promise<{ assumes: readonly string[]; files: number }> {
	const others = Array.from({ length: writers }, (_, index) => [`kernel/o${index}.c`, "void f(struct other *o) { o->flags = 1; }"]);
	const root = makeTree({
		Makefile: MAKEFILE,
		"include/linux/box.h": HEADER,
		"drivers/box.c": DRIVER,
		...Object.fromEntries(others),
	});
	const { report } = await checkPaths({ paths: ["."], cwd: root, search: makeSearch(false) }, engine);
	return { assumes: report.uses[0]?.assumes ?? [], files: report.stats.filesParsed };
}

describe("who sets a flag of a struct that everybody may know", () => {
	it("is looked for in all files", async () => {
		const { assumes, files } = await judge(299);
		expect(assumes).toContain("box.flags stays true while it is used");
		expect(files).toBe(301);
	});

	it("is not known, and this is said, where a field of that name is stored to in very many", async () => {
		const { assumes, files } = await judge(300);
		expect(assumes).toContain("box.flags may change at any time (too many files store to a field of that name to read them all)");
		expect(files).toBe(2);
	});
});

const CONTRACT = `/* Callers must hold a reference to mm_users. */
void box_use(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
`;
const TREE = { Makefile: MAKEFILE, "include/linux/box.h": HEADER, "drivers/box.c": BOX_DRIVER };

/** So many files in which its name stands. */
function named(count: number): Readonly<Record<string, string>> {
	const text = "int f(void) { int box_use = 1; return box_use; }";
	return Object.fromEntries(Array.from({ length: count }, (_, index) => [`kernel/o${index}.c`, text]));
}

/** The driver beside them. */
async function judgeNamed(others: number): Promise<{ verdict: string | undefined; why: string; files: number }> {
	const root = makeTree({ ...TREE, ...named(others) });
	const { report } = await checkPaths({ paths: ["."], cwd: root, search: makeSearch(false) }, engine);
	const [use] = report.uses;
	return { verdict: use?.verdict, why: use?.why ?? "", files: report.stats.filesParsed };
}

describe("what very many files hold", () => {
	it("is read where they are not too many", async () => {
		const { verdict, files } = await judgeNamed(MOST_HOLDING - 1);
		expect(verdict).toBe("held");
		expect(files).toBe(MOST_HOLDING + 1);
	});

	it("is not read where they are, and the use is unknown", async () => {
		const { verdict, why, files } = await judgeNamed(MOST_HOLDING);
		expect(verdict).toBe("unknown");
		expect(why).toContain("too many files hold the name `box_use` to read them all");
		expect(files).toBe(2);
	});

	it("is read as soon as they are not too many any more", async () => {
		const root = makeTree({ ...TREE, ...named(MOST_HOLDING) });
		const { session } = await new Sessions(async () => engine, makeSearch(false)).open(join(root, "drivers/box.c"), undefined);
		const verdicts = async (): Promise<readonly string[]> =>
			(await session.judge("drivers/box.c", NEVER)).uses.map(({ verdict }) => verdict);
		await session.readAll(NEVER);
		expect(await verdicts()).toEqual(["unknown"]);
		rmSync(join(root, "kernel/o1.c"));
		session.filesChanged(["kernel/o1.c"]);
		await session.readAll(NEVER);
		expect(await verdicts()).toEqual(["held"]);
	});

	it("leaves open what a contract says of callers", async () => {
		const caller = BOX_DRIVER.replace(/void box_use[^}]*}\n/, "void box_use(struct mm_struct *mm);\n").replace("\tmmget(box->mm);\n", "");
		const verdictAmong = async (others: number): Promise<string | undefined> => {
			const tree = { ...TREE, "drivers/box.c": CONTRACT, "sound/caller.c": caller.replace("\tmmput(box->mm);\n", ""), ...named(others) };
			const { report } = await checkPaths({ paths: ["."], cwd: makeTree(tree), search: makeSearch(false) }, engine);
			return report.uses[0]?.verdict;
		};
		expect(await verdictAmong(3)).toBe("exposed");
		expect(await verdictAmong(MOST_HOLDING)).toBe("unknown");
	});
});
