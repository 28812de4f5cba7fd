/** Fixes of findings about references and ignore comments: on the wrong fixture of each rule, and beside it. */

import { describe, expect, it } from "vitest";
import type { Fix } from "../../server/src/analysis/types.ts";
import { listRuleFixtures } from "../rules/rule-fixtures.ts";
import { applyFix, fixTexts, viewTexts } from "./prove.ts";

const PATH = "drivers/misc/example.c";
const wrong = listRuleFixtures().filter(({ rule, shows }) => shows !== undefined && !rule.startsWith("use-without"));

/** The fix that each wrong fixture has; those that are not named have none but the comment that silences. */
const FIXES: Readonly<Record<string, string>> = {
	"access-without-users-ref/fence_bad": "choice hold-over-access",
	"access-without-users-ref/page_bad": "choice hold-over-access",
	"access-without-users-ref/snapshot_bad": "choice hold-over-access",
	"get-from-zero/notifier_bad": "choice take-unless-zero",
	"get-from-zero/page_bad": "choice take-unless-zero",
	"grab-before-assign/page_bad": "safe take-after-store",
	"ignore-unused/page_bad": "safe drop-ignore",
	"put-may-deadlock/deferred_bad": "choice put-later",
	"put-may-deadlock/notifier_bad": "choice put-later",
	"put-may-deadlock/page_bad": "choice put-later",
	"put-may-deadlock/spinlock_bad": "choice put-later",
	"put-may-deadlock/unlock_bad": "choice put-later",
	"put-wrong-kind/arms_bad": "safe put-right-kind",
	"put-wrong-kind/half-turned_bad": "choice put-right-kind",
	"put-wrong-kind/lazy_bad": "choice put-right-kind",
	"put-wrong-kind/local_bad": "safe put-right-kind",
	"put-wrong-kind/page_bad": "choice put-right-kind",
	"result-unchecked/bind_bad": "choice check-result",
	"result-unchecked/ignored_bad": "choice look-at-result",
	"result-unchecked/late_bad": "choice look-at-result",
	"result-unchecked/register_bad": "choice return-result",
	"use-after-put/lock-inside_bad": "safe put-after-use",
	"use-after-put/own_bad": "safe put-after-use",
	"use-after-put/unbind_bad": "safe put-after-use",
	"use-after-put/page_bad": "safe put-after-use",
	"use-after-put/unlock_bad": "safe put-after-use",
	"users-leak/bind_bad": "safe give-back",
	"users-leak/callback_bad": "safe give-back",
	"users-leak/cleanup_bad": "choice give-back",
	"users-leak/error-path_bad": "safe give-back",
	"users-leak/evict_bad": "safe give-back",
	"users-leak/huge-page_bad": "safe give-back",
	"users-leak/page_bad": "safe give-back",
	"users-leak/pointer_bad": "choice give-back",
	"users-leak/retry_bad": "safe give-back",
};

function fingerprintsOf(text: string, kernel?: string): readonly string[] {
	const { findings } = viewTexts({ [PATH]: text }, kernel).judge([]).report;
	return findings.filter(({ rule }) => !rule.startsWith("ignore-without")).map(({ fingerprint }) => fingerprint);
}

/** The text with the fixes that nothing is left to write in, by id, for the first finding of one. */
function mend(text: string, kernel?: string): Readonly<Record<string, { readonly fix: Fix; readonly text: string }>> {
	const [, fixes = []] = fixTexts({ [PATH]: text }, kernel)[0] ?? [];
	const mended = fixes.filter(({ applicability }) => applicability !== "placeholder");
	return Object.fromEntries(mended.map((fix) => [fix.id, { fix, text: applyFix({ [PATH]: text }, fix)[PATH] ?? "" }]));
}

describe("the wrong fixtures", () => {
	it.each(wrong)("$rule/$name", ({ rule, name, text, kernel }) => {
		const before = fingerprintsOf(text, kernel);
		const offered = fixTexts({ [PATH]: text }, kernel).flatMap(([, fixes]) => fixes);
		const ready = offered.filter(({ applicability }) => applicability !== "placeholder");
		expect([...new Set(ready.map(({ id, applicability }) => `${applicability} ${id}`))].join()).toBe(FIXES[`${rule}/${name}`] ?? "");
		for (const fix of offered) {
			const after = fingerprintsOf(applyFix({ [PATH]: text }, fix)[PATH] ?? "", kernel);
			expect(after.filter((found) => !before.includes(found))).toEqual([]);
			expect(before.length - after.length).toBeGreaterThanOrEqual(fix.applicability === "placeholder" ? 0 : 1);
			expect(fix.verdictAfter).toBeUndefined();
		}
		expect(offered.some(({ id }) => id === `silence:${rule}`)).toBe(!rule.startsWith("ignore-"));
	});

	it("are those that the table names", () => {
		const known = new Set(wrong.map(({ rule, name }) => `${rule}/${name}`));
		expect(Object.keys(FIXES).filter((name) => !known.has(name))).toEqual([]);
	});
});

