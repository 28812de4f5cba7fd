import { expect, test } from "vitest";
import { analyse } from "../server/src/analysis/index.ts";
import { readPieces } from "./facts/parse.ts";

const WRAPPED = `
struct job { struct work_struct work; struct mm_struct *mm; };
static struct mm_struct *job_mm(void);
static bool job_hold(struct mm_struct *mm) { return atomic_inc_unless(&mm->users, 0); }
static void job_run(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);
	if (!job_hold(job->mm))
		return;
	kthread_use_mm(job->mm);
	kthread_unuse_mm(job->mm);
	mmput(job->mm);
}
void job_make(struct job *job)
{
	mmgrab(current->mm);
	job->mm = current->mm;
	INIT_WORK(&job->work, job_run);
}
`;

test("functions that the settings name act like the known ones, also when the file defines them", () => {
	const files = new Map([["a.c", { path: "a.c", pieces: readPieces(WRAPPED) }]]);
	const tree = { files, has: () => false, text: () => undefined };
	const settings = { kernel: "6.1.0", kernelForced: true, severity: {}, scope: [] };
	const verdicts = (functions: Record<string, string>) => analyse(tree, { ...settings, functions }).report.uses.map((use) => use.verdict);
	expect(verdicts({})).toEqual(["exposed"]);
	expect(verdicts({ job_hold: "mmget_not_zero" })).toEqual(["held"]);
});
