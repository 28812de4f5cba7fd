/** Holding mm_users over a use: how it is written into functions of different shapes. Each result was judged `held`. */

import { describe, expect, it } from "vitest";
import { applyFix, fixTexts } from "./prove.ts";

const HEADS = "#include <linux/kthread.h>\n#include <linux/sched/mm.h>\n";

/** A driver whose worker calls `borrow`; the mm is pinned by mm_count. */
function makeDriver(borrow: string, head = HEADS): string {
	return `${head}
struct box {
	struct mm_struct *mm;
	struct work_struct work;
	void __user *buf;
	int value;
	bool failed;
};

${borrow}
static void box_work(struct work_struct *work)
{
	borrow(container_of(work, struct box, work));
}

int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	schedule_work(&box->work);
	return 0;
}
`;
}

function fixOf(text: string, kernel?: string) {
	const [, fixes = []] = fixTexts({ "box.c": text }, kernel).find(([finding]) => finding.rule === "use-without-users-ref") ?? [];
	const fix = fixes.find(({ id }) => id === "hold-over-use");
	return { fix, fixed: fix && applyFix({ "box.c": text }, fix)["box.c"] };
}

/** The function after the fix; undefined when none is offered. */
function mend(borrow: string): string | undefined {
	const { fixed } = fixOf(makeDriver(borrow));
	return fixed?.slice(fixed.indexOf("};\n\n") + 4, fixed.indexOf("static void box_work") - 1);
}

const COPY = "copy_to_user(box->buf, &box->value, sizeof(box->value))";

describe("leaves the function where nothing else is to do", () => {
	it.each([
		["void", "return;", "return;", "return;"],
		["int", "return -EINVAL;", "return box->value;", "return -EFAULT;"],
		["struct box *", "return NULL;", "return box;", "return NULL;"],
		["struct box *", "return ERR_PTR(-EINVAL);", "return box;", "return ERR_PTR(-EFAULT);"],
	])("%s that says %s", (type, fail, end, leave) => {
		const before = (guard: string, put: string): string => `static ${type} borrow(struct box *box)
{
	if (!box->buf)
		${fail}
${guard}	kthread_use_mm(box->mm);
	${COPY};
	kthread_unuse_mm(box->mm);
${put}	${end}
}
`;
		expect(mend(before("", ""))).toBe(before(`	if (!mmget_not_zero(box->mm))\n		${leave}\n`, "	mmput(box->mm);\n"));
	});

	it.each([
		["bool", "bool res = false", `if (${COPY})\n		res = true`, "res", "true"],
		["int", "int res = 0", `if (${COPY})\n		res = 1`, "res", "1"],
		["bool", "bool res", `res = ${COPY}`, "!res", "false"],
		["size_t", "size_t res = 8", "res -= copy_to_user(box->buf, &box->value, 8)", "res", "0"],
		["size_t", "size_t res", "res = 8 - copy_to_user(box->buf, &box->value, 8)", "res", "0"],
		["size_t", "size_t res", "res = copy_to_user(box->buf, &box->value, 8)", "res", "8"],
		["int", "int res", "res = put_user(1, (int __user *)box->buf)", "res", "-EFAULT"],
	])("%s with %s; %s; return %s", (type, declared, copy, result, leave) => {
		const make = (guard: string, put: string): string =>
			`static ${type} borrow(struct box *box)\n{\n	${declared};\n\n${guard}	kthread_use_mm(box->mm);\n	${copy};\n	kthread_unuse_mm(box->mm);\n${put}	return ${result};\n}\n`;
		expect(mend(make("", ""))).toBe(make(`	if (!mmget_not_zero(box->mm))\n		return ${leave};\n`, "	mmput(box->mm);\n"));
	});

	it("below a comment in front of the use, which stays there", () => {
		const make = (guard: string, put: string): string =>
			`static void borrow(struct box *box)\n{\n${guard}	/* for the copy */ kthread_use_mm(box->mm);\n	${COPY};\n	/* and back */ kthread_unuse_mm(box->mm);\n${put}}\n`;
		expect(mend(make("", ""))).toBe(make("	if (!mmget_not_zero(box->mm))\n		return;\n", "	mmput(box->mm);\n"));
	});

	it("through the label that only returns, where the function goes there", () => {
		const make = (guard: string, put: string): string =>
			`static int borrow(struct box *box)\n{\n	int ret = -EIO;\n\n	if (!box->buf)\n		goto out;\n${guard}	kthread_use_mm(box->mm);\n	ret = ${COPY} ? -EFAULT : 0;\n	kthread_unuse_mm(box->mm);\n${put}out:\n	return ret;\n}\n`;
		expect(mend(make("", ""))).toBe(
			make("	if (!mmget_not_zero(box->mm)) {\n		ret = -EFAULT;\n		goto out;\n	}\n", "	mmput(box->mm);\n"),
		);
	});

	it("in the braces of the use, which a statement alone gets", () => {
		expect(
			mend(`static int borrow(struct box *box)
{
	bool foreign = current->mm != box->mm;
	int ret;

	if (foreign)
		/* a worker */
		kthread_use_mm(box->mm);
	ret = ${COPY};
	if (foreign) kthread_unuse_mm(box->mm);
	return ret;
}
`),
		).toBe(`static int borrow(struct box *box)
{
	bool foreign = current->mm != box->mm;
	int ret;

	if (foreign) {
		if (!mmget_not_zero(box->mm))
			return sizeof(box->value);
		/* a worker */
		kthread_use_mm(box->mm);
	}
	ret = ${COPY};
	if (foreign) {
		kthread_unuse_mm(box->mm);
		mmput(box->mm);
	}
	return ret;
}
`);
	});

	it("above the comment that explains the use, below a blank line after declarations, and on every end", () => {
		expect(
			mend(`static int borrow(struct box *box)
{
	struct mm_struct *mm = box->mm;
	/* for the copy */
	kthread_use_mm(mm);
	if (${COPY}) {
		kthread_unuse_mm(mm);
		return -EIO;
	}
	kthread_unuse_mm(mm);
	return 0;
}
`),
		).toBe(`static int borrow(struct box *box)
{
	struct mm_struct *mm = box->mm;

	if (!mmget_not_zero(mm))
		return -EFAULT;
	/* for the copy */
	kthread_use_mm(mm);
	if (${COPY}) {
		kthread_unuse_mm(mm);
		mmput(mm);
		return -EIO;
	}
	kthread_unuse_mm(mm);
	mmput(mm);
	return 0;
}
`);
	});

	it("through the label behind the use where the function goes there already", () => {
		const make = (guard: string, put: string): string => `static int borrow(struct box *box)
{
	int ret = 0;

	mutex_lock(&box->lock);
	if (!box->buf) {
		ret = -EINVAL;
		goto out;
	}
${guard}	kthread_use_mm(box->mm);
	ret = ${COPY};
	kthread_unuse_mm(box->mm);
${put}out:
	mutex_unlock(&box->lock);
	return ret;
}
`;
		expect(mend(make("", ""))).toBe(
			make("	if (!mmget_not_zero(box->mm)) {\n		ret = -EFAULT;\n		goto out;\n	}\n", "	mmput(box->mm);\n"),
		);
	});
});