/** A function that holds mm_users from its third line on. */
function holding(body: string, returns = "int"): string {
	return `${returns} f(struct task_struct *task, int n, spinlock_t *lock)\n{\n	struct mm_struct *mm = get_task_mm(task);\n	int ret = 0;\n\n${body}}\n`;
}

describe("giving back", () => {
	it("is written at each way out that leaves it held, in braces where there were none", () => {
		const text = holding(
			"	if (!mm)\n		return -ESRCH;\n	if (n > 1)\n		return -EINVAL;\n	if (n > 2) {\n		ret = 2;\n		return ret;\n	}\n	mmput(mm);\n	return 0;\n",
		);
		const { fix, text: after = "" } = mend(text)["give-back"] ?? {};
		expect(after).toContain("	if (n > 1) {\n		mmput(mm);\n		return -EINVAL;\n	}\n");
		expect(after).toContain("		ret = 2;\n		mmput(mm);\n		return ret;\n");
		expect(fix).toMatchObject({ applicability: "safe", preferred: true, title: "Give the reference back on every way: mmput(mm);" });
	});

	it("is written before the jump where others come to the same label with nothing held", () => {
		const text = holding("	if (!mm)\n		goto out;\n	if (n > 1)\n		goto out;\n	mmput(mm);\nout:\n	return ret;\n");
		expect(mend(text)["give-back"]?.text).toContain("	if (n > 1) {\n		mmput(mm);\n		goto out;\n	}\n	mmput(mm);\nout:\n");
	});

	it("is written behind the last use, where there is an mm", () => {
		const text = holding("	if (!mm)\n		goto out;\n	ret = mm->map_count;\nout:\n	return ret;\n");
		expect(mend(text)["give-back"]?.text).toContain("	ret = mm->map_count;\n	mmput(mm);\nout:\n");
		const guarded = holding("	if (mm) {\n		lock(task);\n		ret = mm->map_count;\n		unlock(task);\n	}\n	return ret;\n");
		expect(mend(guarded)["give-back"]?.text).toContain("		ret = mm->map_count;\n		mmput(mm);\n		unlock(task);\n");
	});

	it("is not written where there may be no mm", () => {
		expect(mend(holding("	if (!mm || n)\n		return 0;\n	mmput(mm);\n	return 1;\n"))).toEqual({});
	});

	it("is not written inside a loop that uses the mm again", () => {
		expect(mend(holding("	if (!mm)\n		return 0;\n	while (n--)\n		ret += mm->map_count;\n	return ret;\n"))).toMatchObject({
			"give-back": { text: expect.stringContaining("		ret += mm->map_count;\n	mmput(mm);\n	return ret;\n") },
		});
	});

	it("is not written where another variable has the mm too", () => {
		expect(
			mend(
				holding("	struct mm_struct *other = mm;\n\n	if (!mm)\n		return 0;\n	if (n)\n		return 1;\n	mmput(other);\n	return 0;\n"),
			),
		).toEqual({});
	});

	it("is not written behind a call through a pointer, which may give it back", () => {
		const text = holding("	if (!mm)\n		return 0;\n	if (n)\n		return 1;\n	task->take(mm);\n	return 0;\n");
		expect(mend(text)["give-back"]?.text).toContain("	if (n) {\n		mmput(mm);\n		return 1;\n	}\n	task->take(mm);\n	return 0;\n");
	});

	it("is for a person to choose where a function that is not in view gets the mm", () => {
		const text = holding(
			"	if (!mm)\n		return 0;\n	if (n)\n		return 1;\n	ret = keep(mm);\n	if (ret) {\n		mmput(mm);\n		return ret;\n	}\n	return 0;\n",
		);
		expect(mend(text)["give-back"]?.fix.applicability).toBe("choice");
	});

	it("is not written before a return that reads the mm", () => {
		expect(mend(holding("	if (!mm)\n		return 0;\n	return mm->map_count;\n"))).toEqual({});
	});

	it("is written at the end of a function that returns nothing, for a person to choose where nothing else gives it back", () => {
		const { fix, text = "" } = mend(holding("	if (!mm)\n		return;\n	show(mm->map_count, ret);\n", "void"))["give-back"] ?? {};
		expect(text).toContain("	show(mm->map_count, ret);\n	mmput(mm);\n}\n");
		expect(fix?.applicability).toBe("choice");
	});

	it("leaves the teardown to a worker where it must not sleep, if modules can", () => {
		const text = holding(
			"	if (!mm)\n		return 0;\n	spin_lock(lock);\n	if (n)\n		return 1;\n	spin_unlock(lock);\n	mmput(mm);\n	return 0;\n",
		);
		expect(mend(text, "6.1")["give-back"]?.text).toContain("		mmput_async(mm);\n		return 1;\n");
		expect(mend(text, "4.18")).toEqual({});
	});

	it("is not written for what a field keeps: that is for the end of the object", () => {
		const text =
			"struct box { struct mm_struct *mm; };\nint box_open(struct box *box)\n{\n	box->mm = current->mm;\n	mmgrab(box->mm);\n	return 0;\n}\n";
		expect(mend(text)).toEqual({});
	});
});

