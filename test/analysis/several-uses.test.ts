/** Several uses in one thread: each has a verdict, a trace and words of its own. */

import { describe, expect, it } from "vitest";
import type { Report, Use } from "../../server/src/analysis/types.ts";
import { replayTrace } from "../../server/src/model/replay.ts";
import { judgeTexts } from "../judge.ts";

const START = `struct mm_struct;
struct job {
	struct work_struct work;
	struct mm_struct *mm;
	unsigned long at;
};

`;

const CAPTURE = `
int start(struct job *job)
{
	job->mm = current->mm;
	mmgrab(job->mm);
	INIT_WORK(&job->work, run);
	schedule_work(&job->work);
	return 0;
}
`;

/** Judges the body of a work function whose job holds mm_count of an mm. */
function judgeWork(body: string): Report {
	const head = "static void run(struct work_struct *w)\n{\n\tstruct job *job = container_of(w, struct job, work);\n\tchar buf[8];\n\n";
	return judgeTexts({ "job.c": `${START}${head}${body}\tmmdrop(job->mm);\n}\n${CAPTURE}` });
}

const USE = "\tkthread_use_mm(job->mm);\n\tcopy_from_user(buf, job->at, 8);\n";
const END = "\tkthread_unuse_mm(job->mm);\n";
const GET = "\tif (!mmget_not_zero(job->mm))\n\t\treturn;\n";
const PUT = "\tmmput(job->mm);\n";

function verdicts(report: Report): readonly string[] {
	return report.uses.map((use) => use.verdict);
}

/** Lines of the kthread_use_mm() steps of a trace. */
function usedAt(use: Use | undefined): readonly number[] {
	return (use?.trace ?? []).filter((step) => step.op === "use").map((step) => step.line);
}

describe("of two uses in one thread", () => {
	it("the one that is right is not blamed for the other, in either order", () => {
		expect(verdicts(judgeWork(USE + END + GET + USE + END + PUT))).toEqual(["exposed", "held"]);
		expect(verdicts(judgeWork(GET + USE + END + PUT + USE + END))).toEqual(["held", "exposed"]);
		expect(verdicts(judgeWork(GET + USE + PUT + END + GET + USE + END + PUT))).toEqual(["exposed", "held"]);
	});

	it("that are both wrong each have a trace that ends in the use itself", () => {
		const report = judgeWork(GET + USE + PUT + END + USE + END);
		expect(verdicts(report)).toEqual(["exposed", "exposed"]);
		for (const use of report.uses) {
			expect(usedAt(use).at(-1)).toBe(use.line);
			expect(replayTrace(use.trace ?? [], use.graphs ?? [])).toMatchObject({ ok: true, property: "page-tables" });
		}
	});

	it("that end in one kthread_unuse_mm() only the one without a reference is wrong", () => {
		const arms = `\tif (job->at) {\n\t\tif (!mmget_not_zero(job->mm))\n\t\t\treturn;\n${USE}\t} else {\n${USE}\t}\n${END}`;
		expect(verdicts(judgeWork(arms))).toEqual(["held", "exposed"]);
	});
});

describe("a reference that is given back before the use ends", () => {
	it("is named, with where it is given back", () => {
		const [finding] = judgeWork(GET + USE + PUT + END).findings;
		expect(finding?.message).toContain("mmget_not_zero(job->mm) (job.c:13) takes mm_users, but mmput(job->mm) (job.c:17) gives it back");
		expect(finding?.message).not.toContain("Only mm_count is held");
		expect(finding?.message).not.toContain("nothing keeps its page tables");
		expect(finding?.message).toContain("mmput() only after it");
	});

	it("is not spoken of at a later use that has none", () => {
		const later = judgeWork(GET + USE + PUT + END + USE + END).findings[1];
		expect(later?.message).toContain("Only mm_count is held: mmgrab(job->mm)");
		expect(later?.message).not.toContain("gives it back");
	});
});
