/** The pass is total, keeps every length, and takes time in proportion to the text; the parser says what it refuses. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { normalise, outline, type Syntax } from "../../server/src/syntax/index.ts";
import { loadTestSyntax } from "./load.ts";

let syntax: Syntax;
beforeAll(async () => {
	syntax = await loadTestSyntax();
});

const SEED = 20080701;

/** Pieces of C that come in any order: whole, cut, and wrong. */
const PIECES = [
	"int f(void) ",
	"{",
	"}",
	"(",
	")",
	"[",
	"]",
	";",
	",",
	":",
	"*",
	"=",
	"a",
	"b ",
	"struct x ",
	"__user ",
	"__free(k) ",
	"__aligned(8) ",
	"list_for_each(a, b) ",
	"FOO(x)",
	"typeof(a) ",
	"if ",
	"else ",
	"do ",
	"while ",
	"case 1 ... 2: ",
	"return ",
	'"s" ',
	"'c' ",
	"asm(",
	"\n",
	"\r\n",
	"\t",
	"#if A\n",
	"\n#else\n",
	"\n#elif B\n",
	"\n#endif\n",
	"\n#define M(a...) x /* c */ \\\n y\n",
	"\\\n",
	"/* c */",
	"// d\n",
	"é",
	"\ud800",
	"SYSCALL_DEFINE2(n, int, a, int, b)",
	"struct_group(g, int a;)",
	"...",
	"&&",
	"->",
	"#",
	'"',
	"'",
	"/*",
];
const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join(""));
const anyText = fc.oneof(soup, fc.string({ unit: "binary", maxLength: 200 }), fc.string({ maxLength: 200 }));

const newlines = (text: string) => [...text].flatMap((_, at) => (text[at] === "\n" || text[at] === "\r" ? [`${at}${text[at]}`] : []));

describe("normalise", () => {
	it("keeps length and newlines on any text, in alternates too", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const result = normalise(text);
				expect(result.text.length).toBe(text.length);
				expect(newlines(result.text)).toEqual(newlines(text));
				for (const { start, end, text: part } of result.alternates) {
					expect(part.length).toBe(end - start);
					expect(newlines(part)).toEqual(newlines(text.slice(start, end)));
				}
			}),
			{ seed: SEED, numRuns: 1500 },
		);
	});

	it("keeps comments outside directives, and strings that are arguments, as they are", () => {
		const comment = fc.constantFrom("/* __user typeof(x) */", "// list_for_each(a, b) {\n", "/* #if\n FOO(x) */");
		const string = fc.constantFrom('"__user /* x */"', '"a\\"b // c"', "'\"'");
		const code = fc.constantFrom(
			"int a;",
			"f(b);",
			"x = container_of(p, struct T, m);",
			"for_each(a) { g(); }",
			"FOO(x)\n",
			"\n#ifdef A\n",
			"\n#endif\n",
			"if (a)",
			"else",
		);
		const piece = fc.oneof(
			comment.map((text) => ({ kept: text, text })),
			string.map((text) => ({ kept: text, text: `h(${text});` })),
			code.map((text) => ({ kept: "", text })),
		);
		fc.assert(
			fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
				const text = pieces.map((one) => `${one.text} `).join("");
				const result = normalise(text).text;
				let at = 0;
				for (const one of pieces) {
					const from = at + one.text.indexOf(one.kept);
					// What stands in an arm that was not chosen is blanked, the comments in it are not.
					const found = result.slice(from, from + one.kept.length);
					if (one.kept.startsWith("/")) expect(found).toBe(one.kept);
					else expect([one.kept, " ".repeat(one.kept.length)]).toContain(found);
					at += one.text.length + 1;
				}
			}),
			{ seed: SEED, numRuns: 500 },
		);
	});

	it("changes nothing in plain C", () => {
		const text = 'struct a { int b; };\nint f(struct a *x)\n{\n\tif (x->b > 1)\n\t\treturn g("s", x);\n\treturn 0;\n}\n';
		expect(normalise(text).text).toBe(text);
	});
});

describe("time in proportion to the text", () => {
	const N = 100_000;
	it.each([
		["nested parentheses", `int x = ${"(".repeat(N)}1${")".repeat(N)};`],
		["nested calls", `void f(void) { ${"g(".repeat(N)}${")".repeat(N)}; }`],
		["open brackets", "{[(".repeat(N)],
		["a line of 5 MB", `int x = ${"a + ".repeat(1_250_000)}1;`],
		["nested #if", "#if A\n".repeat(N) + "#endif\n".repeat(N)],
		["cut #if in one definition", `void f(void) { if (a\n${"#ifdef A\n|| b\n#endif\n".repeat(10_000)}) g(); }`],
		["names", "a ".repeat(500_000)],
		["macros", "FOO(x)\n".repeat(N)],
	])("%s", (_name, text) => {
		/* anything worse than proportional would not end before the test is given up */
		expect(normalise(text).text.length).toBe(text.length);
	});
});

