/** Random edits as people make them, line by line. */

/** Numbers from 0 to 1, the same for the same seed. */
export function makeRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** Lines [first, end) that others take the place of. */
export interface LineEdit {
	readonly first: number;
	readonly end: number;
	readonly lines: readonly string[];
}

/** What leaves the text in order. */
const GENTLE: readonly string[] = [
	"",
	"\t/* looked at */",
	"\t(void)0;",
	"\tmmput(mm);",
	"\tif (!mmget_not_zero(mm))\n\t\treturn;",
	"static int odd(struct mm_struct *mm) { return mm != NULL; }",
	"#include <linux/mm.h>",
];
/** What does not, until somebody types the rest. */
const ROUGH: readonly string[] = ["{", "}", "/*", "*/", "#ifdef CONFIG_ODD", "#endif", "\tif (!mm)", '"', "("];

/** What becomes of a text: what is put in keeps it in order, breaks it, or makes it what it was at first. */
export type EditKind = "gentle" | "rough" | "back";

/** Makes an edit of some lines. */
export function chooseEdit(kind: EditKind, lines: readonly string[], original: readonly string[], random: () => number): LineEdit {
	const pick = (count: number): number => Math.floor(random() * count);
	const first = pick(lines.length);
	if (kind === "back") return { first: 0, end: lines.length - 1, lines: original.slice(0, -1) };
	if (kind === "gentle") return { first, end: first, lines: (GENTLE[pick(GENTLE.length)] ?? "").split("\n") };
	const what = random();
	const end = Math.min(lines.length - 1, first + 1 + pick(3));
	if (what < 0.5) return { first, end: first, lines: [ROUGH[pick(ROUGH.length)] ?? ""] };
	if (what < 0.8) return { first: Math.min(first, end), end, lines: [] };
	const from = pick(original.length);
	return { first, end: first, lines: original.slice(from, Math.min(original.length - 1, from + 3)) };
}

/** The lines after an edit. */
export function applyEdit(lines: readonly string[], { first, end, lines: put }: LineEdit): readonly string[] {
	return [...lines.slice(0, first), ...put, ...lines.slice(end)];
}
