/** Which functions lead to some words, told by words alone. */

import { describe, expect, it } from "vitest";
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

	it("are not what half a function calls while the other half is being written", () => {
		const half = "static void half(struct mm_struct *mm)\n{\n\tspin_lock(&lock);\n\tmemset(mm, 0, 4);\n\tmmput(mm);\n";
		const isLeading = programOf(`${half}\nstatic int odd(void) { return 1; }\n\tlist_del(mm);\n}\n${CALLER}`).reaching(PUTS, 2);
		expect(["spin_lock", "memset"].map(isLeading)).toEqual([false, false]);
	});
});
