/** What is broken, where, and what the text is then. */

import { describe, expect, it } from "vitest";
import { RULE_IDS } from "../../server/src/rules/index.ts";
import { factsOf } from "../facts/parse.ts";
import { EQUIVALENT, equivalentOf } from "./equivalent.ts";
import { FILES } from "./files.ts";
import { EXPECTED, KINDS } from "./kinds.ts";
import { layShares, pick } from "./shares.ts";
import { mutantsOf } from "./sites.ts";
import { closing, guardAt } from "./statements.ts";

const TEXT = `int peek(struct task_struct *task, struct box *box)
{
	struct mm_struct *mm = get_task_mm(task);

	if (!mm)
		return -ESRCH;
	mmgrab(mm);
	box_fill(box, mm);
	mmput(mm);
	if (!mmget_not_zero(box->mm)) {
		return -EFAULT; /* ) */
	}
	return 0;
}
`;

function broken(): readonly (readonly [string, string])[] {
	const [fn] = factsOf(TEXT).functions;
	if (!fn) throw new Error("no function");
	return mutantsOf(TEXT, fn).map(({ kind, was, now }) => [kind, `${was.replace(/\s+/g, " ")} -> ${now.replace(/\s+/g, " ")}`]);
}

describe("a function", () => {
	it("is broken in one place at a time", () => {
		expect(broken()).toEqual([
			["delete-get", "get_task_mm(task) -> (task)->mm"],
			["delete-check", "if (!mm) return -ESRCH; -> ;"],
			["delete-get", "mmgrab(mm); -> ;"],
			["swap-get", "mmgrab -> mmget"],
			["delete-put", "mmput(mm); -> ;"],
			["swap-put", "mmput -> mmdrop"],
			["move-put-up", "box_fill(box, mm); mmput(mm); -> mmput(mm); box_fill(box, mm); "],
			["ignore-result", "if (!mmget_not_zero(box->mm)) { return -EFAULT; /* ) */ } -> mmget_not_zero(box->mm);"],
			["delete-get", "mmget_not_zero(box->mm) -> true"],
		]);
	});
});

describe("statements", () => {
	it("end where their brackets close, whatever stands in comments and literals", () => {
		expect(closing("(a, \")\", /* ) */ ')')x", 0)).toBe(21);
		expect(closing("(a", 0)).toBeUndefined();
	});

	it("are no guards with an else", () => {
		expect(guardAt("if (a) b(); else c();", 0)).toBeUndefined();
		expect(guardAt("if (a) { b(); } c();", 0)).toMatchObject({ end: 15, test: { start: 4, end: 5 } });
	});
});

describe("the tables", () => {
	it("expect rules that there are", () => {
		expect(KINDS.flatMap((kind) => EXPECTED[kind]).filter((rule) => !RULE_IDS.includes(rule))).toEqual([]);
	});

	it("name each equivalent mutant in a file that is broken, with a reason", () => {
		for (const one of EQUIVALENT) {
			expect(FILES).toContain(one.file);
			expect(one.reason).not.toBe("");
			const mutant = { kind: one.kind, function: one.function, line: 1, mms: [], was: one.was, start: 0, end: 0, now: "" };
			expect(equivalentOf(one.file, mutant)).toBe(one.reason);
			expect(equivalentOf(one.file, { ...mutant, function: "other" })).toBeUndefined();
		}
	});
});

describe("a sample", () => {
	const all = Array.from({ length: 50 }, (_, i) => i);

	it("is the same for the same seed, of that size, and in order", () => {
		expect(pick(all, 10, 7)).toEqual(pick(all, 10, 7));
		expect(pick(all, 10, 7)).not.toEqual(pick(all, 10, 8));
		expect([...pick(all, 10, 7)].sort((a, b) => a - b)).toEqual(pick(all, 10, 7));
		expect(pick(all, 10, 7)).toHaveLength(10);
	});

	it("is enough when nine tenths of all and three quarters of each kind are noticed", () => {
		const mutant = { kind: "delete-put" as const, function: "f", line: 1, mms: [], was: "", start: 0, end: 0, now: "" };
		const tried = (noticed: number, of: number) =>
			Array.from({ length: of }, (_, i) => ({ file: "a.c", mutant, by: i < noticed ? "x" : undefined }));
		expect(layShares(tried(9, 10), KINDS).isEnough).toBe(true);
		expect(layShares(tried(8, 10), KINDS).isEnough).toBe(false);
		expect(layShares(tried(9, 10), KINDS).text).toContain("90.0 %");
	});
});
