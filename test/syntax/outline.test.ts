/** A text cut into pieces, and cut again where it was edited. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findPieces, type Outline, outline, Role, reoutline } from "../../server/src/syntax/index.ts";
import { EXAMPLES } from "../examples/roots.ts";

const FIXTURES = join(EXAMPLES, "../test/fixtures");
const texts = readdirSync(FIXTURES)
	.filter((name) => name.endsWith(".c"))
	.filter((_, index) => index % 7 === 0)
	.map((name) => readFileSync(join(FIXTURES, name), "utf8"));

const bits = [
	"(",
	")",
	"{",
	"}",
	";",
	",",
	"\n",
	"/*",
	"*/",
	"// c\n",
	'"',
	"'",
	"\\\n",
	"#if A\n",
	"\n#endif\n",
	"f(x);",
	"int y;",
	"}\nint g(void)\n{\n",
	"\nstatic int h(int a)\n{\n",
	"\nstruct s {\n\tint a;\n",
];
const edit = fc.record({
	text: fc.constantFrom(...texts),
	at: fc.nat({ max: 9999 }).map((part) => part / 10_000),
	cut: fc.oneof(fc.constant(0), fc.nat({ max: 20 })),
	put: fc.oneof(fc.constantFrom(...bits), fc.constant("")),
});

/** The pieces as texts, without their words. */
function cutsOf(text: string): readonly string[] {
	const { starts, ends } = outline(text);
	return Array.from(starts, (start, piece) => text.slice(start, ends[piece]));
}

