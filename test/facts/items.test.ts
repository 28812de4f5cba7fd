import { expect, test } from "vitest";
import { callsInFacts } from "../../server/src/facts/index.ts";
import { factsOf, functionOf, show, showStmt, showType } from "./parse.ts";

const thing = `/* The thing. */
struct thing {
	struct mm_struct *mm; /* never dereferenced */
	/* two
	 * lines */
	int (*ops[3])(struct foo *f, int), x : 3;
	union { int u; struct { long v; } w; };
	struct { int inner; } sub;
#ifdef X
	int only; // first
	// an aside
	int more; // second
		  // third
#endif
};
`;

test("fields: types, comments, anonymous members, all arms of an #if", () => {
	const { structs } = factsOf(thing);
	expect(structs.map(({ kind, tag, fields }) => [kind, tag, fields.map((field) => `${showType(field.type)} ${field.name}`)])).toEqual([
		[
			"struct",
			"thing",
			[
				"struct mm_struct* mm",
				"fn**(struct foo*, int) -> int ops",
				"int x",
				"int u",
				"struct thing::w w",
				"struct thing::sub sub",
				"int only",
				"int more",
			],
		],
		["struct", "thing::w", ["long v"]],
		["struct", "thing::sub", ["int inner"]],
	]);
	const comments = structs[0]?.fields.map((field) => field.comment);
	expect(comments).toEqual([
		"never dereferenced",
		"two lines",
		"two lines",
		undefined,
		undefined,
		undefined,
		"first",
		"an aside\nsecond third",
	]);
	expect(structs[0]?.fields[0]).toMatchObject({ line: 2, column: 19 });
});

test("typedefs name anonymous structs", () => {
	const facts = factsOf("typedef struct { int a; } X;\ntypedef int (*fn_t)(void *);\ntypedef struct foo *foo_p;\n");
	expect(facts.structs.map((found) => found.tag)).toEqual(["X"]);
	expect(facts.typedefs.map(({ name, type }) => `${name}: ${showType(type)}`)).toEqual([
		"X: struct X",
		"fn_t: fn*(void*) -> int",
		"foo_p: struct foo*",
	]);
});

test("prototypes, variables, op tables", () => {
	const facts = factsOf(`extern int a(struct mm_struct *mm, int), *b;
static void c(void);
static const struct file_operations fops = {
	.open = my_open,
	.release = my_release,
};
static DEFINE_MUTEX(lock);
module_init(start);
`);
	expect(facts.prototypes.map(({ name, static: local, returns, params }) => [name, local, showType(returns), params.length])).toEqual([
		["a", false, "int", 2],
		["c", true, "void", 0],
	]);
	expect(facts.variables.map(({ name, type, init }) => [name, showType(type), init === undefined ? "" : show(init)])).toEqual([
		["b", "int*", ""],
		["fops", "struct file_operations", "{ open=my_open, release=my_release }"],
		["module_init", "unknown module_init", "module_init(start)"],
		["lock", "unknown DEFINE_MUTEX", "DEFINE_MUTEX(lock)"],
	]);
	expect(facts.variables[1]).toMatchObject({ static: true, line: 2, column: 0 });
});

test("functions: signature, place, comments", () => {
	const text = `int x;

// Above,
// in two lines.
static inline struct foo *find(struct thing *t, void (*cb)(void *), ...)
{
	/* inside */
	return t->foo; // behind
}
`;
	const found = functionOf(text);
	expect(found).toMatchObject({ name: "find", static: true, inline: true, variadic: true, line: 4, column: 0, clean: true });
	expect(showType(found.returns)).toBe("struct foo*");
	expect(found.params.map(({ name, type }) => `${name}: ${showType(type)}`)).toEqual(["t: struct thing*", "cb: fn*(void*) -> void"]);
	expect(text.slice(found.start + found.nameAt).startsWith("find(")).toBe(true);
	expect(found.lineStarts.map((at) => text.slice(found.start + at).split("\n")[0])).toEqual([
		"{",
		"\t/* inside */",
		"\treturn t->foo; // behind",
		"}",
	]);
	expect(found.comments.map((comment) => comment.text)).toEqual(["Above, in two lines.", "inside", "behind"]);
	expect(found.comments.map((comment) => text.slice(found.start + comment.at, found.start + comment.end))).toEqual([
		"// Above,\n// in two lines.",
		"/* inside */",
		"// behind",
	]);
});

test("a function keeps its facts when lines above it move", () => {
	const text = "static int f(struct mm_struct *mm)\n{\n\tmmget(mm); /* why */\n\treturn 0;\n}\n";
	const { start: _a, end: _b, line: _c, ...here } = functionOf(text);
	const { start: _d, end: _e, line: _f, ...there } = functionOf(`/* more */\nint y;\n\n${text}`);
	expect(there).toEqual(here);
});

test("functions returning function pointers", () => {
	const found = functionOf("void (*pick(int which))(struct foo *)\n{\n\treturn 0;\n}\n");
	expect([found.name, showType(found.returns), found.params.length]).toEqual(["pick", "fn*(struct foo*) -> void", 1]);
});

test("definitions in every arm of an #if", () => {
	const facts = factsOf("#ifdef A\nint f(void) { return g(1); }\n#else\nint f(void) { return g(2); }\n#endif\n");
	expect(facts.functions.map((found) => found.body.map(showStmt).join(" "))).toEqual(["return g(1);", "return g(2);"]);
});

test("includes", () => {
	expect(factsOf('#include <linux/mm.h>\n# include "foo.h"\n/*\n#include "not.h"\n*/\n').includes).toEqual([
		{ path: "linux/mm.h", system: true },
		{ path: "foo.h", system: false },
	]);
});

test("calls in facts: functions, macros, initializers", () => {
	const text = "#define m(x) mmget(x)\nint a = g(1);\nvoid f(void)\n{\n\tint q = mmput(x);\n\tif (h()) p->op(k());\n}\n";
	const calls = [...callsInFacts(factsOf(text))];
	expect(calls.map((call) => `${call.within}:${call.name}`)).toEqual(["f:mmput", "f:h", "f:k", "m:mmget", "a:g"]);
	for (const call of calls) expect(text.slice(call.offset).startsWith(call.name)).toBe(true);
});

test("facts are JSON", () => {
	const facts = factsOf(thing);
	expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
});

test("of the arms that cut through a definition a number is read, and it is said that there are more", () => {
	const cut = (arms: number): string => {
		const others = Array.from({ length: arms - 2 }, (_, arm) => `#elif A${arm}\nint f${arm}(void) {\n`);
		return `#if A\nint f(void) {\n${others.join("")}#else\nint g(void) {\n#endif\n}\n`;
	};
	expect(factsOf(cut(12)).holes).toEqual([]);
	expect(factsOf(`\n${cut(13)}`).holes).toEqual([{ line: 1, why: "of the arms of #if in this definition 12 were read" }]);
});
