import { expect, it } from "vitest";
import { MAKEFILE, makeTree } from "../workspace/tree.ts";
import { USE } from "./exposed-use.ts";
import { runProgram } from "./program.ts";

/** More files than it takes for ripgrep to be asked. */
const FILES = 2100;

it("any number of jobs finds the same", () => {
	const others = Array.from({ length: FILES }, (_, index) => [`file${index}.c`, `int file${index};\n`]);
	const root = makeTree({ Makefile: MAKEFILE, ...Object.fromEntries(others), "use.c": USE });
	const check = (...options: readonly string[]) => runProgram(["check", "--no-cache", "--uses", ".", ...options], { cwd: root });
	const expected = check();
	expect(expected.status).toBe(1);
	for (const jobs of ["1", "2", "7"]) expect(check("--jobs", jobs)).toEqual(expected);
});

it.each(["0", "-1", "many", "1.5", "257", ""])("%j is no number of jobs", (jobs) => {
	const run = runProgram(["check", `--jobs=${jobs}`, "."]);
	expect(run).toEqual({ status: 2, out: "", error: `mm-lifetime: option '--jobs' must be a number from 1 to 256, not "${jobs}"\n` });
});