describe("an outline", () => {
	it("has a piece for each item and each definition, with the comments in front of it", () => {
		const text =
			"/* a */\nint a; /* b */\n\n/* f */\nstatic int f(void)\n{\n#define IN 1\n\treturn a;\n}\n#include <x.h>\n#define B(x) \\\n\tf(x)\nstruct s {\n\tint m;\n};\n";
		expect(cutsOf(text)).toEqual([
			"/* a */\nint a; /* b */\n",
			"\n/* f */\nstatic int f(void)\n{\n#define IN 1\n\treturn a;\n}\n",
			"#define B(x) \\\n\tf(x)\n",
			"struct s {\n\tint m;\n};\n",
		]);
		expect(outline(text).functions).toBe(1);
		expect([...outline(text).directives].map((at) => text.slice(at, at + 8))).toEqual(["#include"]);
	});

	it("keeps together what conditionals, an old head, or one line hold together", () => {
		expect(cutsOf("#ifdef A\nint f(int a)\n{\n#else\nint f(void)\n{\n#endif\n\treturn 1;\n}\nint b;\n")).toHaveLength(2);
		expect(cutsOf("int f(a, b)\n\tint a;\n\tint b;\n{\n\treturn a;\n}\nint c;\n")).toHaveLength(2);
		expect(cutsOf("int a; int b;\nint c;\n")).toHaveLength(2);
		expect(cutsOf("__cold\nint f(void)\n{\n}\n")).toHaveLength(1);
	});

	it("tells the dots of a range from that of a member", () => {
		const { postings } = outline("void f(int a)\n{\n\tswitch (a) {\n\tcase A ... B(1):\n\t\tx.C(2);\n\t}\n}\n#define R A ... D(1)\n");
		expect(findPieces(postings, Role.called, "B")).toEqual([0]);
		expect(findPieces(postings, Role.called, "C")).toEqual([]);
		expect(findPieces(postings, Role.fieldCalled, "C")).toEqual([0]);
		expect(findPieces(postings, Role.calledInMacro, "D")).toEqual([1]);
	});

	it("leaves out what is never C", () => {
		expect(cutsOf('#ifdef __ASSEMBLY__\n.macro x\n#else\nint a;\n#endif\n#ifdef __cplusplus\nextern "C" {\n#endif\nint b;\n')).toEqual([
			"int a;\n",
			"int b;\n",
		]);
	});

	it.each([
		["a brace in a function", "\tif (a) {\n"],
		["a parenthesis in a function", "\treturn f(a\n"],
		["a brace at the end of a line", "\twhile (a) { /* not yet */ {\n"],
		["a brace too many at its end", "\ta++;\n}\n"],
	])("loses no more than one function by %s", (_, line) => {
		const others = [
			"int b;\n",
			"\nstruct s {\n\tint m;\n};\n",
			"\n/* g */\nlong g(struct s *s,\n\tint b)\n{\n\treturn b;\n}\n",
			"THING(g);\n",
		];
		const cuts = cutsOf(`int a;\nint f(void)\n{\n${line}\treturn a;\n}\n${others.join("")}int last;\n`);
		expect(cuts[0]).toBe("int a;\n");
		expect(cuts.slice(-5)).toEqual([...others, "int last;\n"]);
		expect(cuts.length).toBeLessThan(10);
	});

	it.each(["{", "struct t {", "int f(int a,", "(", "static int x[] = {", "int f(void) {"])(
		"loses no more than its own line by %s between definitions",
		(line) => {
			const others = ["static int b;\n", "\nstruct s {\n\tint m;\n};\n", "int g(struct s *s)\n{\n\treturn 1;\n}\n"];
			const cuts = cutsOf(`int a;\n\n${line}\n${others.join("")}`);
			expect(cuts).toEqual(["int a;\n", `\n${line}\n`, ...others]);
		},
	);

	it("goes on at a function where nothing before it looks like a definition", () => {
		expect(cutsOf("int f(void)\n{\n\tg(\nlabel:\nif (a)\nint h(void)\n{\n}\n")).toEqual([
			"int f(void)\n{\n\tg(\nlabel:\nif (a)\n",
			"int h(void)\n{\n}\n",
		]);
	});

	it("takes nothing for the beginning of a definition that can stand in brackets", () => {
		for (const text of [
			"DEBUG(\n/* only then */\nstatic int f(int a)\n{\n\treturn a;\n}\n)\nint b;\n",
			"int f(int a,\nint b)\n{\nint c;\nwhile (a)\n{\nb++;\n}\nstatic int d;\ng(c);\nreturn d;\n}\nint e;\n",
			"enum e {\nX(A)\nX(B)\n};\nint f(void)\n{\n}\n",
			"struct s {\nint a;\nstruct {\nint b;\n} c;\nint (*f)(void);\n};\nint f(void)\n{\n}\n",
		])
			expect(cutsOf(text)).toHaveLength(2);
		expect(cutsOf('extern "C" {\nint f(void)\n{\n}\nint g(void)\n{\n}\n}\nint a;\n')).toHaveLength(2);
	});

	it("has pieces that do not overlap, in order, and lines that agree", () => {
		fc.assert(
			fc.property(edit, ({ text, at, cut, put }) => {
				const start = Math.floor(at * text.length);
				const now = text.slice(0, start) + put + text.slice(start + cut);
				const { starts, ends, lines } = outline(now);
				let last = 0;
				starts.forEach((from, piece) => {
					expect(from).toBeGreaterThanOrEqual(last);
					last = ends[piece] ?? 0;
					expect(last).toBeGreaterThan(from);
					expect(lines[piece]).toBe(now.slice(0, from).split("\n").length - 1);
				});
			}),
			{ numRuns: 400, seed: 7 },
		);
	});
});

describe("an outline made from that of the text before", () => {
	it("is that of the whole text, wherever it is given", () => {
		let given = 0;
		const known = new Map<string, Outline>(texts.map((text) => [text, outline(text)]));
		fc.assert(
			fc.property(edit, ({ text, at, cut, put }) => {
				const start = Math.floor(at * text.length);
				const now = text.slice(0, start) + put + text.slice(start + cut);
				const made = reoutline(known.get(text) as Outline, text, now);
				if (made === undefined) return;
				given++;
				expect(made).toEqual(outline(now));
			}),
			{ numRuns: 4000, seed: 11 },
		);
		expect(given).toBeGreaterThan(1000);
	});
});
