/** Which functions lead to some words, told by words alone. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Pieces } from "../../server/src/facts/index.ts";
import { functionSlots, kernelFunctions } from "../../server/src/kernel/index.ts";
import { KernelTable } from "../../server/src/program/kernel-table.ts";
import { Program } from "../../server/src/program/program.ts";
import { readPieces } from "../facts/parse.ts";

const KERNEL = new KernelTable(kernelFunctions("6.1", {}), functionSlots("6.1"));

const PUTS = [["called", "mmput"]] as const;

function programOf(text: string): Program {
	const files = new Map([["a.c", { path: "a.c", pieces: readPieces(text) }]]);
	return new Program({ files, has: (path) => files.has(path), text: () => text }, KERNEL);
}

const HELPER = "static void give(struct mm_struct *mm)\n{\n\tif (check(mm))\n\t\tmmput(mm);\n}\n";
const CALLER = "static void caller(struct mm_struct *mm)\n{\n\tgive(mm);\n}\n";

describe("functions that lead to some words", () => {
	it("have one in their body, or call one that has, so many calls deep", () => {
		const program = programOf(`${HELPER}\n${CALLER}`);
		const leads = (levels: number): readonly boolean[] => ["give", "caller", "check"].map(program.reaching(PUTS, levels));
		expect(leads(0)).toEqual([true, false, false]);
		expect(leads(1)).toEqual([true, true, false]);
	});

	it("are those of a fresh program, whatever was edited before", () => {
		const names = ["fa", "fb", "fc", "fd", "fe", "ff"];
		const called = fc.subarray([...names, "mmput", "PUT"]);
		const bodies = fc.record(Object.fromEntries(names.map((name) => [name, fc.option(called, { nil: undefined, freq: 8 })])));
		const textOf = (calls: Record<string, readonly string[] | undefined>, among: readonly string[]): string =>
			among
				.flatMap((name) =>
					calls[name] ? [`void ${name}(struct mm_struct *mm)\n{\n${calls[name].map((one) => `\t${one}(mm);\n`).join("")}}\n`] : [],
				)
				.join("\n");
		fc.assert(
			fc.property(fc.array(bodies, { minLength: 2, maxLength: 8 }), fc.boolean(), (steps, isAsked) => {
				const header = readPieces("#define PUT(mm) mmput(mm)\n");
				const open = (pieces: readonly Pieces[]): Program => {
					const files = new Map(["h.h", "a.c", "b.c"].map((path, i) => [path, { path, pieces: pieces[i] as Pieces }]));
					return new Program({ files, has: (path) => files.has(path), text: () => "" }, KERNEL);
				};
				const ask = (program: Program): readonly boolean[] => [0, 1, 3].flatMap((levels) => names.map(program.reaching(PUTS, levels)));
				let before: readonly Pieces[] | undefined;
				for (const [n, calls] of steps.entries()) {
					const texts = [textOf(calls, names.slice(0, 4)), textOf(calls, names.slice(4))];
					const now = [before?.[0] ?? header, ...texts.map((text, i) => readPieces(text, before?.[i + 1]))];
					const program = open(now);
					/* what is known of an earlier program may be some programs old */
					if (isAsked || n === 0 || n === steps.length - 1)
						expect(ask(program)).toEqual(ask(open([readPieces("#define PUT(mm) mmput(mm)\n"), ...texts.map((text) => readPieces(text))])));
					before = now;
				}
			}),
			{ seed: 1, numRuns: 100 },
		);
	});

	it("are others where only a bracket went", () => {
		const still = readPieces("int still;\n");
		const open = (pieces: Pieces): Program => {
			const files = new Map([
				["0.h", { path: "0.h", pieces: still }],
				["a.c", { path: "a.c", pieces }],
			]);
			return new Program({ files, has: (path) => files.has(path), text: () => "" }, KERNEL);
		};
		const text = `${HELPER}int half(int x)\n{\n\tgive(x;\n\treturn 1;\n}\n`;
		const edited = text.replace("half(int x)\n{", "half(int x)\n");
		const first = readPieces(text);
		open(first).reaching(PUTS, 3)("half");
		const after = open(readPieces(edited, first)).reaching(PUTS, 3)("half");
		expect(after).toBe(programOf(edited).reaching(PUTS, 3)("half"));
	});

	it("are seen to be others where a program was asked after the one behind it", () => {
		const still = readPieces("int still;\n");
		const open = (pieces: Pieces): Program => {
			const files = new Map([
				["0.h", { path: "0.h", pieces: still }],
				["a.c", { path: "a.c", pieces }],
			]);
			return new Program({ files, has: (path) => files.has(path), text: () => "" }, KERNEL);
		};
		const without = "void give(struct mm_struct *mm)\n{\n\tfoo(mm);\n}\n";
		const first = readPieces(without);
		open(first).reaching(PUTS, 2)("give");
		const second = readPieces(without.replace("foo(", "mmput("), first);
		const between = open(second);
		const third = readPieces(without, second);
		expect(open(third).reaching(PUTS, 2)("give")).toBe(false);
		const { answer, record } = between.record(() => between.reaching(PUTS, 2)("give"));
		expect(answer).toBe(true);
		expect(open(readPieces(without.replace("foo", "bar"), third)).holds(record)).toBe(false);
	});

	it("are not what half a function calls while the other half is being written", () => {
		const half = "static void half(struct mm_struct *mm)\n{\n\tspin_lock(&lock);\n\tmemset(mm, 0, 4);\n\tmmput(mm);\n";
		const isLeading = programOf(`${half}\nstatic int odd(void) { return 1; }\n\tlist_del(mm);\n}\n${CALLER}`).reaching(PUTS, 2);
		expect(["spin_lock", "memset"].map(isLeading)).toEqual([false, false]);
	});

	it.each([
		[
			"\taddr = (void *)be64_to_cpu(mm->flags);\n\tmemset(mm, 0, 4);\n\tspin_lock(&lock);\n\tlist_del(mm);\n\tkfree(a);\n\tif (check(mm)) {\n\t\tmmput(mm);\n\t}\n",
			["memset", "spin_lock", "list_del", "kfree"],
		],
		["\tif (is_sync(mm) || unlikely(a)) {\n\t\tmmput(mm);\n\t}\n", ["is_sync", "unlikely"]],
	])("are not what stands outside of any function since somebody has begun another in between", (rest, called) => {
		const text = `static void half(struct mm_struct *mm)\n{\n\tint a;\nstatic int odd(void) { return 1; }\n${rest}\treturn;\n}\n${CALLER}`;
		const isLeading = programOf(text).reaching(PUTS, 2);
		expect(called.filter(isLeading)).toEqual([]);
	});

	it("are named by what parameters follow, not by the type before", () => {
		const isLeading = programOf("static ssize_t __give give(struct mm_struct *mm)\n{\n\tmmput(mm);\n\treturn 0;\n}\n").reaching(PUTS, 0);
		expect(["give", "ssize_t", "__give"].map(isLeading)).toEqual([true, false, false]);
	});
});
