/** Places in a text, and edits that keep its line ends. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	alignBackslash,
	applyEdits,
	indentationOf,
	insertLinesAfter,
	insertLinesBefore,
	offsetAt,
	placeAt,
	replaceBetween,
	skipBlanks,
	statementEnd,
	widthOf,
} from "../../server/src/fixes/layout.ts";

describe("places", () => {
	it("of an offset and back are the same", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom("a", "\n", "\t", "é", "\u{1f600}", " ") }), fc.nat(), (text, some) => {
				const offset = text.length === 0 ? 0 : some % (text.length + 1);
				const { line, column } = placeAt(text, offset);
				expect(offsetAt(text, line, column)).toBe(offset);
			}),
		);
	});

	it("beyond the text are its end", () => {
		expect(placeAt("a\nb", 9)).toEqual({ line: 2, column: 2 });
		expect(offsetAt("a\nb", 7, 1)).toBe(3);
		expect(offsetAt("ab\nc", 1, 9)).toBe(2);
	});
});

describe("the end of a statement", () => {
	it.each([
		["f(a);", "g();"],
		["f(\"; } /*\", ';');", "g();"],
		["f(/* ; */ a, // ;\n b);", "g();"],
		["x = (struct s){ .a = 1 };", "g();"],
		["{ f(); { g(); } }", "h();"],
		["if (a) f(); else if (b) { g(); } else h();", "i();"],
		["if (a)\n\tif (b) f();\n\telse g();", "h();"],
		["for (i = 0; i < 3; i++) f();", "g();"],
		["while (f(a)) { g(); }", "h();"],
		["do { f(); } while (a);", "g();"],
		["list_for_each_entry(a, &b, c) { f(); }", "g();"],
		["switch (a) { case 1: break; }", "g();"],
	])("%s", (statement, next) => {
		expect(statementEnd(`${statement} ${next}`, 0)).toBe(statement.length);
	});

	it("is that of the text where none is found, whatever stands there", () => {
		fc.assert(
			fc.property(
				fc.string({ unit: fc.constantFrom("(", ")", "{", "}", ";", '"', "'", "if", "else", "do", " ", "\n", "/*", "\\", "a") }),
				(text) => {
					const end = statementEnd(text, 0);
					expect(end).toBeGreaterThanOrEqual(0);
					expect(end).toBeLessThanOrEqual(text.length);
				},
			),
		);
	});
});

describe("edits", () => {
	it("of several places are applied as if at once, those of one place in their order", () => {
		const text = "a\n\tb\nc\n";
		const edits = [
			insertLinesAfter(text, "f", 2, ["\td"]),
			insertLinesBefore(text, "f", 2, ["\te", "\tf"]),
			insertLinesBefore(text, "f", 2, ["\tg"]),
			replaceBetween(text, "f", 0, 1, "A"),
		];
		expect(applyEdits(text, edits)).toBe("A\n\te\n\tf\n\tg\n\tb\n\td\nc\n");
	});

	it("keep the line ends of the file, and end a last line that has none", () => {
		expect(applyEdits("a\r\nb\r\n", [insertLinesBefore("a\r\nb\r\n", "f", 2, ["c"])])).toBe("a\r\nc\r\nb\r\n");
		expect(applyEdits("a\nb", [insertLinesAfter("a\nb", "f", 2, ["c"])])).toBe("a\nb\nc\n");
	});
});

it("reads indentation, skips what is no code, and knows the width of tabs", () => {
	expect(indentationOf("a\n\t  b", 2)).toBe("\t  ");
	expect(skipBlanks("  /* a */ // b\n\\\n c", 0)).toBe(18);
	expect(widthOf("a\tb")).toBe(9);
	expect(alignBackslash("\tf();", 24)).toBe("\tf();\t\t\\");
	expect(alignBackslash("\tf(a, b, c, d);", 16)).toBe("\tf(a, b, c, d); \\");
});
