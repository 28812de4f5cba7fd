/** Taking mm_users at the capture, or pinning the struct there, and giving it back wherever the object goes. Each result was judged `held`. */

import { describe, expect, it } from "vitest";
import { applyFix, fixTexts } from "./prove.ts";

interface Parts {
	/** The capture, and what stands behind it in the function that allocates. */
	readonly capture: string;
	readonly after?: string;
	/** What the teardown does before it frees. */
	readonly release: string;
	readonly allocate?: string;
	readonly head?: string;
	readonly operations?: string;
}

/** A driver in two files: one opens and closes a box, the other borrows its mm. */
function makeDriver({ capture, after = "", release, allocate = "kzalloc", head = "", operations = "" }: Parts): Record<string, string> {
	return {
		"box.h": `struct box {
	struct mm_struct *mm;
	struct work_struct work;
	void __user *buf;
	int value;
};
`,
		"use.c": `#include <linux/kthread.h>
#include <linux/sched/mm.h>
#include "box.h"

void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work);

	kthread_use_mm(box->mm);
	put_user(box->value, (int __user *)box->buf);
	kthread_unuse_mm(box->mm);
}
`,
		"box.c": `#include <linux/sched/mm.h>
#include "box.h"

void box_work(struct work_struct *work);
${head}
static int box_open(struct inode *inode, struct file *file)
{
	struct box *box = ${allocate}(sizeof(*box), GFP_KERNEL);

	if (!box)
		return -ENOMEM;
	if (inode->i_private) {
		kfree(box);
		return -EBUSY;
	}
	INIT_WORK(&box->work, box_work);
${capture}${after}	file->private_data = box;
	schedule_work(&box->work);
	return 0;
}

static int box_release(struct inode *inode, struct file *file)
{
	struct box *box = file->private_data;

	cancel_work_sync(&box->work);
${release}	kfree(box);
	return 0;
}

static const struct file_operations box_fops = {
	.open = box_open,
	.release = box_release,
${operations}};
`,
	};
}

function mend(id: string, parts: Parts): Record<string, string> | undefined {
	const texts = makeDriver(parts);
	const [, fixes = []] = fixTexts(texts).find(([finding]) => finding.rule === "use-without-users-ref") ?? [];
	const fix = fixes.find((known) => known.id === id);
	if (!fix) return undefined;
	expect(fix).toMatchObject({ applicability: "choice", preferred: false, verdictAfter: "held" });
	return applyFix(texts, fix);
}

const GRAB = "	mmgrab(current->mm);\n	box->mm = current->mm;\n";
const FAILS = (undo: string): string => `	if (register_box(box)) {\n${undo}		kfree(box);\n		return -EIO;\n	}\n`;

