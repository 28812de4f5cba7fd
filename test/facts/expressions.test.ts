import { expect, test } from "vitest";
import { exprOf, show } from "./parse.ts";

const cases: readonly (readonly [string, string])[] = [
	["f(a, b->c.d)", "f(a, b->c.d)"],
	["(*ops->open)(x)", "(*ops->open)(x)"],
	["a = b", "(a = b)"],
	["a <<= 2", "(a <<= 2)"],
	["i++", "(i += 1)"],
	["--p->n", "(p->n -= 1)"],
	["!mmget_not_zero(mm) && a || b", "(((!mmget_not_zero(mm)) && a) || b)"],
	["a + b + c - d", "(((a + b) + c) - d)"],
	["(a, b)", "(a , b)"],
	["x ? y : z", "(x ? y : z)"],
	["x ?: z", "(x ?  : z)"],
	["x = a[3][i + 1]", "(x = a[3][(i + 1)])"],
	["x = &t->work", "(x = (&t->work))"],
	["x = (struct foo *)data", "(x = cast<struct foo*>(data))"],
	["x = sizeof(struct foo *)", "(x = sizeof(type<struct foo*>))"],
	["x = sizeof(*p)", "(x = sizeof((*p)))"],
	["x = offsetof(struct foo, bar)", "(x = offsetof(type<struct foo>, bar))"],
	["x = (struct foo){ .a = 1, .b.c = { 2, 3 }, [4] = d, old: e }", "(x = struct foo{ a=1, b.c={ =2, =3 }, [4]=d, old=e })"],
	["x = ({ int q = g(); q; })", "(x = ({ int q = g(); q; }))"],
	['f("a" "b", \'c\', 0x10UL)', 'f("a" "b", \'c\', 0x10UL)'],
	["f(NULL, true)", "f(NULL, true)"],
	["va_arg(ap, int)", "va_arg(ap, type<int>)"],
	["x = container_of(work, struct foo, work)", "(x = container_of(work, type<struct foo>, work))"],
	["x = list_entry(p, foo_t, list)", "(x = list_entry(p, foo_t, list))"],
	["wait_event(q, ({ done(x); }))", "wait_event(q, ({ done(x); }))"],
	['asm volatile("nop" : "=r"(a) : "r"(b))', "opaque<a b>"],
	["x = _Generic(v, int: f, default: g)", "(x = opaque<v f g>)"],
];

test.each(cases)("%s", (text, expected) => {
	expect(show(exprOf(text))).toBe(expected);
});

test("positions are relative to the function, a call has its end", () => {
	const head = "void f(void)\n{\n".length;
	expect(exprOf("mmput(t->mm)")).toEqual({
		e: "call",
		callee: { e: "name", name: "mmput", at: head },
		args: [{ e: "field", base: { e: "name", name: "t", at: head + 6 }, field: "mm", arrow: true, at: head + 6 }],
		at: head,
		end: head + 12,
	});
});

test("a long chain of one operator is balanced, and none is too deep to follow", () => {
	const sum = exprOf(`x = ${Array.from({ length: 5000 }, (_, i) => `a${i}`).join(" + ")}`);
	expect(JSON.stringify(sum)).toContain("a4999");
	const nested = exprOf(`x = ${"(".repeat(900)}y${")".repeat(900)}`);
	expect(JSON.stringify(nested)).toContain("opaque");
});
