/** C from a grammar: drivers that compile, more or less, with calls that have to do with an mm where nobody would look for them. */

import fc from "fast-check";

/** Words between which any blanks may stand. */
export type Words = readonly string[];

const NAMES = ["mm", "other", "job", "task", "file", "i"];
/** One argument each. */
const CALLS = [
	"mmget",
	"mmput",
	"mmput_async",
	"mmgrab",
	"mmdrop",
	"mmget_not_zero",
	"kthread_use_mm",
	"kthread_unuse_mm",
	"get_task_mm",
	"mm_access",
	"use_mm",
	"down_read",
	"exit_mm",
	"flush_work",
	"schedule_work",
	"helper",
	"WARN_ON",
	"unlikely",
	"READ_ONCE",
	"rcu_dereference",
];
const OPERATORS = ["+", "-", "&&", "||", "==", "!=", "<", "&", ">>"];

const name = fc.constantFrom(...NAMES);
const call = fc.constantFrom(...CALLS);
const lit = (...words: string[]): fc.Arbitrary<Words> => fc.constant(words);

/** Stands before each statement: macros that are loops are told by where on a line they stand. */
const LINE = "\n";

/** Puts words and parts in a row. */
function row(...parts: readonly (string | fc.Arbitrary<Words>)[]): fc.Arbitrary<Words> {
	return fc.tuple(...parts.map((part) => (typeof part === "string" ? lit(part) : part))).map((all) => all.flat());
}

const { expression, statement } = fc.letrec<{ expression: Words; statement: Words; declaration: Words; body: Words }>((tie) => {
	const expr = tie("expression");
	const stmt = tie("statement");
	const body = tie("body");
	const one = name.map((word): Words => [word]);
	return {
		expression: fc.oneof(
			{ maxDepth: 3, withCrossShrink: true },
			one,
			lit("current", "->", "mm"),
			lit("job", "->", "mm"),
			lit("0"),
			lit("NULL"),
			row(
				call.map((word): Words => [word]),
				"(",
				expr,
				")",
			),
			row(
				expr,
				fc.constantFrom(...OPERATORS).map((word): Words => [word]),
				expr,
			),
			row("(", expr, ")"),
			row("(", expr, ",", expr, ")"),
			row("(", "job", "->", "mm", "=", expr, ")"),
			row("!", expr),
			row("*", "(", expr, ")"),
			row("(", expr, ")", "?", expr, ":", expr),
			row("(", expr, ")", "?", ":", expr),
			row("(", "{", body, expr, ";", "}", ")"),
			row("(", "struct", "mm_struct", "*", ")", "(", expr, ")"),
			row("(", "(", "struct", "job", "[", "]", ")", "{", "[", "0", "]", ".", "mm", "=", expr, "}", ")", "->", "mm"),
			row("sizeof", "(", expr, ")"),
			row("_Generic", "(", expr, ",", "struct", "mm_struct", "*", ":", expr, ",", "default", ":", expr, ")"),
			row("(", "i", "?", "mmget", ":", "mmgrab", ")", "(", expr, ")"),
			row("jobs", "[", expr, "]", ".", "mm"),
			row("container_of", "(", expr, ",", "struct", "job", ",", "work", ")", "->", "mm"),
			row("BORROW", "(", expr, ")"),
		),
		statement: fc
			.oneof(
				{ maxDepth: 3, withCrossShrink: true },
				row(expr, ";"),
				row("job", "->", "mm", "=", expr, ";"),
				row("if", "(", expr, ")", stmt),
				row("if", "(", expr, ")", "{", body, "}", "else", stmt),
				row("while", "(", expr, ")", stmt),
				row("do", stmt, "while", "(", expr, ")", ";"),
				row("for", "(", expr, ";", expr, ";", expr, ")", stmt),
				row("list_for_each_entry", "(", "job", ",", "&", "jobs_list", ",", "list", ")", stmt),
				row("switch", "(", expr, ")", "{", "case", "0", ":", body, "case", "1", "...", "9", ":", stmt, "default", ":", body, "}"),
				row("{", body, "}"),
				row("return", expr, ";"),
				lit("goto", "out", ";"),
				lit("break", ";"),
				row("asm", "volatile", "(", '"nop"', ":", ":", '"r"', "(", expr, ")", ":", '"memory"', ")", ";"),
				row("SCOPE", "(", expr, ")", stmt),
			)
			.map((words) => [LINE, ...words]),
		/* what may stand in a block only */
		declaration: fc.oneof(
			row("struct", "mm_struct", "*", one, "=", expr, ";"),
			row("typeof", "(", expr, ")", "copy", "=", expr, ";"),
			row("static", "struct", "mm_struct", "*", "kept", "=", expr, ";"),
		),
		body: fc.tuple(fc.array(tie("declaration"), { maxLength: 1 }), fc.array(stmt, { maxLength: 3 })).map((all) => all.flat(2)),
	};
});

/** A driver: what its functions, its macro, its callback table and its way to the worker hold. */
export interface Driver {
	readonly macro: Words;
	readonly scope: Words;
	readonly helper: readonly Words[];
	readonly worker: readonly Words[];
	readonly open: readonly Words[];
	/** The condition of an `#if` that cuts the worker into two. */
	readonly arms: Words;
	readonly isUsed: boolean;
}

const statements = fc.array(statement, { maxLength: 6 });

export const drivers: fc.Arbitrary<Driver> = fc.record({
	macro: expression,
	scope: expression,
	helper: statements,
	worker: statements,
	open: statements,
	arms: expression,
	isUsed: fc.boolean(),
});

function inOneLine(words: Words): string {
	return words.filter((word) => word !== LINE).join(" ");
}

/** Writes a driver down. @param blank what stands between two words */
export function write({ macro, scope, helper, worker, open, arms, isUsed }: Driver, blank: string): string {
	const join = (words: Words): string => words.join(blank);
	const lines = (all: readonly Words[]): string => all.map((words) => `\t${join(words)}\n`).join("");
	return `#define BORROW(mm) (${inOneLine(macro)})
#define SCOPE(mm) for (i = 0; ${inOneLine(scope)}; i++)
struct job { struct mm_struct *mm; struct work_struct work; struct list_head list; };
static struct job jobs[4];
static struct list_head jobs_list;
static struct mm_struct *helper(struct mm_struct *mm)
{
	struct mm_struct *other = mm; struct job *job = jobs; struct task_struct *task = current; struct file *file = NULL; int i = 0;
${lines(helper)}out:
	return other;
}
static void worker(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);
	struct mm_struct *mm = job->mm, *other = NULL; struct task_struct *task = current; struct file *file = NULL; int i = 0;
#ifdef CONFIG_ODD
	if (${join(arms)}) {
#else
	{
#endif
${lines(worker)}${isUsed ? "\tkthread_use_mm(mm);\n\tkthread_unuse_mm(mm);\n" : ""}	}
out:
	return;
}
int odd_open(struct inode *inode, struct file *file)
{
	struct job *job = file->private_data; struct mm_struct *mm = current->mm, *other = NULL; struct task_struct *task = current; int i = 0;
	job->mm = mm;
	INIT_WORK(&job->work, worker);
${lines(open)}out:
	return 0;
}
static const struct file_operations odd_fops = { .open = odd_open, };
`;
}
