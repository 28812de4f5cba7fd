import { expect, test } from "vitest";
import { factsOf, show, showStmt } from "./parse.ts";

/** What a macro's body is. */
function meaningOf(definition: string): string {
	const macro = factsOf(`${definition}\n`).macros[0];
	if (macro === undefined) return "no macro";
	if (macro.expr !== undefined) return `expr ${show(macro.expr)}`;
	return macro.body === undefined ? `text ${macro.text}` : `body ${macro.body.map(showStmt).join(" ")}`;
}

const cases: readonly (readonly [string, string])[] = [
	["#define get(mm) mmget(mm)", "expr mmget(mm)"],
	["#define user_mm(t) ((t)->mm)", "expr t->mm"],
	["#define put(x) do { mmput(x); } while (0)", "body do[ | 0 | ] { mmput(x); }"],
	["#define two(x) a(x); b(x)", "body a(x); b(x);"],
	["#define block(x) { a(x); }", "body { a(x); }"],
	["#define ge(x) ({ int r = f(x); r; })", "expr ({ int r = f(x); r; })"],
	["#define each(p, h) for (p = h; p; p = next(p))", "body for[(p = h); | p | (p = next(p))] {  }"],
	["#define str(x) f(#x)", "expr f(#x)"],
	["#define paste(x, y) x ## _ ## y(1)", "expr x##_##y(1)"],
	["#define log(fmt, ...) pr(fmt, ##__VA_ARGS__)", "expr pr(fmt, __VA_ARGS__)"],
	["#define other name", "expr name"],
	["#define the_mm (&init_mm)", "expr (&init_mm)"],
	["#define flags (A | B)", "text (A | B)"],
	["#define number 0x12UL", "expr 0x12UL"],
	["#define current get_current()", "expr get_current()"],
	["#define open(x) f(x", "text f(x"],
	["#define attr __attribute__((packed))", "text __attribute__((packed))"],
	["#define empty", "text "],
	["#define lines(x) do { \\\n\ta(x); /* c \\\n\t d */ \\\n\tb(x); \\\n} while (0)", "body do[ | 0 | ] { a(x); b(x); }"],
];

test.each(cases)("%s", (definition, expected) => {
	expect(meaningOf(definition)).toBe(expected);
});

test("positions count from the #", () => {
	const text = "int a;\n#define m(x) \\\n\tf(x); \\\n\tg(x)\nint b;\n#define n(y) h(y)\n";
	const macros = factsOf(text).macros;
	const [m, n] = macros;
	expect(m).toMatchObject({ name: "m", params: ["x"], line: 1, column: 0 });
	expect(m?.lineStarts.map((at) => text.slice((m?.start ?? 0) + at).split("\n")[0])).toEqual(["\tf(x); \\", "\tg(x)"]);
	const second = m?.body?.[1];
	expect(text.slice((m?.start ?? 0) + (second?.at ?? 0)).startsWith("g(x)")).toBe(true);
	expect(text.slice((n?.start ?? 0) + (n?.expr?.at ?? 0)).startsWith("h(y)")).toBe(true);
});

test("one macro that cannot be read does not spoil the others", () => {
	const macros = factsOf("#define a(x) f(x)\n#define b(x) ) } {\n#define c(x) int (x struct\n#define d(x) g(x)\n").macros;
	expect(macros.map((macro) => (macro.expr === undefined ? macro.text : show(macro.expr)))).toEqual([
		"f(x)",
		") } {",
		"int (x struct",
		"g(x)",
	]);
});

test("macros inside comments are none, those inside functions are", () => {
	const { macros } = factsOf("/*\n#define no 1\n*/\nvoid f(void)\n{\n#define yes(x) g(x)\n\tyes(1);\n}\n");
	expect(macros.map((macro) => macro.name)).toEqual(["yes"]);
});
