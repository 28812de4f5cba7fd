/** What the hover is made of: what stands at a place, the uses that have to do with it, and what is held there. */

import { describe, expect, it } from "vitest";
import { openView } from "../../server/src/analysis/index.ts";
import type { Described, Use } from "../../server/src/analysis/types.ts";
import { readPieces } from "../facts/parse.ts";

const HEADER = `struct mm_struct;
#define IS_SET(x) (x)
#define my_put(mm) do { mmput(mm); } while (0)
#define other_grab mmgrab
struct job {
	int state;
	struct work_struct work;
	struct mm_struct *mm;
	unsigned long cookie;
};
`;

const DRIVER = `#include "job.h"

static void run(struct work_struct *w)
{
	struct job *job = container_of(w, struct job, work);
	struct mm_struct *mm = job->mm, *other;
	char buf[8];

	if (!mmget_not_zero(mm))
		return;
	kthread_use_mm(mm);
	job->state = copy_from_user(buf, job->cookie, 8);
	kthread_unuse_mm(mm);
	my_put(mm);
	mmdrop((job)->mm);
}

int start(struct job *job)
{
	job->mm = current->mm;
	other_grab(job->mm);
	INIT_WORK(&job->work, run);
	schedule_work(&job->work);
	return 0;
}

int peek(struct mm_struct *given, struct job *job)
{
	{
		struct mm_struct *given = take_it(current);
		int state = job->state;
		access_process_vm(current, 0, 0, 0);
		return state + IS_SET(given);
	}
}
`;

const TEXTS: Readonly<Record<string, string>> = { "job.h": HEADER, "driver.c": DRIVER };

const files = new Map(Object.entries(TEXTS).map(([path, text]) => [path, { path, pieces: readPieces(text) }]));
const tree = { files, has: (path: string) => path in TEXTS, text: (path: string) => TEXTS[path] };
const view = openView(tree, { kernel: "6.1.192", kernelForced: true, functions: { take_it: "get_task_mm" }, severity: {}, scope: [] });
const { uses } = view.judge([]).report;

/** Describes the place that \`^\` stands in front of in a line of a text. */
function at(path: string, marked: string, known: readonly Use[] = uses): Described | undefined {
	const plain = marked.replace("^", "");
	const lines = (TEXTS[path] ?? "").split("\n");
	const line = lines.findIndex((candidate) => candidate.includes(plain));
	if (line < 0) throw new Error(`${path} has no line with ${plain}`);
	const column = (lines[line] ?? "").indexOf(plain) + marked.indexOf("^") + 1;
	return view.describe(path, line + 1, column, known);
}

function heldAt(path: string, marked: string): readonly string[] | undefined {
	return at(path, marked)?.held?.references.map(({ kind, step }) => `${kind}: ${step.step}`);
}

describe("the example", () => {
	it("is judged as meant", () => {
		expect(uses.map((use) => [use.function, use.verdict])).toEqual([["run", "held"]]);
	});

	it("says what carries the mm, and how the use goes well", () => {
		const [use] = uses;
		expect(use?.captures).toEqual([{ file: "driver.c", line: 20, column: 2, function: "start", text: "job->mm = current->mm" }]);
		expect(use?.fields).toEqual([{ struct: "job", field: "mm", file: "job.h", line: 8 }]);
		expect(use?.witness?.filter((step) => step.op !== "branch").map((step) => step.op)).toEqual([
			"mmgrab",
			"mmgetnz",
			"use",
			"unuse",
			"mmput",
			"mmdrop",
		]);
	});
});

describe("a call", () => {
	it("says what the kernel's function does, and the range of its name", () => {
		const described = at("driver.c", "if (!mmget^_not_zero(mm))");
		expect(described).toMatchObject({ line: 9, column: 7, endLine: 9, endColumn: 21 });
		expect(described?.subject).toEqual({
			kind: "call",
			effect: {
				callee: "mmget_not_zero",
				mm: "mm",
				summary: "Takes a reference to the address space unless its teardown has begun; false then.",
				users: "+1 if above 0",
				needs: "mm_count above 0 (the struct exists)",
				source: expect.stringContaining("include/linux/sched/mm.h:103 of Linux 6.1.192: "),
			},
		});
	});

	it("is found from its first character to behind its last", () => {
		expect(at("driver.c", "^kthread_use_mm(mm);")?.column).toBe(2);
		expect(at("driver.c", "kthread_use_mm^(mm);")?.column).toBe(2);
	});

	it("is known by another name: of a macro, of a macro around it, of the settings", () => {
		const effects = ["^other_grab(job->mm)", "^my_put(mm)", "^take_it(current)"].map((marked) => at("driver.c", marked)?.subject);
		expect(effects).toMatchObject([
			{ effect: { callee: "other_grab", actsLike: "mmgrab", mm: "job->mm" } },
			{ effect: { callee: "my_put", actsLike: "mmput" } },
			{ effect: { callee: "take_it", actsLike: "get_task_mm" } },
		]);
		expect(effects[1]).not.toHaveProperty("effect.mm");
	});

	it("inside the definition of a macro is one as well", () => {
		expect(at("job.h", "do { ^mmput(mm); }")?.subject).toMatchObject({ kind: "call", effect: { callee: "mmput" } });
	});

	it("that touches no mm is nothing", () => {
		expect(at("driver.c", "^container_of(w")).toBeUndefined();
		expect(at("driver.c", "^schedule_work(")).toBeUndefined();
		expect(at("driver.c", "^IS_SET(given)")).toBeUndefined();
	});
});

