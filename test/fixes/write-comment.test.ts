import { describe, expect, it } from "vitest";
import { makeAio, makeExposed, NOTIFIED } from "./drivers.ts";
import { applyFix, fixOf, fixTexts, judgeAgain } from "./prove.ts";

describe("on an uncommented use", () => {
	it("the comment names the function that completes the request, wrapped at 80 columns", () => {
		const texts = { "a.c": makeAio() };
		const fix = fixOf(texts, "use-needs-comment", "write-comment", "4.18");
		expect(fix).toMatchObject({ applicability: "safe", preferred: true, verdictAfter: "guarded" });
		const fixed = applyFix(texts, fix);
		expect(fixed["a.c"]).toContain(`	ssize_t ret;

	/*
	 * mm lifetime: exit_aio() waits for the request that aio_work()
	 * completes after the use
	 */
	use_mm(mm);
`);
		expect(judgeAgain(fixed, "4.18")).toMatchObject({ uses: [{ verdict: "guarded", guarantee: "exit_aio" }], findings: [] });
	});

	it("the comment names the release callback, indented by blanks as the file is", () => {
		const texts = { "a.c": NOTIFIED };
		const fixed = applyFix(texts, fixOf(texts, "use-needs-comment", "write-comment"));
		expect(fixed["a.c"]).toContain(`
  /*
   * mm lifetime: the mmu notifier's release callback watch_release() stops this
   * use and waits for it before the page tables go
   */
  kthread_use_mm(watch->mm);
`);
		expect(judgeAgain(fixed)).toMatchObject({ uses: [{ verdict: "guarded", guarantee: "notifier-release" }], findings: [] });
	});

	const COPY = `#define COPY(req, ret)						\\
	do {							\\
		use_mm((req)->mm);				\\
		ret = copy_to_iter((req)->buf, (req)->len, &(req)->to);	\\
		unuse_mm((req)->mm);				\\
	} while (0)

`;

	it("in a macro the comment stands in the macro, its backslashes in their column, and once for all its uses", () => {
		const texts = { "copy.h": COPY, "a.c": makeAio("	COPY(req, ret);\n	COPY(req, ret);\n", '#include "copy.h"\n') };
		const before = judgeAgain(texts, "4.18");
		expect(before.uses.map((use) => use.verdict)).toEqual(["uncommented", "uncommented"]);
		const fixed = applyFix(texts, fixOf(texts, "use-needs-comment", "write-comment-in-macro", "4.18"));
		expect(fixed["copy.h"]).toContain(`	do {							\\
		/*						\\
		 * mm lifetime: exit_aio() waits for the	\\
		 * request that aio_work() completes after the	\\
		 * use						\\
		 */						\\
		use_mm((req)->mm);				\\
`);
		expect(fixed["a.c"]).toBe(texts["a.c"]);
		const after = judgeAgain(fixed, "4.18");
		expect(after.uses.map((use) => use.verdict)).toEqual(["guarded", "guarded"]);
		expect(after.findings).toEqual([]);
	});

	it("in a macro that others use wrongly the comment stands above the use alone, and one fix is preferred", () => {
		const wrong = makeExposed().replace("	kthread_use_mm(box->mm);\n	kthread_unuse_mm(box->mm);\n", "	COPY(box, box->ret);\n");
		const texts = { "copy.h": COPY, "a.c": makeAio("	COPY(req, ret);\n", '#include "copy.h"\n'), "b.c": `#include "copy.h"\n${wrong}` };
		expect(judgeAgain(texts, "4.18").uses.map((use) => use.verdict)).toEqual(["uncommented", "exposed"]);
		const fixes = fixTexts(texts, "4.18").find(([finding]) => finding.rule === "use-needs-comment")?.[1] ?? [];
		expect(fixes.filter((fix) => fix.applicability === "safe").map((fix) => [fix.id, fix.preferred])).toEqual([["write-comment", true]]);
		const fix = fixOf(texts, "use-needs-comment", "write-comment", "4.18");
		expect(judgeAgain(applyFix(texts, fix), "4.18").uses.map((use) => use.verdict)).toEqual(["guarded", "exposed"]);
	});

	it("of two right places for it one is preferred", () => {
		const texts = { "copy.h": COPY, "a.c": makeAio("	COPY(req, ret);\n", '#include "copy.h"\n') };
		const [[, fixes] = [undefined, []]] = fixTexts(texts, "4.18");
		expect(fixes.filter((fix) => fix.applicability === "safe").map((fix) => [fix.id, fix.preferred])).toEqual([
			["write-comment-in-macro", true],
			["write-comment", false],
		]);
	});
});

describe("on an exposed use", () => {
	const texts = { "a.c": makeExposed() };

	it("a guarantee is stated by whoever fills in the placeholder; until then it counts for nothing", () => {
		const fix = fixOf(texts, "use-without-users-ref", "state-guarantee");
		expect(fix).toMatchObject({ applicability: "placeholder", preferred: false, verdictAfter: "exposed" });
		const stated = applyFix(texts, fix);
		expect(judgeAgain(stated).uses[0]).toMatchObject({ verdict: "exposed", why: expect.not.stringContaining("The comment") });
		const filled = { "a.c": (stated["a.c"] ?? "").replace(/<say[^>]*>/, "the firmware stops the queue before exit") };
		expect(judgeAgain(filled).uses[0]).toMatchObject({ verdict: "claimed" });
	});
});

describe("on a use whose callers are not in view", () => {
	const fill = (comment: string) =>
		`int x;\n\n${comment}void fill(struct mm_struct *mm)\n{\n	kthread_use_mm(mm);\n	kthread_unuse_mm(mm);\n}\n`;

	it.each([
		["no comment", "", "/* mm lifetime: <if this is so: caller holds mm_users> */\n"],
		["a block comment", "/*\n * Fills.\n */\n", "/*\n * Fills.\n *\n * mm lifetime: <if this is so: caller holds mm_users>\n */\n"],
		["a comment of one line", "/* Fills. */\n", "/* Fills. */\n/* mm lifetime: <if this is so: caller holds mm_users> */\n"],
	])("the contract goes to a definition with %s, to be confirmed", (_, above, expected) => {
		const texts = { "a.c": fill(above) };
		const stated = applyFix(texts, fixOf(texts, "use-unknown", "state-contract"));
		expect(stated["a.c"]).toBe(fill(expected));
		expect(judgeAgain(stated).uses[0]).toMatchObject({ verdict: "unknown" });
		const confirmed = { "a.c": (stated["a.c"] ?? "").replace("<if this is so: caller holds mm_users>", "caller holds mm_users") };
		expect(judgeAgain(confirmed).uses[0]).toMatchObject({ verdict: "guarded" });
	});

	it("there is none where a caller is in view", () => {
		const texts = { "a.c": `${fill("")}\nvoid other(void *p)\n{\n	fill(p);\n}\n` };
		expect(() => fixOf(texts, "use-unknown", "state-contract")).toThrow("no fix state-contract of use-unknown, but silence:use-unknown");
	});
});
