/** Each construct of the kernel dialect parses without an error, and keeps what matters. */

import { beforeAll, describe, expect, it } from "vitest";
import { normalise, type Syntax } from "../../server/src/syntax/index.ts";
import { loadTestSyntax } from "./load.ts";
import { expectClean, listCalls, listFunctions } from "./parsing.ts";

let syntax: Syntax;
beforeAll(async () => {
	syntax = await loadTestSyntax();
});

/** The text in a function. */
const inFunction = (body: string) => `int f(void)\n{\n${body}\n}\n`;

const AT_FILE_LEVEL: readonly (readonly [string, string])[] = [
	["annotated pointers", "static int f(const char __user *p, void __iomem *q, struct dev __rcu *d) { return 0; }\n"],
	["section and inlining", "static __always_inline int __init f(void) { return 0; }\nasmlinkage noinline void __sched g(void) { }\n"],
	["attributes with arguments", "__printf(1, 2) static void f(const char *s, ...) __acquires(lock) __releases(lock)\n{\n}\n"],
	["GNU attributes", 'static int __attribute__((noinline, section(".x"))) f(int a __attribute__((unused)))\n{ return a; }\n'],
	["attributes of members", "struct __packed a { int n; char data[] __counted_by(n); } __aligned(8) x;\n"],
	["exports without semicolon", "int a;\nEXPORT_SYMBOL(a)\nint b;\nEXPORT_SYMBOL_GPL(b)\n\nstatic int f(void) { return a + b; }\n"],
	["module macros", 'MODULE_LICENSE("GPL");\nmodule_param_named(a, b, int, 0644);\nmodule_init(f);\n'],
	["macros that declare", "static DEFINE_MUTEX(lock);\nstatic DEFINE_XARRAY_FLAGS(xa, XA_FLAGS_ALLOC);\nstatic LIST_HEAD(head);\n"],
	["per-cpu variables", "static DEFINE_PER_CPU(struct foo *, bar) = { 0 };\nDECLARE_PER_CPU(unsigned long, n);\n"],
	[
		"macro lists without semicolons",
		"ID_SET_START(a)\n#ifdef A\nID(struct, b)\n#endif\nID_SET_END(a)\n\nint f(struct x *y)\n{ return 0; }\n",
	],
	[
		"unknown annotation macros",
		"VISIBLE_IF_TEST\nvoid f(void) { }\nstatic forceinline u32 g(void) { return 0; }\nvoid NORET_TYPE h(void) { }\n",
	],
	["members by macro", "struct a {\n\tDECLARE_BITMAP(b, 64);\n\tDECLARE_FLEX_ARRAY(struct c, d);\n\tstruct_group(e, int f; int g;);\n};\n"],
	["bit fields without a name", "struct a {\n\tunsigned b:1, c:2;\n\tunsigned :5;\n\tu32 : 3;\n};\n"],
	["enumerators under #if", "enum a {\n\tA,\n#ifdef X\n\tB,\n#define B B\n#else\n\tC,\n#endif\n\tD\n};\n"],
	["initializers under #if", "struct a b = {\n\t.c = 1,\n#ifdef X\n\t.d = f,\n#endif\n\t.e = g(1),\n};\n"],
	["old initializers", "struct a b = { c: 1, d: f };\nint e[] = { [0 ... 3] = 1, [4] = 2 };\nstruct a g[] = { [0] { .c = 1 } };\n"],
	["macros in initializers", "struct a b = {\n\tINIT_A(x)\n\t.c = 1,\n\tINIT_B INIT_C\n};\n"],
	["strings by macro", 'const char *a = "x" PRIu64 "y";\nconst char *b = FW_BUG PREFIX "z" __stringify(1) "w";\n'],
	[
		"trace events",
		"TRACE_EVENT(a,\n\tTP_PROTO(struct b *c, int d),\n\tTP_STRUCT__entry(\n\t\t__field(int, d)\n\t\t__field(u32, e)\n\t),\n\tTP_fast_assign(__entry->d = d; __entry->e = f(c);)\n);\n",
	],
	["C++ guards", '#ifdef __cplusplus\nextern "C" {\n#endif\nint a(void);\n#ifdef __cplusplus\n}\n#endif\n'],
	["comments in macro bodies", "#define A(x) \\\n\tb(x); /* one */ \\\n\tc(x)\nint d;\n#endif garbage\n"],
	["named variadic macros", "#define A(x, args...) b(x, ##args)\nint c;\n"],
	["typeof", "typeof(a->b) c;\nstatic __typeof__(*d) *e(typeof(f) *g) { return 0; }\n"],
	["asm label of a variable", 'register unsigned long sp asm("sp");\nextern int a(void) asm("b");\n'],
	["headers under #if", "#ifdef A\nstatic int f(int a)\n#else\nstatic int f(void)\n#endif\n{\n\treturn 0;\n}\n"],
	["attribute names used as names", "int f(struct a *b) { return g(__init) + b->__used; }\n"],
	["K&R shapes and C++ words", "int f(a, b) int a; char *b; { int new = a, class = 1; return new + class; }\n"],
];