describe("a field", () => {
	const field = { kind: "field", struct: "job", field: "mm", file: "job.h", definedAt: 8 };

	it.each(["struct mm_struct *mm = job->^mm, *other;", "job->^mm = current->mm;", "mmdrop((job)->^mm);"])("is found in %s", (marked) => {
		const described = at("driver.c", marked);
		expect(described?.subject).toEqual(field);
		expect(described?.writers.map((place) => [place.line, place.text])).toEqual([[20, "job->mm = current->mm"]]);
		expect(described?.uses).toEqual(uses);
	});

	it("is found at its declaration", () => {
		expect(at("job.h", "struct mm_struct *^mm;")).toMatchObject({ subject: field, column: 20, uses });
	});

	it("that holds no mm is nothing, unless it carries one in a known use", () => {
		expect(at("job.h", "unsigned long ^cookie;")).toBeUndefined();
		expect(at("driver.c", "job->^cookie, 8")).toBeUndefined();
		const carried = uses.map((use) => ({ ...use, fields: [{ struct: "job", field: "cookie", file: "job.h", line: 9 }] }));
		expect(at("driver.c", "job->^cookie, 8", carried)?.subject).toMatchObject({ kind: "field", field: "cookie" });
	});

	it("of a struct that is not in view is a path", () => {
		expect(at("driver.c", "= current->^mm;")?.subject).toEqual({ kind: "variable", name: "current->mm" });
	});
});

describe("a variable", () => {
	it("is found where it is used and where it is declared", () => {
		for (const marked of ["kthread_use_mm(^mm);", "struct mm_struct *^mm = job->mm"]) {
			const described = at("driver.c", marked);
			expect(described?.subject).toEqual({ kind: "variable", name: "mm" });
			expect(described?.writers.map((place) => place.text)).toEqual(["mm = job->mm"]);
		}
		expect(at("driver.c", "*^other;")?.subject).toEqual({ kind: "variable", name: "other" });
	});

	it("is the parameter in the head, and the inner one of its name inside", () => {
		expect(at("driver.c", "peek(struct mm_struct *^given")).toMatchObject({ subject: { name: "given" }, writers: [] });
		expect(at("driver.c", "IS_SET(^given)")?.writers.map((place) => place.text)).toEqual(["given = take_it(current)"]);
	});

	it("that is no mm is nothing", () => {
		expect(at("driver.c", "^state + IS_SET")).toBeUndefined();
		expect(at("driver.c", "copy_from_user(^buf")).toBeUndefined();
	});
});

describe("what is held", () => {
	it("grows and shrinks along the interleaving", () => {
		expect(heldAt("driver.c", "^other_grab(job->mm)")).toEqual(["count: other_grab(job->mm)"]);
		expect(heldAt("driver.c", "if (!mmget^_not_zero(mm))")).toEqual(["count: other_grab(job->mm)", "users: mmget_not_zero(mm)"]);
		expect(heldAt("driver.c", "^kthread_use_mm(mm);")).toEqual([
			"count: other_grab(job->mm)",
			"users: mmget_not_zero(mm)",
			"count: kthread_use_mm(mm)",
		]);
		expect(heldAt("driver.c", "^my_put(mm)")).toEqual(["count: other_grab(job->mm)"]);
		expect(heldAt("driver.c", "^mmdrop((job)")).toEqual([]);
	});

	it("comes with the state of the mm", () => {
		expect(at("driver.c", "^kthread_use_mm(mm);")?.held).toMatchObject({
			useId: uses[0]?.id,
			after: { users: 2, count: 3, pageTables: "live", struct: "live" },
		});
	});

	it("is not said where no interleaving passes", () => {
		expect(at("driver.c", "IS_SET(^given)")).toMatchObject({ uses: [] });
		expect(at("driver.c", "IS_SET(^given)")).not.toHaveProperty("held");
		expect(at("job.h", "struct mm_struct *^mm;")).not.toHaveProperty("held");
	});
});

describe("any place", () => {
	it("is described or nothing, and asks for no further files", () => {
		const before = view.judge([]).needs.length;
		for (const [path, text] of Object.entries(TEXTS))
			for (const [index, line] of text.split("\n").entries())
				for (let column = 1; column <= line.length + 2; column++) {
					const described = view.describe(path, index + 1, column, uses);
					if (!described) continue;
					expect(described.column).toBeLessThanOrEqual(column);
					expect(described.endColumn).toBeGreaterThanOrEqual(column);
					expect(line.slice(described.column - 1, described.endColumn - 1)).toMatch(/^\w+$/);
				}
		expect(view.judge([]).needs).toHaveLength(before);
	});

	it("outside the text or the tree is nothing", () => {
		expect(view.describe("driver.c", 10_000, 1, uses)).toBeUndefined();
		expect(view.describe("driver.c", 1, 10_000, uses)).toBeUndefined();
		expect(view.describe("other.c", 1, 1, uses)).toBeUndefined();
	});
});