describe("leaving where there is no mm", () => {
	const take = (before: string, after: string, returns = "int"): string =>
		`${returns} f(struct task_struct *task, struct mutex *lock)\n{\n	struct mm_struct *mm;\n\n${before}	mm = get_task_mm(task);\n	show(mm->map_count);\n	mmput(mm);\n${after}}\n`;

	it.each([
		["int", "	return 0;\n", "return -ESRCH;"],
		["void", "", "return;"],
		["unsigned long", "	return 1;\n", "return 0;"],
		["struct page *", "	return NULL;\n", "return NULL;"],
		["struct page *", "	return ERR_PTR(-ENOENT);\n", "return ERR_PTR(-ESRCH);"],
		["bool", "	return true;\n", "return false;"],
	])("%s: as the function fails", (returns, after, left) => {
		expect(mend(take("", after, returns))["look-at-result"]?.text).toContain(`	mm = get_task_mm(task);\n	if (!mm)\n		${left}\n`);
	});

	it("is not written where something was begun before, or must be done after", () => {
		expect(mend(take("	mutex_lock(lock);\n", "	mutex_unlock(lock);\n	return 0;\n"))).toEqual({});
		expect(mend(take("", "	complete(task);\n	return 0;\n"))).toEqual({});
	});
});

describe("a notifier whose registration nobody looks at", () => {
	const make = (test: string): string =>
		`struct box { struct mmu_notifier mn; void *page; };\nint f(struct box *box, struct task_struct *task)\n{\n	struct mm_struct *mm = get_task_mm(task);\n	int ret = -ESRCH;\n\n${test}	mmu_notifier_register(&box->mn, mm);\n	ret = begin(box);\n	if (ret)\n		mmu_notifier_unregister(&box->mn, mm);\n	mmput(mm);\nout:\n	return ret;\n}\n`;

	it("is tested, and the mm given back on the way out", () => {
		expect(mend(make("	if (!mm)\n		goto out;\n"))["check-result"]?.text).toContain(
			"	ret = mmu_notifier_register(&box->mn, mm);\n	if (ret) {\n		mmput(mm);\n		goto out;\n	}\n	ret = begin(box);\n",
		);
	});

	it("is left to a person where something else was begun since the last test of the mm", () => {
		const text = make("	if (!mm)\n		goto out;\n	box->page = kmalloc(4, GFP_KERNEL);\n	if (!box->page)\n		goto out_put;\n").replace(
			"	mmput(mm);\n",
			"out_put:\n	mmput(mm);\n",
		);
		expect(mend(text)).toEqual({});
	});
});

describe("an ignore comment that silences nothing", () => {
	const make = (line: string): string =>
		`int f(struct task_struct *task)\n{\n	struct mm_struct *mm = get_task_mm(task);\n\n${line}	return mm ? 0 : 1;\n}\n`;

	it("goes with its line, or from behind a statement", () => {
		expect(
			mend(make("	/* mm-lifetime: ignore(put-unowned) known */\n	show(task);\n	if (mm)\n		mmput(mm);\n"))["drop-ignore"]?.text,
		).toBe(make("	show(task);\n	if (mm)\n		mmput(mm);\n"));
		expect(mend(make("	if (mm)\n		mmput(mm); /* mm-lifetime: ignore(put-unowned) known */\n"))["drop-ignore"]?.text).toBe(
			make("	if (mm)\n		mmput(mm);\n"),
		);
	});

	it("keeps the rules that it does silence", () => {
		const text =
			"int f(struct task_struct *task)\n{\n	/* mm-lifetime: ignore(put-unowned, users-leak) known */\n	struct mm_struct *mm = get_task_mm(task);\n\n	return mm ? 0 : 1;\n}\n";
		expect(mend(text)["drop-ignore"]?.text).toContain("/* mm-lifetime: ignore(users-leak) known */");
	});
});
