/** Code of an odd size or depth, each shape taken too far: it is judged or said to be unknown, and the file beside it is judged as ever. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { USE } from "../cli/exposed-use.ts";
import { readPieces } from "../facts/parse.ts";
import { judgeTexts } from "../judge.ts";
import { startWatchdog, type Watchdog } from "./watchdog.ts";

let watchdog: Watchdog;
beforeAll(() => {
	watchdog = startWatchdog();
});
afterAll(() => watchdog.stop());

const HEAD = "struct box { struct mm_struct *mm; struct work_struct work; };\n";
const BESIDE = USE.replaceAll("box", "beside_box");

function series(count: number, make: (index: number) => string, between = "\n"): string {
	return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

/** A worker with statements before its use of `mm`, which is exposed whatever they do to another mm. */
function worker(before: string, statements: string): string {
	return `${HEAD}${before}
static void box_work(struct work_struct *work)
{
	struct box *box = container_of(work, struct box, work); struct mm_struct *mm = box->mm, *other; int a, b;
${statements}
	kthread_use_mm(box->mm);
	kthread_unuse_mm(box->mm);
}
int box_open(struct box *box)
{
	box->mm = current->mm;
	mmgrab(box->mm);
	INIT_WORK(&box->work, box_work);
	return 0;
}
`;
}

/** Statements by what there is too much of. */
const STATEMENTS: Readonly<Record<string, (count: number) => string>> = {
	"operators in a row": (count) => `other = ${"a + ".repeat(count)}mm;`,
	commas: (count) => `${"a, ".repeat(count)}b;`,
	"conditions in a row": (count) => `if (${"a && ".repeat(count)}b) a = b;`,
	signs: (count) => `other = ${"!".repeat(count)}mm;`,
	stars: (count) => `other = ${"*".repeat(count)}mm;`,
	"fields of fields": (count) => `other = mm${"->a".repeat(count)};`,
	indices: (count) => `other = mm${"[0]".repeat(count)};`,
	choices: (count) => `other = ${"a ? b : ".repeat(count)}mm;`,
	casts: (count) => `other = ${"(int)".repeat(count)}mm;`,
	"assignments in a row": (count) => `${"other = ".repeat(count)}mm;`,
	"else if": (count) => `${"if (a) b(); else ".repeat(count)}b();`,
	"if in if": (count) => `${"if (a) ".repeat(count)}b();`,
	"loops in loops": (count) => `${"while (a) ".repeat(count)}b();`,
	"do in do": (count) => `${"do ".repeat(count)}b();${" while (a);".repeat(count)}`,
	"switch in switch": (count) => `${"switch (a) case 0: ".repeat(count)}b();`,
	labels: (count) => `${series(count, (index) => `l${index}:`)} b();`,
	cases: (count) => `switch (a) { ${series(count, (index) => `case ${index}:`)} b(); }`,
	"calls of results": (count) => `other = f${"()".repeat(count)};`,
	strings: (count) => `f(${'"a" '.repeat(count)});`,
	"jumps across": (count) => series(count, (index) => `j${index}: if (a) goto j${count - 1 - index};`),
	declarators: (count) => `struct mm_struct ${series(count, (index) => `*m${index} = other`, ", ")};`,
	"pointers to pointers": (count) => `struct mm_struct ${"*".repeat(count)}x = other;`,
	"arrays of arrays": (count) => `struct mm_struct *x${"[1]".repeat(count)};`,
	"a macro in itself": () => "other = GROW(mm); GROW(other); RING(other); SELF = other;",
};

const MACROS = "#define GROW(x) GROW((x) + (x))\n#define RING(x) GNIR(x)\n#define GNIR(x) RING(x)\n#define SELF SELF->SELF\n";

/** What stands before a worker, and what the worker does with it. */
const BEFORE: Readonly<Record<string, (count: number) => readonly [string, string]>> = {
	"calls in calls": (count) => [
		`static void f0(void *x) { g(x); }\n${series(count, (index) => `static void f${index + 1}(void *x) { f${index}(x); }`)}`,
		`f${count}(other);`,
	],
	"macros in macros": (count) => [
		`#define M0(x) g(x)\n${series(count, (index) => `#define M${index + 1}(x) M${index}(x)`)}`,
		`M${count}(other);`,
	],
	"macros that double": (count) => [
		`#define M0(x) mmgrab(x)\n${series(Math.min(count, 64), (index) => `#define M${index + 1}(x) M${index}(x); M${index}(x)`)}`,
		`M${Math.min(count, 64)}(other);`,
	],
	"macros in a ring": (count) => [
		`#define M0(x) M${count}(x)\n${series(count, (index) => `#define M${index + 1}(x) M${index}(x)`)}`,
		"other = M0(mm); M0(other)->x = 1;",
	],
	"types of types": (count) => [
		`typedef struct mm_struct *t0;\n${series(count, (index) => `typedef t${index} t${index + 1};`)}`,
		`t${count} x = other;`,
	],
	"types in a ring": (count) => [
		`typedef t${count} t0;\n${series(count, (index) => `typedef t${index} t${index + 1};`)}`,
		`t${count} x = other;`,
	],
	"structs in structs": (count) => [
		`${series(count, (index) => `struct s${index} {`, " ")} struct mm_struct *mm; ${series(count, (index) => `} f${index};`, " ")}`,
		"struct s0 *s; other = s->f0.mm;",
	],
};

/** The verdicts of the uses in both files. */
function verdicts(text: string) {
	watchdog.beat();
	const { uses } = judgeTexts({ "a.c": text, "b.c": BESIDE }, "6.1", (_, one) => readPieces(one));
	return uses.map(({ file, verdict }) => `${file} ${verdict}`);
}

describe.each([10, 300, 3_000])("%i of", (count) => {
	it.each(Object.entries(STATEMENTS))("%s", (_, make) => {
		expect(verdicts(worker(MACROS, make(count)))).toEqual(["a.c exposed", "b.c exposed"]);
	});

	it.each(Object.entries(BEFORE))("%s", (_, make) => {
		const [before, statements] = make(count);
		expect(verdicts(worker(before, statements))).toEqual(["a.c exposed", "b.c exposed"]);
	});
});

describe("what the checker cannot follow to its end", () => {
	it("is unknown, and says so: an mm that is handed on more often than calls can be nested", () => {
		const locals = `struct mm_struct *m0 = mm; ${series(6_000, (index) => `struct mm_struct *m${index + 1} = m${index};`)}`;
		const text = worker("", `${locals} kthread_use_mm(m6000);`);
		watchdog.beat();
		const { uses } = judgeTexts({ "a.c": text, "b.c": BESIDE }, "6.1", (_, one) => readPieces(one));
		expect(uses.map(({ file, verdict }) => `${file} ${verdict}`)).toEqual(["a.c unknown", "a.c exposed", "b.c exposed"]);
		expect(uses[0]?.why).toMatch(/^Nothing is known of this use: the checker failed on it \(.*stack/);
	});
});
