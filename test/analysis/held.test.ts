/** What the hover says is held at a line: nothing at lines that the interleaving does not pass. */

import { describe, expect, it } from "vitest";
import { openView } from "../../server/src/analysis/index.ts";
import { readPieces } from "../facts/parse.ts";

const DRIVER = `struct mm_struct;
struct job {
	struct work_struct work;
	struct mm_struct *mm;
	unsigned long cookie;
};

static void run(struct work_struct *w)
{
	struct job *job = container_of(w, struct job, work);

	kthread_use_mm(job->mm);
	if (copy_from_user(&job->cookie, job->cookie, 8)) {
		pr_info("fault in %p", job->mm);
		goto unuse;
	}
	pr_info("fine in %p", job->mm);
unuse:
	kthread_unuse_mm(job->mm);
	mmput(job->mm);
}

int start(struct job *job, int cmd)
{
	job->mm = get_task_mm(current);
	pr_info("taken %p", job->mm);
	if (!job->mm)
		goto out;
	if (cmd == 9) {
		mmput(job->mm);
		pr_info("bad %p", job->mm);
		job->mm = NULL;
		goto out;
	}
	switch (cmd) {
	case 1:
		pr_info("one %p", job->mm);
		break;
	}
	{
		pr_info("good %p", job->mm);
	}
	INIT_WORK(&job->work, run);
	schedule_work(&job->work);
	pr_info("begun %p", job->mm);
	return 0;
out:
	pr_info("out %p", job->mm);
	return -EINVAL;
}
`;

const tree = {
	files: new Map([["job.c", { path: "job.c", pieces: readPieces(DRIVER) }]]),
	has: (path: string) => path === "job.c",
	text: (path: string) => (path === "job.c" ? DRIVER : undefined),
};
const view = openView(tree, { kernel: "6.1.192", kernelForced: true, functions: {}, severity: {}, scope: [] });
const { uses } = view.judge([]).report;

/** What is held where `^` stands in front of in a line of the driver. */
function heldAt(marked: string): readonly string[] | undefined {
	const plain = marked.replace("^", "");
	const lines = DRIVER.split("\n");
	const line = lines.findIndex((candidate) => candidate.includes(plain));
	if (line < 0) throw new Error(`no line with ${plain}`);
	const described = view.describe("job.c", line + 1, (lines[line] ?? "").indexOf(plain) + marked.indexOf("^") + 1, uses);
	expect(described, marked).toBeDefined();
	return described?.held?.references.map(({ kind, step }) => `${kind}: ${step.step}`);
}

const TAKEN = ["users: get_task_mm(current)"];

describe("what is held", () => {
	it("is said where the interleaving passes, with a step or between steps", () => {
		expect(uses.map((use) => use.verdict)).toEqual(["held"]);
		expect(heldAt("job->mm = ^get_task_mm(current)")).toEqual(TAKEN);
		expect(heldAt('pr_info("taken %p", job->^mm)')).toEqual(TAKEN);
		expect(heldAt("^kthread_use_mm(job->mm)")).toEqual([...TAKEN, "count: kthread_use_mm(job->mm)"]);
		expect(heldAt("^kthread_unuse_mm(job->mm)")).toEqual(TAKEN);
	});

	it.each([
		"\t\t^mmput(job->mm);",
		'pr_info("bad %p", job->^mm)',
		"job->^mm = NULL",
		'pr_info("one %p", job->^mm)',
		'pr_info("out %p", job->^mm)',
		'pr_info("fault in %p", job->^mm)',
	])("is not said in an arm that the interleaving does not take, or behind a label that it does not come to: %s", (marked) => {
		expect(heldAt(marked)).toBeUndefined();
	});

	it("is not said where a jump may have led past the line", () => {
		expect(heldAt('pr_info("fine in %p", job->^mm)')).toBeUndefined();
	});
});
