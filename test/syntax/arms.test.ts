/** `#if` that cuts through code: nothing in either arm is lost. */

import { beforeAll, describe, expect, it } from "vitest";
import { normalise, type Syntax } from "../../server/src/syntax/index.ts";
import { loadTestSyntax } from "./load.ts";
import { expectClean, listCalls, listFunctions } from "./parsing.ts";

let syntax: Syntax;
beforeAll(async () => {
	syntax = await loadTestSyntax();
});

describe("an #if that cuts", () => {
	it("through a condition gives the other arm as an alternate", () => {
		const parsed = expectClean(
			syntax,
			"int f(void)\n{\n\tif (a()\n#ifdef X\n\t    && b()\n#else\n\t    && c()\n#endif\n\t   )\n\t\td();\n}\n",
		);
		expect(parsed.alternates).toHaveLength(1);
		expect(listCalls(parsed)).toEqual(["a", "b", "d", "a", "c", "d"]);
	});

	it("through a header gives both headers", () => {
		const parsed = expectClean(
			syntax,
			"int before;\n#ifdef X\nstatic int f(int a)\n#else\nstatic int f(void)\n#endif\n{\n\treturn g();\n}\nint after;\n",
		);
		expect(listFunctions(parsed)).toEqual(["f(int a)", "f(void)"]);
	});

	it("through the header of a system call gives each", () => {
		const text =
			"#ifdef X\nSYSCALL_DEFINE2(a, int, b, int, c)\n#elif defined(Y)\nSYSCALL_DEFINE1(a, int, c)\n#endif\n{\n\treturn g(c);\n}\n";
		const parsed = expectClean(syntax, text);
		expect(listFunctions(parsed).slice(0, 2)).toEqual(["a( int b, int c)", "a( int c)"]);
	});

	it("through an opening brace takes the same arm wherever its condition comes again", () => {
		const text = "int f(void)\n{\n#ifdef X\n\tif (a()) {\n#endif\n\t\tb();\n#ifdef X\n\t} else {\n\t\tc();\n\t}\n#endif\n\treturn 0;\n}\n";
		const parsed = expectClean(syntax, text);
		expect(listCalls(parsed)).toEqual(["a", "b", "c", "b"]);
	});

	it("through else-if chains and labels", () => {
		const parsed = expectClean(
			syntax,
			"void f(void)\n{\n\tif (a)\n\t\tb();\n#ifdef X\n\telse if (c)\n\t\td();\n#endif\nout:\n#ifdef Y\n\te();\n#endif\n\tg();\n}\n",
		);
		expect(new Set(listCalls(parsed))).toEqual(new Set(["b", "d", "e", "g"]));
	});

	it("through arguments with three arms", () => {
		const parsed = expectClean(
			syntax,
			"int f(void)\n{\n\treturn g(1,\n#if A\n\t\ta()\n#elif B\n\t\tb()\n#else\n\t\tc()\n#endif\n\t);\n}\n",
		);
		expect(parsed.alternates).toHaveLength(2);
		expect(new Set(listCalls(parsed))).toEqual(new Set(["g", "a", "b", "c"]));
	});

	it("leaves offsets as in the file", () => {
		const text = "int pad;\nint f(void)\n{\n\treturn 1\n#ifdef X\n\t+ a()\n#else\n\t+ mmget(b)\n#endif\n\t;\n}\n";
		const parsed = expectClean(syntax, text);
		const call = parsed.alternates[0]?.tree.rootNode.descendantsOfType("call_expression")[0];
		expect(call?.startIndex).toBe(text.indexOf("mmget"));
		expect(call?.startPosition).toEqual({ row: 7, column: 3 });
	});
});

it("leaves whole statements to the grammar", () => {
	const text = "int f(void)\n{\n#ifdef X\n\ta();\n#else\n\tb();\n#endif\n\treturn 0;\n}\n";
	expect(normalise(text).alternates).toEqual([]);
	const parsed = expectClean(syntax, text);
	expect(parsed.tree.rootNode.descendantsOfType("preproc_ifdef")).toHaveLength(1);
});
