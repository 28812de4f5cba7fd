import { expect, test } from "vitest";
import { compareCalls } from "./completeness.ts";
import { lexCalls, watchedNames } from "./lexer.ts";
import { factsOf } from "./parse.ts";

const text = `#define put_it(mm) mmput(mm)
void mmput(struct mm_struct *mm);
/* mmput(x) */
static int hold_ok(struct thing *t)
{
	char *s = "mmget(x)";
	struct mm_struct *mm = get_task_mm(current);

	list_for_each_entry(p, &t->list, node) {
		mmget(p->mm);
	}
	if (!mmget_not_zero(t->mm) || container_of(t, struct outer, t)->x)
		return mm_access(t->task, 0) ? *get_task_mm(t) : 0;
#ifdef CONFIG_X
	if (t->flag) {
#else
	{
#endif
		mmput(mm);
	}
	switch (t->kind) {
	case 1 ... 3:
		mmdrop(mm);
	}
	return 0;
}

static const struct ops ops = { .size = mm_alloc(1) };
`;

test("the lexer sees calls and nothing else", () => {
	expect(lexCalls(text, watchedNames).map(({ line, name }) => `${line}: ${name}`)).toEqual([
		"7: get_task_mm",
		"10: mmget",
		"12: mmget_not_zero",
		"13: mm_access",
		"13: get_task_mm",
		"19: mmput",
		"23: mmdrop",
		"28: mm_alloc",
	]);
});

test("every call that the lexer sees is in the facts", () => {
	expect(compareCalls(text, factsOf(text))).toEqual({ calls: 8, missing: [], extra: [] });
});
