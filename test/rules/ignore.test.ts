/** An ignore comment silences a rule where it stands, and nothing else. */

import { describe, expect, it } from "vitest";
import { makeExposed } from "../fixes/drivers.ts";
import { judgeAgain } from "../fixes/prove.ts";

/** Rules that find something, and verdicts of the uses. */
function judge(text: string): { readonly rules: readonly string[]; readonly verdicts: readonly string[] } {
	const { findings, uses } = judgeAgain({ "a.c": text });
	return { rules: findings.map(({ rule }) => rule), verdicts: uses.map(({ verdict }) => verdict) };
}

const RULE = "use-without-users-ref";

describe("an ignore comment", () => {
	it.each([
		[`	/* mm-lifetime: ignore(${RULE}) the queue is stopped in exit */\n`],
		[`	// mm-lifetime: ignore(${RULE}) the queue is stopped in exit\n`],
		[`	/*\n	 * mm-lifetime: ignore(${RULE}) the queue\n	 * is stopped in exit\n	 */\n`],
		[`	/* mm-lifetime: ignore(use-unknown, ${RULE}) both */\n`],
		[`	/* mm-lifetime:ignore( ${RULE} ) blanks */\n`],
		[`	/* Copies. mm-lifetime: ignore(${RULE}) behind other words */\n`],
		[`	/* mm-lifetime: ignore(${RULE}) first */\n	/* Copies the value. */\n`],
		[`	/* mm-lifetime: ignore(use-unknown) one mm-lifetime: ignore(${RULE}) two */\n`],
	])("silences the rule: %j", (above) => {
		expect(judge(makeExposed(above))).toEqual({ rules: [], verdicts: ["exposed"] });
	});

	it("silences it behind the use as well", () => {
		const text = makeExposed().replace("use_mm(box->mm);\n", `use_mm(box->mm); /* mm-lifetime: ignore(${RULE}) stopped in exit */\n`);
		expect(judge(text)).toEqual({ rules: [], verdicts: ["exposed"] });
	});

	it.each([
		["no reason", `	/* mm-lifetime: ignore(${RULE}) */\n`],
		["no reason but punctuation", `	/* mm-lifetime: ignore(${RULE}): - */\n`],
		["a placeholder for a reason", `	/* mm-lifetime: ignore(${RULE}) <reason> */\n`],
		["another rule", "	/* mm-lifetime: ignore(use-unknown) not this one */\n"],
		["no rule", "	/* mm-lifetime: ignore() whatever */\n"],
		["a line in between", `	/* mm-lifetime: ignore(${RULE}) too far */\n\n`],
		["a statement in between", `	/* mm-lifetime: ignore(${RULE}) too far */\n	cond_resched(); /* rest */\n`],
		["a string", `	pr_info("/* mm-lifetime: ignore(${RULE}) in a string */");\n`],
	])("with %s silences nothing", (_, above) => {
		expect(judge(makeExposed(above))).toEqual({ rules: [RULE], verdicts: ["exposed"] });
	});

	it("is no lifetime comment, whatever its reason says", () => {
		const claim = `	/* mm-lifetime: ignore(use-unknown) mm lifetime: the firmware stops the queue */\n`;
		expect(judge(makeExposed(claim)).verdicts).toEqual(["exposed"]);
		const untrue = judgeAgain({ "a.c": makeExposed("	/* mm-lifetime: ignore(use-unknown) a reference to the mm is held */\n") });
		expect(untrue.findings[0]?.message).not.toContain("The comment at");
		const said = judgeAgain({ "a.c": makeExposed("	/* a reference to the mm is held */\n") });
		expect(said.findings[0]?.message).toContain("The comment at");
	});

	it("leaves the lifetime comment that it touches as it is", () => {
		const claim = "	/* mm lifetime: the firmware stops the queue before exit */\n";
		expect(judge(makeExposed(claim))).toEqual({ rules: ["use-claimed"], verdicts: ["claimed"] });
		for (const above of [
			`	/* mm-lifetime: ignore(use-claimed) so it is */\n${claim}`,
			`${claim}	/* mm-lifetime: ignore(use-claimed) so it is */\n`,
		])
			expect(judge(makeExposed(above))).toEqual({ rules: [], verdicts: ["claimed"] });
	});

	it.each([
		[
			"behind the field",
			"	/* never dereferenced */\n	struct mm_struct *mm; /* mm-lifetime: ignore(comment-contradicts) to be mended */\n",
		],
		["above a field", "	/* mm-lifetime: ignore(comment-contradicts) to be mended */\n	struct mm_struct *mm; /* never dereferenced */\n"],
	])("silences what is found at a field: %s", (_, field) => {
		const bare = makeExposed().replace("	struct mm_struct *mm;\n", field.replace(/\/\* mm-lifetime[^*]*\*\//, ""));
		expect(judge(bare).rules).toEqual([RULE, "comment-contradicts"]);
		expect(judge(makeExposed().replace("	struct mm_struct *mm;\n", field)).rules).toEqual([RULE]);
	});
});