const IN_FUNCTION: readonly (readonly [string, string, readonly string[]])[] = [
	[
		"types as arguments",
		"\tx = container_of(p, struct T, m);\n\ty = list_first_entry(&q->l, const struct T, m.n);",
		["container_of", "list_first_entry"],
	],
	[
		"pointer types as arguments",
		"\tx = va_arg(ap, char *);\n\ty = min_t(unsigned long, a, g(b));\n\tz = min_t(int, a, b);",
		["va_arg", "min_t", "g", "min_t"],
	],
	["sizeof, offsetof and alignof", "\tx = kzalloc(sizeof(struct a) + offsetof(struct b, c.d[1]), __alignof__(*p));", ["kzalloc"]],
	["casts", "\tx = (u32 __user *)y;\n\tz = (__force struct a *)g(x);\n\th((int (*)(struct b *))x);", ["g", "h"]],
	[
		"loop macros",
		"\tlist_for_each_entry(a, &b, c) {\n\t\tg(a);\n\t}\n\tfor_each_vma(vmi, vma)\n\t\txa_for_each(&x, i, e)\n\t\t\th(e);",
		["g", "h"],
	],
	["loop macro over nothing", "\tfor_each_thing() {\n\t\tg();\n\t}", ["g"]],
	["calls in loop heads", "\tlist_for_each_entry_safe(a, b, get_list(struct x), c) {\n\t}", ["get_list"]],
	[
		"do … while_each",
		"\tdo {\n\t\tg(t);\n\t} while_each_thread(p, t);\n\tdo_each_pid_task(a, b, c) {\n\t\tg(c);\n\t} while_each_pid_task(a, b, c);",
		["g", "g", "while_each_pid_task"],
	],
	["guards with a block", "\tscoped_guard(mutex, &m) {\n\t\tg();\n\t}\n\tguard(mutex)(&m);", ["g", "guard"]],
	["cleanup attributes", "\tstruct mm_struct *mm __free(mmput) = get_task_mm(task);", ["get_task_mm"]],
	[
		"statements as arguments",
		"\twait_event(wq, c, s, g(x); schedule(); h(x));\n\tA(return -EINVAL);\n\tB(if (c) g(x));\n\tC({ g(1); });",
		["wait_event", "g", "schedule", "h", "A", "B", "g", "C", "g"],
	],
	["operators and nothing as arguments", "\tif (timercmp(a, b, <) || g(a, , b))\n\t\th();", ["timercmp", "g", "h"]],
	["macros without semicolon", "\tFOO(x)\n\tg();\n\tif (a)\n\t\tBAR(y)\n\telse\n\t\th();\n\tBAZ\n\treturn 1;", ["FOO", "g", "BAR", "h"]],
	["unlikely and statement expressions", "\tif (unlikely(g(x)) && ({ int r = h(y); r; }))\n\t\treturn 1;", ["unlikely", "g", "h"]],
	["case ranges", "\tswitch (x) {\n\tcase 1 ... 5:\n\t\tg();\n\tcase A ... B: {\n\t\th();\n\t}\n\tdefault:\n\t}", ["g", "h"]],
	["labels", "\tif (a)\n\t\tgoto out;\nagain: __maybe_unused\n\tint b = g();\n\tgoto *tab[b];\n\tif (h()) {\n\t out:\n\t}", ["g", "h"]],
	["label addresses", "\tvoid *p = &&out;\n\tg(&&out);\nout:\n\treturn 0;", ["g"]],
	[
		"inline assembly",
		'\tasm volatile("a %0" : "=r" (x) : [n] "i" (sizeof(struct a)), "r"(g(y)) : "memory", CLOBBER);\n\tasm_volatile_goto("b" : : "i"(x) : : out);\n\tasm(ALTERNATIVE("a", "b", C) _ASM_EXTABLE(1b, 2b) : : : "cc");\nout:\n\treturn 0;',
		["g"],
	],
	["_Generic", "\treturn _Generic((x), int: g(1), const char *: h(2), default: 0);", ["g", "h"]],
	["__extension__", "\treturn __extension__ ({ g(); });", ["g"]],
	["line continuation", "\tif (a \\\n\t    && g(b))\n\t\th();", ["g", "h"]],
	[
		"macro declarations",
		"\tDECLARE_WAITQUEUE(w, current);\n\tDECLARE_BITMAP(b, 64) = { 0 };\n\tstatic DEFINE_RATELIMIT_STATE(r, 5 * HZ, 10);\n\ttypeof_member(struct a, b) c;\n\tg();",
		["DECLARE_WAITQUEUE", "DEFINE_RATELIMIT_STATE", "g"],
	],
	["initializers as arguments", "\tg(a, { .b = 1, 2 });\n\th(&(struct a){ .b = 1 });\n\tk((int[]){ 1, 2 });", ["g", "h", "k"]],
	["#if around statements", "\tg();\n#ifdef A\n\th();\n#elif defined(B)\n\tk();\n#else\n\tl();\n#endif\n\tm();", ["g", "h", "k", "l", "m"]],
];

