/** Any text has facts: nothing throws, everything is plain JSON, positions lie inside the text. */

import fc from "fast-check";
import { expect, test } from "vitest";
import { callsInFacts } from "../../server/src/facts/index.ts";
import { factsOf, rawFacts } from "./parse.ts";

const pieces = [
	..."(){}[];,:?*&=+-<>.!#\"'\\".split(""),
	..."struct union enum typedef static int void if else while do for switch case default return goto sizeof x y f g mm NULL 1".split(" "),
	"->",
	"...",
	"\n",
	"\n#if A\n",
	"\n#else\n",
	"\n#endif\n",
	"\n#define m(x) ",
	"/* c */",
	"// c\n",
	"\\\n",
	"list_for_each(p, q)",
	"container_of(p, struct foo, m)",
	"SYSCALL_DEFINE1(foo, int, a)",
	"void f(void) {",
	"struct s {",
	"é",
	" ",
];

const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join(" "));

test.each([
	["with the dialect pass", factsOf],
	["without", rawFacts],
])("any text has facts %s", (_, read) => {
	fc.assert(
		fc.property(texts, (text) => {
			const facts = read(text);
			expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
			for (const call of callsInFacts(facts)) {
				expect(call.offset).toBeGreaterThanOrEqual(0);
				expect(call.offset).toBeLessThan(text.length);
			}
			for (const found of facts.functions) expect(found.start + found.nameAt).toBeLessThan(text.length);
		}),
		{ numRuns: 300 },
	);
});
