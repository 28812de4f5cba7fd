import { expect, it } from "vitest";
import { printable } from "../../server/src/report/printable.ts";

it("texts are shown as they are, but for what a terminal would obey", () => {
	const data = { message: "a\u001b[31mb\nc", steps: [{ line: 3, step: "mm->é\u202e" }], none: undefined, rest: null };
	expect(printable(data)).toEqual({
		message: "a\\u{1b}[31mb\\u{a}c",
		steps: [{ line: 3, step: "mm->é\\u{202e}" }],
		none: undefined,
		rest: null,
	});
});
