import { expect, test } from "vitest";
import { bodyOf, showStmt } from "./parse.ts";

const cases: readonly (readonly [string, string])[] = [
	["int a = f(), *b, c[3];", "int a = f(); int* b; int* c;"],
	["static struct foo x = { .mm = y };", "static struct foo x = { mm=y };"],
	["unsigned  long flags;", "unsigned long flags;"],
	["int (*cb)(struct foo *, int) = g;", "fn*(struct foo*, int) -> int cb = g;"],
	["if (a) b(); else if (c) { d(); } else e();", "if a { b(); } else { if c { d(); } else { e(); } }"],
	["while (a) { if (b) break; continue; }", "while[ | a | ] { if b { break; } else {  } continue; }"],
	["do { f(x); } while (0);", "do[ | 0 | ] { f(x); }"],
	["for (int i = 0; i < n; i++) g(i);", "for[int i = 0; | (i < n) | (i += 1)] { g(i); }"],
	["for (;;) ;", "for[ |  | ] {  }"],
	["for (p = a, q = b; p; ) h();", "for[((p = a) , (q = b)); | p | ] { h(); }"],
	["list_for_each(p, &head) { k(p); }", "each[ | list_for_each(p, (&head)) | ] { k(p); }"],
	["switch (a) { case 1: case 2: f(); break; default: g(); }", "switch a { case 1: case 2: f(); break; default: g(); }"],
	["goto out; out: return x;", "goto out; out: return x;"],
	["{ a(); { b(); } }", "{ a(); { b(); } }"],
	["return;", "return;"],
	["\n#if A\n\ta();\n#elif B\n\tb();\n#endif\n\tc();", "#arms { a(); } { b(); } {  } c();"],
	["\n#ifdef A\n\ta();\n#else\n\tb();\n#endif\n", "#arms { a(); } { b(); }"],
	["/* c */ ; ;", ""],
];

test.each(cases)("%s", (text, expected) => {
	expect(bodyOf(text).map(showStmt).join(" ")).toBe(expected);
});

test("what is broken is a hole, and the calls around it stay", () => {
	const shown = bodyOf("\ta();\n\t@ @;\n\tb();\n").map(showStmt).join(" ");
	expect(shown).toContain("a();");
	expect(shown).toContain("b();");
	expect(shown).toContain("hole<");
});

test("long else-if chains and deep nesting do not overflow", () => {
	const chain = bodyOf(Array.from({ length: 3000 }, (_, i) => `if (a == ${i}) f(${i});`).join(" else "));
	expect(JSON.stringify(chain)).toContain("nested too deeply");
	expect(JSON.stringify(bodyOf(`${"{".repeat(900)}f();${"}".repeat(900)}`))).toContain("nested too deeply");
});