describe("goes around the use where the function has more to do", () => {
	const make = (ret: string, rest: string) => ({
		before: `static void borrow(struct box *box)
{
	${ret};

	kthread_use_mm(box->mm);
	ret = ${COPY};
	kthread_unuse_mm(box->mm);
${rest}	kfree(box);
}
`,
		after: (otherwise: string): string => `static void borrow(struct box *box)
{
	${ret};

	if (mmget_not_zero(box->mm)) {
		kthread_use_mm(box->mm);
		ret = ${COPY};
		kthread_unuse_mm(box->mm);
		mmput(box->mm);
	}${otherwise}
${rest}	kfree(box);
}
`,
	});

	it.each([
		["int ret", "	finish(box, ret ? -EIO : 0);\n", " else {\n		ret = -EFAULT;\n	}"],
		["bool ret", "	finish(box, ret);\n", " else {\n		ret = true;\n	}"],
		["bool ret = false", "	finish(box, ret);\n", " else {\n		ret = true;\n	}"],
		["bool ret = true", "	finish(box, ret);\n", ""],
		["int ret = -EIO", "	finish(box, ret);\n", ""],
		["unsigned long ret", "	finish(box, ret);\n", " else {\n		ret = sizeof(box->value);\n	}"],
		["int ret", "", ""],
	])("%s, then %j", (ret, rest, otherwise) => {
		const { before, after } = make(ret, rest);
		expect(mend(before)).toBe(after(otherwise));
	});

	it("with the puts of ends inside, and in a loop", () => {
		expect(
			mend(`static void borrow(struct box *box)
{
	while (box->value--) {
		kthread_use_mm(box->mm);
		if (${COPY}) {
			kthread_unuse_mm(box->mm);
			break;
		}
		kthread_unuse_mm(box->mm);
	}
	finish(box);
}
`),
		).toBe(`static void borrow(struct box *box)
{
	while (box->value--) {
		if (mmget_not_zero(box->mm)) {
			kthread_use_mm(box->mm);
			if (${COPY}) {
				kthread_unuse_mm(box->mm);
				mmput(box->mm);
				break;
			}
			kthread_unuse_mm(box->mm);
			mmput(box->mm);
		}
	}
	finish(box);
}
`);
	});

	it("in a macro, with its backslashes where they stand", () => {
		const make = (lines: string): string => `#define borrow_it(mm, box)					\\
	do {							\\
		if (box) {					\\
${lines}		}						\\
	} while (0)

static void borrow(struct box *box)
{
	borrow_it(box->mm, box);
}
`;
		const before = make(`			kthread_use_mm(mm);			\\
			put_user((box)->value, (box)->buf);	\\
			kthread_unuse_mm(mm);			\\
`);
		expect(mend(before)).toBe(
			make(`			if (mmget_not_zero(mm)) {		\\
				kthread_use_mm(mm);		\\
				put_user((box)->value, (box)->buf); \\
				kthread_unuse_mm(mm);		\\
				mmput(mm);			\\
			}					\\
`),
		);
	});
});

