import { describe, expect, it } from "vitest";
import { makeAio, makeExposed } from "./drivers.ts";
import { applyFix, fixOf, fixTexts, judgeAgain } from "./prove.ts";

const EXPOSED = { "a.c": makeExposed() };

describe("silencing", () => {
	it.each([
		["use-without-users-ref", EXPOSED, "6.1"],
		["use-needs-comment", { "a.c": makeAio() }, "4.18"],
		["use-claimed", { "a.c": makeExposed("	/* mm lifetime: the firmware stops the queue before exit */\n") }, "6.1"],
		["use-unknown", { "a.c": "void fill(struct mm_struct *mm)\n{\n	kthread_use_mm(mm);\n	kthread_unuse_mm(mm);\n}\n" }, "6.1"],
		["comment-contradicts", { "a.c": makeExposed().replace("*mm;", "*mm; /* never dereferenced */") }, "6.1"],
		[
			"comment-contradicts",
			{ "a.c": makeExposed().replace("	struct mm_struct *mm;", "	/*\n	 * never dereferenced\n	 */\n	struct mm_struct *mm;") },
			"6.1",
		],
	])("%s changes nothing until the reason is written, and then silences it", (rule, texts, kernel) => {
		const fix = fixOf(texts, rule, `silence:${rule}`, kernel);
		expect(fix).toMatchObject({ applicability: "placeholder", preferred: false });
		const before = judgeAgain(texts, kernel);
		const silenced = applyFix(texts, fix);
		const rulesOf = (report: typeof before) => report.findings.map((finding) => finding.fingerprint);
		expect(rulesOf(judgeAgain(silenced, kernel))).toEqual(rulesOf(before));
		const reasoned = { "a.c": (silenced["a.c"] ?? "").replace("<reason>", "known, see the tracker") };
		const after = judgeAgain(reasoned, kernel);
		expect(after.findings.map((finding) => finding.rule)).toEqual(
			before.findings.map((finding) => finding.rule).filter((id) => id !== rule),
		);
		expect(after.uses.map((use) => use.verdict)).toEqual(before.uses.map((use) => use.verdict));
	});

	it("stands above the finding, indented as it is", () => {
		const fix = fixOf(EXPOSED, "use-without-users-ref", "silence:use-without-users-ref");
		expect(applyFix(EXPOSED, fix)["a.c"]).toBe(makeExposed("	/* mm-lifetime: ignore(use-without-users-ref) <reason> */\n"));
	});

	it("keeps the line ends of the file", () => {
		const texts = { "a.c": makeExposed().replaceAll("\n", "\r\n") };
		const fixed = applyFix(texts, fixOf(texts, "use-without-users-ref", "silence:use-without-users-ref"))["a.c"];
		expect(fixed).toBe(makeExposed("	/* mm-lifetime: ignore(use-without-users-ref) <reason> */\n").replaceAll("\n", "\r\n"));
	});

	it("is not offered where what is silenced already would come back", () => {
		const both = makeExposed("	/* mm-lifetime: ignore(comment-contradicts) known */\n	/* never dereferenced */\n");
		expect(judgeAgain({ "a.c": both }).findings.map(({ rule }) => rule)).toEqual(["use-without-users-ref"]);
		for (const [, fixes] of fixTexts({ "a.c": both }))
			for (const fix of fixes)
				expect(judgeAgain(applyFix({ "a.c": both }, fix)).findings.map(({ rule }) => rule)).not.toContain("comment-contradicts");
	});
});
