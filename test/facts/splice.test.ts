/** Facts of an edited text from those before are the facts of the edited text. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spliceFacts } from "../../server/src/facts/index.ts";
import type { FileFacts } from "../../server/src/facts/types.ts";
import { EXAMPLES } from "../examples/roots.ts";
import { factsOf } from "./parse.ts";

const FIXTURES = join(EXAMPLES, "../test/fixtures");
const paths = [
	...readdirSync(FIXTURES)
		.filter((name) => name.endsWith(".c"))
		.filter((_, index) => index % 9 === 0)
		.map((name) => join(FIXTURES, name)),
	...readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
		.filter((path) => /drivers.*\.c$/.test(path))
		.map((path) => join(EXAMPLES, path)),
];
const texts = paths.map((path) => readFileSync(path, "utf8"));
const known = new Map<string, FileFacts>();

function factsOnce(text: string): FileFacts {
	const facts = known.get(text) ?? factsOf(text);
	known.set(text, facts);
	return facts;
}

const pieces = [
	..."(){}[];,:?*&=#\"'/\\ \n".split(""),
	"\n\n",
	"/*",
	"*/",
	"/* c */",
	"// c\n",
	"\n#if A\n",
	"\n#endif\n",
	"\n#define M(x) mmput(x)\n",
	"mmget(mm);",
	"int x = 1;\n",
	"struct s { int a; };",
	"return 0;\n}\n",
	"}\nstatic int other(void)\n{\n",
	"if (x) { y(); }\n",
	"\\\n",
	"é",
	"list_for_each(p, q)",
];

const edit = fc.record({
	text: fc.nat({ max: texts.length - 1 }),
	at: fc.nat({ max: 9999 }).map((part) => part / 10_000),
	cut: fc.oneof(fc.constant(0), fc.nat({ max: 30 })),
	put: fc.oneof(fc.constantFrom(...pieces), fc.constant("")),
});

function apply(text: string, { at, cut, put }: { at: number; cut: number; put: string }): string {
	const start = Math.floor(at * text.length);
	return text.slice(0, start) + put + text.slice(start + cut);
}

describe("facts of an edited text", () => {
	it("are those of the whole text, wherever they are given", () => {
		let given = 0;
		fc.assert(
			fc.property(edit, (one) => {
				const before = texts[one.text] ?? "";
				const after = apply(before, one);
				const spliced = spliceFacts(factsOnce(before), before, after, factsOf);
				if (spliced === undefined) return;
				given++;
				expect(spliced).toEqual(factsOf(after));
			}),
			{ numRuns: 3000, seed: 23 },
		);
		expect(given).toBeGreaterThan(200);
	});

	it("are given for a statement that is typed into a function, at the price of that function", () => {
		const before = `int before;\n\n/* first */\nint f(int a)\n{\n\treturn a;\n}\n\nstruct late { int x; };\n#define LATE 1\nint g(void)\n{\n\treturn f(1);\n}\n`;
		const after = before.replace("return a;", "a++;\n\treturn a;");
		const read: string[] = [];
		const extract = (text: string): FileFacts => {
			read.push(text);
			return factsOf(text);
		};
		expect(spliceFacts(factsOf(before), before, after, extract)).toEqual(factsOf(after));
		expect(read).toEqual([expect.stringMatching(/^int f\(int a\)\n\{\n\ta\+\+;\n\treturn a;\n\}\s+int behind;\s+$/)]);
	});
});