describe("says that the use failed", () => {
	const make = (guard: string, put: string, rest = ""): string => `static void borrow(struct box *box)
{
${guard}	kthread_use_mm(box->mm);
	box->value = ${COPY} ? -EIO : 0;
	kthread_unuse_mm(box->mm);
${put}${rest}}
`;

	it("in the field that would say how it went, before it leaves", () => {
		const guard = "	if (!mmget_not_zero(box->mm)) {\n		box->value = -EFAULT;\n		return;\n	}\n";
		expect(mend(make("", ""))).toBe(make(guard, "	mmput(box->mm);\n"));
	});

	it("in that field, and goes on", () => {
		expect(mend(make("", "", "	complete(box->done);\n"))).toContain(
			"		mmput(box->mm);\n	} else {\n		box->value = -EFAULT;\n	}\n	complete(box->done);\n",
		);
	});

	it("by the bytes that were not copied, where the function returns them", () => {
		const copy = (guard: string, put: string): string =>
			`static int borrow(struct box *box)\n{\n	int left;\n\n${guard}	kthread_use_mm(box->mm);\n	left = ${COPY};\n	kthread_unuse_mm(box->mm);\n${put}	return left;\n}\n`;
		expect(mend(copy("", ""))).toBe(copy("	if (!mmget_not_zero(box->mm))\n		return sizeof(box->value);\n", "	mmput(box->mm);\n"));
	});
});

describe("gives it back without the teardown where that would wait for itself", () => {
	const borrow = "static void borrow(struct box *box)\n{\n	kthread_use_mm(box->mm);\n	kthread_unuse_mm(box->mm);\n}\n";
	/** A driver with a release notifier, in which `release` stands, and `held` around the use. */
	const makeNotified = (release: string, [lock, unlock]: readonly [string, string] = ["", ""]): string =>
		makeDriver(`static void box_release(struct mmu_notifier *mn, struct mm_struct *mm)
{
	struct box *box = container_of(mn, struct box, mn);

${release}}
static const struct mmu_notifier_ops box_ops = { .release = box_release };
${borrow}`)
			.replace("	bool failed;", "	bool failed;\n	struct mmu_notifier mn;\n	struct mutex lock;\n	spinlock_t spin;")
			.replace(
				"	borrow(container_of(work, struct box, work));",
				`	struct box *box = container_of(work, struct box, work);\n\n${lock}	borrow(box);\n${unlock}`,
			)
			.replace("	mmgrab(box->mm);", "	mmgrab(box->mm);\n	box->mn.ops = &box_ops;\n	mmu_notifier_register(&box->mn, box->mm);");
	const MUTEX: readonly [string, string] = ["	mutex_lock(&box->lock);\n", "	mutex_unlock(&box->lock);\n"];
	const SPIN: readonly [string, string] = ["	spin_lock(&box->spin);\n", "	spin_unlock(&box->spin);\n"];

	it.each([
		[
			"the notifier may wait for this work",
			makeNotified("	if (box->failed)\n		cancel_work_sync(&box->work);\n"),
			"may wait for this code",
		],
		["a caller holds a lock that the notifier takes", makeNotified(MUTEX.join(""), MUTEX), "takes a lock that is held here"],
		["a caller must not sleep", makeNotified("	box->failed = true;\n", SPIN), "mmput() may sleep."],
	])("%s", (_why, text, reason) => {
		const { fixed = "" } = fixOf(text);
		expect(fixed).toContain("	mmput_async(box->mm);\n");
		expect(fixed.replaceAll(/\s+\*?\s*/g, " ")).toContain(reason);
		expect(fixOf(text, "5.10").fix, "modules cannot call it").toBeUndefined();
		expect(fixOf(text, "5.15.68").fix).toBeDefined();
	});

	it.each([
		["the notifier neither waits nor locks", makeNotified("	box->failed = true;\n", MUTEX)],
		["another lock is held", makeNotified(MUTEX.join(""), ["	mutex_lock(&other);\n", "	mutex_unlock(&other);\n"])],
	])("but plainly where %s", (_why, text) => {
		expect(fixOf(text).fixed).toContain("	mmput(box->mm);\n");
	});
});