describe("cutting a text, in time in proportion to it", () => {
	it.each([
		["open braces", "{\nint a;\n".repeat(20_000)],
		["open braces, and a function at the end", `${"{\nint a;\n".repeat(20_000)}int f(void)\n{\n}\n`],
		["functions that are never closed", "static int f(int a)\n{\n\tif (a) {\n".repeat(20_000)],
		["functions behind parentheses", "(\nstatic int f(int a)\n{\n\treturn 0;\n}\n".repeat(10_000)],
		["heads that end nowhere", "int f(\n".repeat(40_000)],
	])("%s", (_name, text) => {
		const { starts, ends } = outline(text);
		expect([starts[0], ends.at(-1)]).toEqual([0, text.length]);
	});
});

/** Calls with hardly any stack left, and then with more and more of it, until the call gives a result. */
function atEndOfStack<T>(call: () => T): T {
	try {
		return atEndOfStack(call);
	} catch {
		return call();
	}
}

describe("parse", () => {
	it("refuses brackets nested too deep, and goes on", () => {
		expect(syntax.parse(`int x = ${"(".repeat(100_000)}1${")".repeat(100_000)};`)).toMatchObject({ failure: "too-deep" });
		expect(syntax.parse("int x;\n")).toHaveProperty("tree");
	});

	it("does not break on 100,000 parentheses without that limit", () => {
		const tree = syntax.parseRaw(`int x = ${"(".repeat(100_000)}1${")".repeat(100_000)};`);
		expect("failure" in tree ? tree.why : tree.rootNode.type).toBe("translation_unit");
	});

	it("refuses a text that can be read in too many ways at once, and goes on", () => {
		for (const piece of ["(b)*(c)-", "(a) & (b) && ", "(b)(c)"]) {
			expect(syntax.parse(`int f(void)\n{\n\treturn ${piece.repeat(50)}1;\n}\n`)).toHaveProperty("tree");
			// 1 MB: as long as it takes to read a thousandth of it.
			expect(syntax.parse(`int f(void)\n{\n\treturn ${piece.repeat(100_000)}1;\n}\n`)).toMatchObject({ failure: "too-ambiguous" });
			expect(syntax.parse("int x;\n")).toHaveProperty("tree");
		}
	});

	it("parses what is long and regular, however long it is", () => {
		const table = `static const int table[][2] = {\n${"\t{ (u8)0x1f, (A) | (B) },\n".repeat(20_000)}};\n`;
		const parsed = syntax.parse(table);
		expect("failure" in parsed ? parsed.why : parsed.tree.rootNode.hasError).toBe(false);
	});

	it("says so when the parser itself ends with an exception, and the trees and parses of others stay right", () => {
		const before = syntax.parse("int before(void)\n{\n\treturn 1;\n}\n");
		for (let time = 0; time < 20; time++) {
			const failed = atEndOfStack(() => syntax.parseRaw(`int a = ${"(b)*(c)-".repeat(400)}1;`));
			expect(failed).toMatchObject({ failure: "parser-failed", why: "Maximum call stack size exceeded" });
			const next = syntax.parse(`int after${time}(void)\n{\n\treturn 1;\n}\n`);
			expect("failure" in next ? next.why : next.tree.rootNode.toString()).toContain("function_definition");
		}
		expect("failure" in before ? before.why : before.tree.rootNode.descendantsOfType("identifier").map((node) => node?.text)).toEqual([
			"before",
		]);
	});

	it("has its whole stack again after each exception", () => {
		const faulty = {
			trimEnd: () => "int",
			slice() {
				throw new RangeError("from inside");
			},
		} as unknown as string;
		for (let time = 0; time < 12_000; time++) {
			const failed = syntax.parseRaw(faulty);
			if (!("failure" in failed) || failed.why !== "from inside") expect.fail(`time ${time}: ${JSON.stringify(failed)}`);
		}
	});

	it("refuses a text that is too long", () => {
		expect(syntax.parse(" ".repeat(16 * 1024 * 1024 + 1))).toMatchObject({ failure: "too-long" });
	});

	it("gives a tree for any text", () => {
		fc.assert(
			fc.property(anyText, (text) => {
				const parsed = syntax.parse(text);
				expect("failure" in parsed).toBe(false);
				if (!("failure" in parsed)) parsed.delete();
			}),
			{ seed: SEED, numRuns: 300 },
		);
	});
});
