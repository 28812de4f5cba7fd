import fc from "fast-check";
import { expect, it } from "vitest";
import { joinEdits } from "../../server/src/analysis/edits.ts";
import { applyEdits } from "../../server/src/analysis/index.ts";
import type { TextEdit } from "../../server/src/analysis/types.ts";

const TEXT = "0123456789";

/** Edits of one line that do not overlap: cuts in the line, each a replacement up to the next or an insertion. */
const edits = fc
	.array(fc.record({ at: fc.nat({ max: 9 }), length: fc.nat({ max: 2 }), text: fc.constantFrom("", "a", "bc", "\n") }), { maxLength: 8 })
	.map((all) => {
		const made: TextEdit[] = [];
		let free = 0;
		for (const { at, length, text } of [...all].sort((a, b) => a.at - b.at || a.length - b.length)) {
			if (at < free) continue;
			const end = Math.min(at + length, TEXT.length);
			free = end;
			made.push({ file: "a.c", line: 1, column: at + 1, endLine: 1, endColumn: end + 1, newText: text });
		}
		return made;
	});

it("does the same, with no two edits that touch", () => {
	fc.assert(
		fc.property(edits, (list) => {
			const joined = joinEdits(list);
			expect(applyEdits(TEXT, joined)).toBe(applyEdits(TEXT, list));
			for (const [index, edit] of joined.entries()) {
				const next = joined[index + 1];
				if (next) expect(next.column).toBeGreaterThan(edit.endColumn);
			}
		}),
		{ numRuns: 500, seed: 3 },
	);
});
