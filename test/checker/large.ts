/** Texts of code that is far larger than what people write: what a generator, a macro or an attacker could come up with. */

const HEAD = `
struct worker {
	struct mm_struct *mm;
	struct work_struct work;
	int flags;
	int *table;
};
`;

const OPEN = `
static int worker_open(struct worker *w)
{
	mmgrab(current->mm);
	w->mm = current->mm;
	INIT_WORK(&w->work, worker_run);
	return 0;
}
`;

/** A worker with this body; `w->mm` is an mm of which only mm_count is held. */
function worker(body: string): string {
	return `${HEAD}
static void worker_run(struct work_struct *work)
{
	struct worker *w = container_of(work, struct worker, work);
${body}}
${OPEN}`;
}

const CALLS: readonly string[] = ["mmget(w->mm);", "mmput(w->mm);", "kthread_use_mm(w->mm);", "kthread_unuse_mm(w->mm);"];

function lines(count: number, line: (i: number) => string): string {
	return Array.from({ length: count }, (_, i) => line(i)).join("");
}

/** One branch after the other, each on something else that is not known. */
export function branches(count: number): string {
	return worker(
		lines(count, (i) => `\tif (w->table[${i}])\n\t\t${CALLS[i % CALLS.length]}\n\telse\n\t\t${CALLS[(i + 1) % CALLS.length]}\n`),
	);
}

/** One use behind branches on what stays unknown; each is asked again after the use, so that the answers have to be remembered. */
export function remembered(count: number): string {
	const tests = (call: string): string => lines(count, (i) => `\tif (w->table[${i}])\n\t\t${call}\n`);
	return worker(`${tests("mmget(w->mm);")}\tkthread_use_mm(w->mm);\n${tests("mmput(w->mm);")}\tkthread_unuse_mm(w->mm);\n`);
}

/** Branches in branches. */
export function nested(depth: number): string {
	return worker(
		`${lines(depth, (i) => `\tif (w->table[${i}]) {\n\t${CALLS[i % CALLS.length]}\n`)}${lines(
			depth,
			(i) => `\t} else {\n\t${CALLS[(i + 2) % CALLS.length]}\n\t}\n`,
		)}`,
	);
}

/** A switch that is run again and again. */
export function cases(count: number): string {
	return worker(
		`\twhile (w->flags) {\n\tswitch (w->flags) {\n${lines(count, (i) => `\tcase ${i}:\n\t\tw->table[${i}] = 1;\n\t\t${CALLS[i % CALLS.length]}\n${i % 3 === 0 ? "" : "\t\tbreak;\n"}`)}\t}\n\t}\n`,
	);
}

/** Many callers of the function that uses the mm which it is given. */
export function callers(count: number): string {
	return `${HEAD}
static void use(struct mm_struct *mm)
{
	kthread_use_mm(mm);
	kthread_unuse_mm(mm);
}
${lines(count, (i) => `static void caller_${i}(struct work_struct *work)\n{\n\tstruct worker *w = container_of(work, struct worker, work);\n\tuse(w->mm);\n}\n`)}
static int worker_open(struct worker *w)
{
	mmgrab(current->mm);
	w->mm = current->mm;
${lines(count, (i) => `\tINIT_WORK(&w->work, caller_${i});\n`)}	return 0;
}
`;
}

/** A chain of functions, each of which calls the next one. */
export function chain(length: number): string {
	return `${HEAD}
static void step_0(struct worker *w)
{
	kthread_use_mm(w->mm);
	kthread_unuse_mm(w->mm);
}
${lines(length, (i) => `static void step_${i + 1}(struct worker *w)\n{\n\tif (w->table[${i}])\n\t\tmmget(w->mm);\n\tstep_${i}(w);\n\tif (w->table[${i}])\n\t\tmmput(w->mm);\n}\n`)}
static void worker_run(struct work_struct *work)
{
	struct worker *w = container_of(work, struct worker, work);

	step_${length}(w);
}
${OPEN}`;
}

/** Functions that all take a reference and call some of each other. */
export function tangle(count: number): string {
	const callee = (i: number): string => `f${i % count}(mm);`;
	return `${lines(count, (i) => `static int f${i}(struct mm_struct *mm);\n`)}${lines(
		count,
		(i) => `static int f${i}(struct mm_struct *mm)
{
	if (!mmget_not_zero(mm))
		return 0;
	${callee(i + 1)}
	if (${callee(i * 7 + 3).slice(0, -1)})
		${callee(i * 13 + 5)}
	return 1;
}
`,
	)}`;
}
