/** Whole files that no person writes: what a generator, a macro or an attacker could come up with. Each ends with one plain use. */

import { USE } from "./exposed-use.ts";

function lines(count: number, line: (i: number) => string): string {
	return Array.from({ length: count }, (_, i) => line(i)).join("");
}

/** Small functions, of which one in so many belongs to a driver of its own that borrows. */
export function functions(count: number, borrowing: number): string {
	return lines(count, (i) =>
		i % borrowing === 0 ? USE.replaceAll("box", `box${i}`) : `static int helper_${i}(int x)\n{\n\treturn helper_${i - 1}(x) + ${i};\n}\n`,
	);
}

/** Macros each of which uses the next one twice, down to one that acts on an mm; a function uses the first. */
export function macrosInMacros(levels: number, leaf: string): string {
	return `#define LEVEL_${levels}(mm) ${leaf}
${lines(levels, (i) => `#define LEVEL_${i}(mm) do { LEVEL_${i + 1}(mm); LEVEL_${i + 1}(mm); } while (0)\n`)}${USE.replace(
	"\tkthread_use_mm(box->mm);",
	"\tLEVEL_0(box->mm);\n\tkthread_use_mm(box->mm);",
)}`;
}

/** A worker whose body asks so many unknown things, each of which decides over a step. */
export function branches(count: number): string {
	const calls = ["mmget(box->mm);", "mmput(box->mm);", "kthread_use_mm(box->mm);", "kthread_unuse_mm(box->mm);"];
	const asked = lines(count, (i) => `\tif (box->flags[${i}])\n\t\t${calls[i % calls.length]}\n`);
	return USE.replace("\tkthread_use_mm(box->mm);", `${asked}\tkthread_use_mm(box->mm);`);
}

/** An array whose initializer is one line. */
export function longInitializer(bytes: number): string {
	return `static const unsigned char table[] = { ${"0x5a, ".repeat(Math.ceil(bytes / 6))}0 };\n${USE}`;
}

/** Comments alone. */
export function comments(bytes: number): string {
	const comment = "/* The mm is kept alive by its owner: mmget(mm), mmput(mm), kthread_use_mm(mm). */\n";
	return comment.repeat(Math.floor((bytes - USE.length) / comment.length)) + USE;
}

/** A condition in so many parentheses. */
export function parentheses(depth: number): string {
	return USE.replace("\tkthread_use_mm(box->mm);", `\tif (${"(".repeat(depth)}box->on${")".repeat(depth)})\n\t\tkthread_use_mm(box->mm);`);
}

/** Macros of which one in so many acts on an mm. */
export function defines(count: number, acting: number): string {
	return (
		lines(count, (i) =>
			i % acting === 0 ? `#define put_${i}(mm) do { if (mm) mmput(mm); } while (0)\n` : `#define VALUE_${i}(x) ((x) + ${i})\n`,
		) + USE
	);
}

/** Arms that each open a function of which the rest is shared. */
export function arms(count: number): string {
	const cut = lines(count, (i) => `#${i === 0 ? "if" : "elif"} A == ${i}\nstatic int shared(int a${i})\n{\n\tif (a${i}) {\n`);
	return `${cut}#endif\n\t\tmmput(current->mm);\n\t}\n\treturn 0;\n}\n${USE}`;
}

/** The same, each in an `#if` of its own: two ways at each. */
export function conditionals(count: number): string {
	const body = lines(count, (i) => `#if A${i}\n\tif (a & ${i}) {\n#else\n\t{\n#endif\n\t\tmmput(current->mm);\n\t}\n`);
	return `static int shared(int a)\n{\n${body}\treturn 0;\n}\n${USE}`;
}