describe("is not offered where it would lose something or be a guess", () => {
	const USE = `	kthread_use_mm(box->mm);\n	${COPY};\n`;
	it.each([
		[
			"frees inside what came from before",
			`	char *copy = kmalloc(8, GFP_KERNEL);\n\n${USE}	kfree(copy);\n	kthread_unuse_mm(box->mm);\n`,
		],
		[
			"unlocks inside what was locked before",
			`	mutex_lock(&box->lock);\n${USE}	mutex_unlock(&box->lock);\n	kthread_unuse_mm(box->mm);\n`,
		],
		["is a thread that must wait to be stopped", `${USE}	while (!kthread_should_stop())\n		schedule();\n	kthread_unuse_mm(box->mm);\n`],
		["takes a reference already, wrongly", `	mmget_not_zero(box->mm);\n${USE}	kthread_unuse_mm(box->mm);\n	mmput(box->mm);\n`],
		[
			"has other work after an end in another block",
			`	if (box->buf)\n		kthread_use_mm(box->mm);\n	${COPY};\n	if (box->buf)\n		kthread_unuse_mm(box->mm);\n	finish(box);\n`,
		],
	])("%s", (_why, body) => {
		expect(mend(`static void borrow(struct box *box)\n{\n${body}}\n`)).toBeUndefined();
	});

	it.each([
		["a way on from the use that does not end it", `${USE}	if (box->failed)\n		return;\n	kthread_unuse_mm(box->mm);\n`],
		[
			"a use and an end under tests that differ",
			`	if (box->failed)\n		kthread_use_mm(box->mm);\n	${COPY};\n	if (box->buf)\n		kthread_unuse_mm(box->mm);\n`,
		],
		[
			"a loop that only the use ends",
			`	while (!box->failed) {\n${USE}		step(box);\n		kthread_unuse_mm(box->mm);\n	}\n	finish(box);\n`,
		],
		[
			"a result that nobody can say the failure of",
			`	kthread_use_mm(box->mm);\n	box->token = make_token(box);\n	kthread_unuse_mm(box->mm);\n	finish(box);\n`,
		],
		[
			"a comment between the use and its else",
			`	if (box->failed)\n		kthread_use_mm(box->mm);\n	/* or not */\n	else\n		count(box);\n	${COPY};\n	if (box->failed)\n		kthread_unuse_mm(box->mm);\n`,
		],
		[
			"the lock that the last mmput takes",
			`	mmap_read_lock(box->mm);\n${USE}	kthread_unuse_mm(box->mm);\n	mmap_read_unlock(box->mm);\n`,
		],
	])("%s", (_why, body) => {
		expect(mend(`static void borrow(struct box *box)\n{\n${body}}\n`)).toBeUndefined();
	});

	const END = "	kthread_unuse_mm(box->mm);\n";
	const PULL = "	kthread_use_mm(box->mm);\n	if (copy_from_user(p, box->buf, 8)) {\n		kthread_unuse_mm(box->mm);\n";
	const ALLOC = "	void *p = kmalloc(8, GFP_KERNEL);\n\n	if (!p)\n";
	it.each([
		[
			"data that is stored as if it were read",
			"int",
			`${ALLOC}		return -ENOMEM;\n${PULL}		kfree(p);\n		return -EFAULT;\n	}\n${END}	box->data = p;\n	return 0;\n`,
		],
		[
			"a buffer that is freed on failure, else returned",
			"void *",
			`${ALLOC}		return ERR_PTR(-ENOMEM);\n${PULL}		kfree(p);\n		return ERR_PTR(-EFAULT);\n	}\n${END}	return p;\n`,
		],
		[
			"a buffer that is returned anyway",
			"void *",
			`${ALLOC}		return NULL;\n	kthread_use_mm(box->mm);\n	if (copy_from_user(p, box->buf, 8))\n		memset(p, 0, 8);\n${END}	return p;\n`,
		],
		[
			"a file that is put on failure, else returned",
			"struct file *",
			`	struct file *f = fget(3);\n	char c;\n\n	if (!f)\n		return ERR_PTR(-EBADF);\n	kthread_use_mm(box->mm);\n	if (get_user(c, (char __user *)box->buf)) {\n		kthread_unuse_mm(box->mm);\n		fput(f);\n		return ERR_PTR(-EFAULT);\n	}\n${END}	return f;\n`,
		],
		[
			"data that goes on from a void function",
			"void",
			`	int v[2];\n\n	kthread_use_mm(box->mm);\n	if (copy_from_user(v, box->buf, 8))\n		pr_warn("short");\n${END}	program(v);\n`,
		],
		[
			"bytes that add up",
			"ssize_t",
			`	ssize_t sum = 0;\n\n	kthread_use_mm(box->mm);\n	sum += 8 - copy_to_user(box->buf, box, 8);\n${END}	return sum;\n`,
		],
		["a function that knows no errors", "int", `	kthread_use_mm(box->mm);\n	${COPY};\n${END}	return box->value;\n`],
		[
			"a bool that nobody can say the failure of",
			"bool",
			`	bool ok;\n\n	kthread_use_mm(box->mm);\n	ok = draw(box);\n${END}	return ok;\n`,
		],
	])("%s", (_why, type, body) => {
		expect(mend(`static ${type} borrow(struct box *box)\n{\n${body}}\n`)).toBeUndefined();
	});

	it("but locks and frees of its own are no loss", () => {
		const body = `${USE}	mutex_lock(&box->lock);\n	mutex_unlock(&box->lock);\n	kthread_unuse_mm(box->mm);\n`;
		expect(mend(`static void borrow(struct box *box)\n{\n${body}}\n`)).toContain("	mmput(box->mm);\n");
	});

	it("on a kernel without mmget_not_zero()", () => {
		const borrow = "static void borrow(struct box *box)\n{\n	use_mm(box->mm);\n	unuse_mm(box->mm);\n}\n";
		const old = makeDriver(borrow, "").replace("mmgrab(box->mm)", "atomic_inc(&box->mm->mm_count)");
		expect(fixOf(old, "4.6").fix).toBeUndefined();
		expect(fixOf(old, "4.9").fixed).toContain("	if (!mmget_not_zero(box->mm))\n		return;\n");
	});
});

