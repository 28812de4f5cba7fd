/** What the dialect pass rewrites comes out as it was written. */

import { expect, test } from "vitest";
import { bodyOf, factsOf, functionOf, rawFacts, show, showStmt, showType } from "./parse.ts";

const statements: readonly (readonly [string, string])[] = [
	["x = container_of(work, struct foo, work);", "(x = container_of(work, type<struct foo>, work));"],
	["x = container_of(p, const struct foo *, m.n);", "(x = container_of(p, type<struct foo*>, m.n));"],
	["x = va_arg(ap, unsigned long);", "(x = va_arg(ap, type<unsigned long>));"],
	["list_for_each_entry(p, &t->list, node)\n\t\tmmput(p->mm);", "each[ | list_for_each_entry(p, (&t->list), node) | ] { mmput(p->mm); }"],
	["list_for_each_entry(p, &t->list, node) {\n\t\tf(p);\n\t}", "each[ | list_for_each_entry(p, (&t->list), node) | ] { f(p); }"],
	["scoped_guard(mutex, &t->lock) {\n\t\tf(t);\n\t}", "if scoped_guard(mutex, (&t->lock)) { f(t); } else {  }"],
	["do {\n\t\tf(t);\n\t} while_each_thread(g, t);", "do[ | while_each_thread(g, t) | ] { f(t); }"],
	["switch (x) {\n\tcase 1 ... 3:\n\t\tf();\n\t}", "switch x { case (1 ... 3): f(); }"],
	["copy_from_user(&x, (void __user *)arg, 4);", "copy_from_user((&x), cast<void*>(arg), 4);"],
	["__typeof__(*p) x = g();", "unknown __typeof__(*p) x = g();"],
];

test.each(statements)("%s", (text, expected) => {
	expect(bodyOf(`\t${text}`).map(showStmt).join(" ")).toBe(expected);
});

test("system calls", () => {
	const found = functionOf("SYSCALL_DEFINE2(foo, int, pid, struct bar __user *, arg)\n{\n\treturn f(pid);\n}\n");
	expect([found.name, found.clean, found.params.map((param) => `${showType(param.type)} ${param.name}`)]).toEqual([
		"__do_sys_foo",
		true,
		["int pid", "struct bar* arg"],
	]);
	expect(functionOf("COMPAT_SYSCALL_DEFINE0(bar)\n{\n\treturn f();\n}\n").name).toBe("__do_compat_sys_bar");
});

test("a function whose head is being written is not named after the type of its parameter", () => {
	const names = (head: string): readonly string[] => factsOf(`${head}\n{\n\tf(q);\n}\n`).functions.map(({ name }) => name);
	expect(names("int copy(struct queue *q, int len)\n\t(void)0;")).toEqual(["copy"]);
	expect(names("int copy(u32 len)\n\t(void)0;")).toEqual(["copy"]);
	expect(names("int copy(void)\n\t(void)0;")).toEqual(["copy"]);
	expect(names("int copy(int)\n\t(void)0;")).toEqual(["copy"]);
	expect(names("BPF_CALL_2(copy, struct queue *, q, u32, len)")).toEqual(["copy"]);
});

test("every arm of an #if that cuts through a statement", () => {
	const { functions } = factsOf(`int f(struct thing *t)
{
#ifdef CONFIG_X
	if (get_x(t)) {
#else
	if (get_y(t)) {
#endif
		mmput(t->mm);
	}
	return 0;
}
`);
	const shown = functions.map((found) => found.body.map(showStmt).join(" "));
	expect(functions.every((found) => found.clean && found.name === "f" && found.start === 0)).toBe(true);
	expect(shown.join("\n")).toContain("if get_x(t) { mmput(t->mm); }");
	expect(shown.join("\n")).toContain("if get_y(t) { mmput(t->mm); }");
});

test("macro invocations at file level", () => {
	const text = "static DECLARE_WORK(work, work_fn);\nstatic DEFINE_MUTEX(lock);\nmodule_exit(leave);\nEXPORT_SYMBOL_GPL(f);\n";
	const { variables } = factsOf(text);
	const found = variables
		.map((variable) => `${variable.name} ${variable.static} ${variable.init === undefined ? "" : show(variable.init)}`)
		.sort();
	expect(found).toEqual([
		"EXPORT_SYMBOL_GPL false EXPORT_SYMBOL_GPL(f)",
		"lock true DEFINE_MUTEX(lock)",
		"module_exit false module_exit(leave)",
		"work true DECLARE_WORK(work, work_fn)",
	]);
	for (const variable of variables) {
		const call = variable.init;
		expect(text.slice(variable.start + (call?.at ?? 0))).toMatch(new RegExp(`^${variable.type.name}\\(`));
	}
});

test("attributes in front of a definition belong to it", () => {
	const text = "/* Why. */\n__must_check __init\nstatic int f(void)\n{\n\treturn g();\n}\n";
	const found = functionOf(text);
	expect(text.slice(found.start).startsWith("__must_check __init\nstatic int")).toBe(true);
	expect(found.comments.map((comment) => comment.text)).toEqual(["Why."]);
	expect([found.name, found.static, showType(found.returns)]).toEqual(["f", true, "int"]);
});

test("a cleanup attribute is its variable's", () => {
	const text = "int f(void)\n{\n\tT *a __free(put_a) = get(), *b;\n\tT *c __free( put_c ) = NULL;\n\tT *__free;\n\treturn 0;\n}\n";
	const found = functionOf(text).body.flatMap((stmt) => (stmt.s === "declare" ? [[stmt.name, stmt.cleanup]] : []));
	expect(found).toEqual([
		["a", "put_a"],
		["b", undefined],
		["c", "put_c"],
		["__free", undefined],
	]);
});

test("without the dialect pass the calls are there as well", () => {
	const { functions, holes } = rawFacts(
		"int f(void)\n{\n\tlist_for_each(p, &h) { mmget(p); }\n\treturn container_of(mmget(q), struct foo, m);\n}\n",
	);
	expect(functions[0]?.clean).toBe(false);
	expect(holes.length).toBeGreaterThan(0);
	const shown = functions[0]?.body.map(showStmt).join(" ");
	expect(shown).toBe("each[ | list_for_each(p, (&h)) | ] { mmget(p); } return container_of(mmget(q), type<struct foo>, m);");
});