describe("constructs at file level", () => {
	it.each(AT_FILE_LEVEL)("%s", (_name, text) => {
		expectClean(syntax, text).delete();
	});
});

describe("constructs in functions", () => {
	it.each(IN_FUNCTION)("%s", (_name, body, calls) => {
		const parsed = expectClean(syntax, inFunction(body));
		expect(listCalls(parsed)).toEqual(calls);
		parsed.delete();
	});
});

describe("what a rewritten place was", () => {
	const marksOf = (text: string) => [...normalise(text).marks].map(([at, { kind, end }]) => `${kind}: ${text.slice(at, end)}`);

	it("is told by its mark", () => {
		expect(marksOf(inFunction("\tlist_for_each_entry(a, &b, c) {\n\t}"))).toEqual(["each: list_for_each_entry"]);
		expect(marksOf(inFunction("\tscoped_guard(mutex, &m) {\n\t}"))).toEqual(["block: scoped_guard"]);
		expect(marksOf(inFunction("\tcontainer_of(p, struct T, m);"))).toEqual(["type: struct T"]);
		expect(marksOf(inFunction("\ttypeof(*p) q;"))).toEqual(["typeof: typeof(*p)"]);
		expect(marksOf(inFunction("\tint *p __free(kfree) = NULL;"))).toEqual(["cleanup: __free(kfree)"]);
		expect(marksOf("SYSCALL_DEFINE2(a, int, b, char __user *, c)\n{\n}\n")).toEqual(["definer: SYSCALL_DEFINE2"]);
	});
});

describe("functions", () => {
	it("of SYSCALL_DEFINEn keep name and parameters", () => {
		const parsed = expectClean(
			syntax,
			"SYSCALL_DEFINE3(read, unsigned int, fd, char __user *, buf, size_t, count)\n{\n\treturn g(fd);\n}\nSYSCALL_DEFINE0(vfork)\n{\n\treturn 0;\n}\n",
		);
		expect(listFunctions(parsed)).toEqual(["read( unsigned int fd, char * buf, size_t count)", "vfork"]);
		parsed.delete();
	});

	it("of other defining macros keep their parameters", () => {
		const parsed = expectClean(syntax, "DEFINE_ENTRY(name, struct a *b, int c)\n{\n\tg(b);\n}\nDEFINE_TRAP(trap)\n{\n}\n");
		expect(listFunctions(parsed)).toEqual(["name( struct a *b, int c)", "trap"]);
		parsed.delete();
	});
});

describe("golden text", () => {
	it.each([
		["int f(char __user *p);", "int f(char        *p);"],
		["x = g(struct a *, b);", "x = g(struct a *, b);".replace("struct a *", "struct_a__")],
		["void f(void) { list_for_each(a, b) g(a); }", "void f(void) { while        (a, b) g(a); }"],
		["typeof(x) y;", "struct t  y;"],
		["typeof ( x ) y;", "struct   t   y;"],
		["typeof\n(x)y;", "struct\n t y;"],
		["__typeof__ ( x ) y;", "struct   t       y;"],
		["struct a { DECLARE_BITMAP(b, 64); };", "struct a { DECLARE_BITMAP b[ 64]; };"],
	])("%s", (text, expected) => {
		expect(normalise(text).text).toBe(expected);
	});
});