describe("what it says of itself", () => {
	const borrow = "static void borrow(struct box *box)\n{\n	kthread_use_mm(box->mm);\n	kthread_unuse_mm(box->mm);\n}\n";

	it("is safe and preferred where the struct is pinned", () => {
		expect(fixOf(makeDriver(borrow)).fix).toMatchObject({
			title: "Hold mm_users over the use: mmget_not_zero() before kthread_use_mm(), mmput() after kthread_unuse_mm()",
			applicability: "safe",
			preferred: true,
			verdictAfter: "held",
		});
	});

	it("is not offered alone where nothing pins the struct", () => {
		expect(fixOf(makeDriver(borrow).replace("	mmgrab(box->mm);\n", "")).fix).toBeUndefined();
	});

	it("brings the header that declares what it calls, in its place", () => {
		const { fixed } = fixOf(makeDriver(borrow, "#include <linux/kthread.h>\n#include <linux/slab.h>\n"));
		expect(fixed).toMatch(/^#include <linux\/kthread.h>\n#include <linux\/sched\/mm.h>\n#include <linux\/slab.h>\n/);
	});

	it("keeps the line ends and the blanks of the file", () => {
		const blanks = makeDriver(borrow).replaceAll("\t", "    ").replaceAll("\n", "\r\n");
		expect(fixOf(blanks).fixed).toContain("    if (!mmget_not_zero(box->mm))\r\n        return;\r\n    kthread_use_mm(box->mm);\r\n");
	});
});
