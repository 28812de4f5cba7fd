/** A fix loses nothing: every comment and every token that it does not mean to replace is still there, in order. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Fix } from "../../server/src/analysis/types.ts";
import { offsetAt } from "../../server/src/fixes/layout.ts";
import { makeExposed } from "./drivers.ts";
import { mendTexts } from "./prove.ts";

/** What fixes write something else in place of: weaker references, and the mm itself that is taken with its users. */
const REPLACED = /^(?:mmgrab|mmdrop|\w+->mm)$/;

/** Comments, words and signs of a text; backslashes at the end of a line are only layout. */
function tokensOf(text: string): readonly string[] {
	return text.replaceAll(/\\$/gm, "").match(/\/\*[\s\S]*?\*\/|\/\/.*|\w+|[^\s\w]/g) ?? [];
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
	let next = 0;
	for (const token of all) if (token === some[next]) next += 1;
	return next === some.length;
}

/** What the edits of a fix replace and do not write again. */
function lostBy(fix: Fix, text: string): readonly string[] {
	return fix.edits.flatMap(({ line, column, endLine, endColumn, newText }) => {
		const old = text.slice(offsetAt(text, line, column), offsetAt(text, endLine, endColumn));
		return REPLACED.test(old) || isWithin(tokensOf(old), tokensOf(newText)) ? [] : [old];
	});
}

const BODIES = [
	"if ( box ->n ) kthread_use_mm ( box ->mm ) ; else count ( box ) ; put_user ( 1 , box ->buf ) ; if ( box ->n ) kthread_unuse_mm ( box ->mm ) ; else count ( box ) ;",
	"kthread_use_mm ( box ->mm ) ; box ->n = copy_to_user ( box ->buf , box , 4 ) ; kthread_unuse_mm ( box ->mm ) ; finish ( box ) ;",
	"if ( box ->n ) { kthread_use_mm ( box ->mm ) ; put_user ( 1 , box ->buf ) ; kthread_unuse_mm ( box ->mm ) ; } finish ( box ) ;",
	"while ( box ->n -- ) { kthread_use_mm ( box ->mm ) ; if ( put_user ( 1 , box ->buf ) ) { kthread_unuse_mm ( box ->mm ) ; break ; } kthread_unuse_mm ( box ->mm ) ; } finish ( box ) ;",
	"WITH ( box ) ;",
];
const MACRO =
	"do { kthread_use_mm ( (box) ->mm ) ; put_user ( 1 , (box) ->buf ) ; kthread_unuse_mm ( (box) ->mm ) ; finish ( box ) ; } while ( 0 )";

/** What may stand between two tokens of a body. */
const GAPS = [
	"",
	"",
	"",
	"\n\t",
	"\n\t",
	"\n\t",
	"\n\n\t",
	" /* here */ ",
	"\n\t/* above */\n\t",
	" // behind\n\t",
	"\n\t/*\n\t * long\n\t */\n\t",
];
const MACRO_GAPS = ["", "", " \\\n\t\t", "\t\\\n\t\t", " /* here */ ", " \\\n\t\t/* above */ \\\n\t\t"];

/** A text with one of the gaps behind each piece of it. */
function makeLayout(text: string, gaps: readonly string[], picks: readonly number[]): string {
	return text
		.split(" ")
		.map((piece, index) => `${piece}${/[;{})]$|^else$/.test(piece) ? (gaps[(picks[index % picks.length] ?? 0) % gaps.length] ?? "") : ""} `)
		.join("");
}

/** A driver with a body for its work, and a macro that it may use. */
function makeDriver(body: string, macro: string, capture: string): string {
	const start = "	kthread_use_mm(box->mm);\n	kthread_unuse_mm(box->mm);\n";
	return makeExposed()
		.replace("struct work_struct work;", "struct work_struct work;\n	void __user *buf;\n	int n;")
		.replace("static void box_work", `#define WITH(box) ${macro}\n\nstatic void box_work`)
		.replace(start, () => `	${body}\n`)
		.replace("	box->mm = current->mm;\n	mmgrab(box->mm);\n", () => capture)
		.concat("\nvoid box_close(struct box *box)\n{\n	cancel_work_sync(&box->work);\n	mmdrop(box->mm); /* pinned */\n	kfree(box);\n}\n");
}

const picks = fc.array(fc.nat(60), { minLength: 7, maxLength: 31 });

it("whatever the layout", () => {
	let fixes = 0;
	fc.assert(
		fc.property(fc.constantFrom(...BODIES), picks, picks, (body, some, others) => {
			const capture = `	mmgrab(current->mm);${GAPS[(others[0] ?? 0) % GAPS.length]}\n	box->mm = current->mm;\n`;
			const text = makeDriver(makeLayout(body, GAPS, some), makeLayout(MACRO, MACRO_GAPS, others), capture);
			for (const fix of mendTexts({ "box.c": text })) {
				fixes += 1;
				expect(lostBy(fix, text), `${fix.title}\n${text}`).toEqual([]);
			}
		}),
		{ numRuns: 150 },
	);
	expect(fixes).toBeGreaterThan(50);
});