describe("hold-from-capture", () => {
	it("makes the references that are there stronger, across files, on every way out", () => {
		expect(mend("hold-from-capture", { capture: GRAB, after: FAILS("		mmdrop(box->mm);\n"), release: "	mmdrop(box->mm);\n" })).toEqual(
			makeDriver({
				capture: "	mmget(current->mm);\n	box->mm = current->mm;\n",
				after: FAILS("		mmput(box->mm);\n"),
				release: "	mmput(box->mm);\n",
			}),
		);
	});

	it("takes it where nothing is taken, and gives it back before each free that comes after", () => {
		expect(mend("hold-from-capture", { capture: "	box->mm = current->mm;\n", after: FAILS(""), release: "" })).toEqual(
			makeDriver({
				capture: "	box->mm = get_task_mm(current);\n",
				after: FAILS("		mmput(box->mm);\n"),
				release: "	mmput(box->mm);\n",
			}),
		);
	});

	it("leaves the teardown to a worker under a spinlock", () => {
		const locked = (undo: string): string => `	spin_lock(&box_lock);\n${undo}	box_count--;\n	spin_unlock(&box_lock);\n`;
		const fixed = mend("hold-from-capture", { capture: GRAB, release: locked("	mmdrop(box->mm);\n") });
		expect(fixed).toEqual(
			makeDriver({ capture: "	mmget(current->mm);\n	box->mm = current->mm;\n", release: locked("	mmput_async(box->mm);\n") }),
		);
	});

	it("is not offered where a mapping of the file would keep what the mapping's mm must let go", () => {
		expect(
			mend("hold-from-capture", { capture: GRAB, release: "	mmdrop(box->mm);\n", operations: "	.mmap = box_mmap,\n" }),
		).toBeUndefined();
	});

	it("takes it in a store that is a call", () => {
		const fixed = mend("hold-from-capture", { capture: "	WRITE_ONCE(box->mm, current->mm);\n", after: FAILS(""), release: "" });
		expect(fixed).toEqual(
			makeDriver({
				capture: "	WRITE_ONCE(box->mm, get_task_mm(current));\n",
				after: FAILS("		mmput(box->mm);\n"),
				release: "	mmput(box->mm);\n",
			}),
		);
		const pinned = mend("pin-struct-and-hold", { capture: "	WRITE_ONCE(box->mm, current->mm);\n", release: "" });
		expect(pinned?.["box.c"]).toContain("	WRITE_ONCE(box->mm, current->mm);\n	mmgrab(box->mm);\n");
	});

	it("is not offered where the mm is kept as a number", () => {
		const texts = makeDriver({ capture: "	box->mm = (unsigned long)current->mm;\n", release: "" });
		const number = Object.fromEntries(
			Object.entries(texts).map(([path, text]) => [
				path,
				text.replace("struct mm_struct *mm;", "unsigned long mm;").replaceAll("use_mm(box->mm)", "use_mm((struct mm_struct *)box->mm)"),
			]),
		);
		const found = fixTexts(number).filter(([finding]) => finding.rule === "use-without-users-ref");
		expect(found).toHaveLength(1);
		expect(found.flatMap(([, fixes]) => fixes.map((fix) => fix.id)).filter((id) => !/^(?:silence|state)/.test(id))).toEqual([]);
	});

	it("is not offered where the object is freed by the release notifier, which would never run", () => {
		const head = `
static void box_free(struct box *box)
{
	kfree(box);
}
static void box_gone(struct mmu_notifier *mn, struct mm_struct *mm)
{
	box_free(container_of(mn, struct box, mn));
}
static const struct mmu_notifier_ops box_ops = { .release = box_gone };
`;
		const parts = {
			capture: "	box->mm = current->mm;\n	box->mn.ops = &box_ops;\n	mmu_notifier_register(&box->mn, box->mm);\n",
			release: "",
		};
		const texts = makeDriver({ ...parts, head });
		const ids = (release: string): readonly string[] => {
			const notified = {
				...texts,
				"box.h": (texts["box.h"] ?? "").replace("int value;", "int value;\n	struct mmu_notifier mn;"),
				"box.c": (texts["box.c"] ?? "")
					.replace("	kfree(box);\n	return 0;", release)
					.replace("box_free(container", release ? "count(container" : "box_free(container"),
			};
			return fixTexts(notified).flatMap(([, fixes]) => fixes.map((fix) => fix.id));
		};
		expect(ids("")).not.toContain("hold-from-capture");
		expect(ids("	box_free(box);\n	return 0;")).toContain("hold-from-capture");
	});

	it("is not offered where the field can be set twice", () => {
		const set = "static long box_set(struct box *box)\n{\n	box->mm = current->mm;\n	return 0;\n}\n";
		const operation =
			"static long box_ioctl(struct file *file, unsigned int cmd, unsigned long arg)\n{\n	return box_set(file->private_data);\n}\n";
		const twice = { capture: "", release: "", head: set + operation, operations: "	.unlocked_ioctl = box_ioctl,\n" };
		expect(mend("hold-from-capture", twice)).toBeUndefined();
		expect(mend("pin-struct-and-hold", twice)).toBeUndefined();
	});

	it("is not offered where no teardown is in view", () => {
		const texts = makeDriver({ capture: "	box->mm = current->mm;\n", release: "" });
		const forgotten = { ...texts, "box.c": (texts["box.c"] ?? "").replace("	kfree(box);\n	return 0;", "	return 0;") };
		const ids = fixTexts(forgotten).flatMap(([, fixes]) => fixes.map((fix) => fix.id));
		expect(ids.filter((id) => id === "hold-from-capture" || id === "pin-struct-and-hold")).toEqual([]);
	});
});

describe("pin-struct-and-hold", () => {
	it("pins at the capture, unpins before each free that comes after, and holds over the use in the other file", () => {
		const fixed = mend("pin-struct-and-hold", { capture: "	box->mm = current->mm;\n", after: FAILS(""), release: "" });
		const expected = makeDriver({
			capture: "	box->mm = current->mm;\n	mmgrab(box->mm);\n",
			after: FAILS("		mmdrop(box->mm);\n"),
			release: "	mmdrop(box->mm);\n",
		});
		expect(fixed?.["box.c"]).toBe(expected["box.c"]);
		expect(fixed?.["use.c"]).toContain("	if (!mmget_not_zero(box->mm))\n		return;\n	kthread_use_mm(box->mm);\n");
		expect(fixed?.["use.c"]).toContain("	kthread_unuse_mm(box->mm);\n	mmput(box->mm);\n");
	});

	it("asks whether the field is set where not every object has it", () => {
		const fixed = mend("pin-struct-and-hold", { capture: "	if (inode->i_size)\n		box->mm = current->mm;\n", release: "" });
		expect(fixed?.["box.c"]).toBe(
			makeDriver({
				capture: "	if (inode->i_size) {\n		box->mm = current->mm;\n		mmgrab(box->mm);\n	}\n",
				release: "	if (box->mm)\n		mmdrop(box->mm);\n",
			})["box.c"],
		);
	});

	it("is not offered where that cannot be asked, for the memory is not zeroed", () => {
		expect(
			mend("pin-struct-and-hold", { capture: "	if (inode->i_size)\n		box->mm = current->mm;\n", release: "", allocate: "kmalloc" }),
		).toBeUndefined();
	});

	it("is not offered where the struct is pinned", () => {
		expect(mend("pin-struct-and-hold", { capture: GRAB, release: "	mmdrop(box->mm);\n" })).toBeUndefined();
	});
});
