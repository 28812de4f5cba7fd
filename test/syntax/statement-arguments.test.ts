/** Statements among the arguments of a macro, and macros that stand alone, keep their calls. */

import { beforeAll, describe, expect, it } from "vitest";
import type { Syntax } from "../../server/src/syntax/index.ts";
import { factsOf, show, showStmt } from "../facts/parse.ts";
import { loadTestSyntax } from "./load.ts";
import { expectClean, listCalls } from "./parsing.ts";

let syntax: Syntax;
beforeAll(async () => {
	syntax = await loadTestSyntax();
});

const AT_FILE_LEVEL: readonly (readonly [string, string, readonly string[]])[] = [
	[
		"control flow in an event",
		"TRACE(a,\n\tTP_assign(\n\t\tconst struct b *c = g(x);\n\n\t\t__entry->d = 1;\n\t\tif (h(c)) {\n\t\t\t__entry->e = k(c);\n\t\t} else {\n\t\t\t__entry->e = 0;\n\t\t}\n\t\tlist_for_each_entry(p, q, r) {\n\t\t\tl(p);\n\t\t}\n\t),\n\tTP_print()\n);\n",
		["TRACE", "TP_assign", "g", "h", "k", "l", "TP_print"],
	],
	[
		"qualified invocations",
		"static const DECLARE_RANGE(a,\n\t0, 1, ITEM(-1, 0, 0),\n\t2, 2, ITEM(1, 0, 0)\n);\n\nint f(void)\n{\n\treturn g();\n}\n",
		["DECLARE_RANGE", "ITEM", "ITEM", "g"],
	],
	["bare macros in a list", "#define A(x) x\n\nfirst_names\nsecond_names\n\n#undef A\nTRACE(a, G(x), h(1));\n", ["TRACE", "G", "h"]],
	["a bare macro as the last member", "struct a {\n\tint b;\n#ifdef PAD\n\tPAD\n#endif\n};\n\nint f(void)\n{\n\treturn g();\n}\n", ["g"]],
	["a function made of members", "DEFINE_SORTED(a, a->b > c->b,\n\tstruct d *e;\n\tdouble g;\n)\n{\n\treturn h(e);\n}\n", ["h"]],
];

describe("at file level", () => {
	it.each(AT_FILE_LEVEL)("%s", (_name, text, calls) => {
		const parsed = expectClean(syntax, text);
		expect(listCalls(parsed)).toEqual(calls);
		parsed.delete();
	});
});

const IN_FUNCTION: readonly (readonly [string, string])[] = [
	["D(if (a > 1) {\n\t\tf(1);\n\t});", "D(({ if (a > 1) { f(1); } else {  } }));"],
	["D(\n\t\tif (a > 1)\n\t\t\tf(1);\n\t\telse\n\t\t\tg(2);\n\t);", "D(({ if (a > 1) { f(1); } else { g(2); } }));"],
	["D( while (a) f(a)  );", "D(({ while[ | a | ] { f(a); } }));"],
	['call_on(top, f, SAVE, , [a] "r" (g(x)), "m" (y));\n\th();', "call_on(top, f, SAVE, opaque<>, opaque<>(g(x)), opaque<>(y)); h();"],
	["x = _Generic(v, const struct a *: f(v), default: g(v));", "(x = (opaque<> ? f(v) : g(v)));"],
];

describe("in a function", () => {
	it.each(IN_FUNCTION)("%s", (text, expected) => {
		const [found] = factsOf(`void f(void)\n{\n\t${text}\n}\n`).functions;
		expect(found?.clean).toBe(true);
		expect(found?.body.map(showStmt).join(" ")).toBe(expected);
	});
});

it("a macro at file level with no room for a semicolon is kept with its calls", () => {
	const { variables } = factsOf(
		"DEFINE_GUARD(a, struct b *, lock(_T), unlock(_T))\nDEFINE_FREE(c, struct b *, if (_T) unlock(_T))\n\nint d;\n",
	);
	expect(variables.map(({ name, init }) => [name, init === undefined ? "" : show(init)])).toEqual([
		["a", "DEFINE_GUARD(a, type<struct b*>, lock(_T), unlock(_T))"],
		["c", "DEFINE_FREE(c, type<struct b*>, (_T & unlock(_T)))"],
		["d", ""],
	]);
});
