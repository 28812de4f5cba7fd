/** The command line of a checker: what belongs to this program, and what to the compiler. */

import { describe, expect, it } from "vitest";
import { CHECK_OPTIONS } from "../../server/src/cli/check-options.ts";
import { splitArguments } from "../../server/src/cli/compiler-arguments.ts";

function split(line: string) {
	return splitArguments(line.split(" "), CHECK_OPTIONS);
}

describe("arguments of a checker", () => {
	it("are those of this program and the compiler's, in any order", () => {
		const { own, compiler } = split(
			"--kbuild --min-severity error -D__linux__ -Dunix=1 -D NAME=f(x) --arch=x86 -Wp,-MMD,drivers/.a.o.d -nostdinc -I./arch/x86/include " +
				"-I ./include -include ./include/linux/kconfig.h -std=gnu11 --param=allow-store-data-races=0 --param x=1 --cache=/c -o a.o -c drivers/a.c",
		);
		expect(own).toEqual(["--kbuild", "--min-severity", "error", "--cache=/c"]);
		expect(compiler).toEqual({
			files: ["drivers/a.c"],
			includes: ["./arch/x86/include", "./include"],
			defines: [
				["__linux__", "1"],
				["unix", "1"],
				["NAME", "f(x)"],
			],
		});
	});

	it("that nobody knows do not matter, and values of flags are no files", () => {
		const { own, compiler } = split("--kbuild --constructor --toString=1 -fsomething --whatever -isystem x.c -MF y.c -x c z.s a.o b.c");
		expect(own).toEqual(["--kbuild"]);
		expect(compiler).toEqual({ files: ["b.c"], includes: [], defines: [] });
	});

	it("may end too early", () => {
		expect(split("--kbuild a.c --cache").own).toEqual(["--kbuild", "--cache"]);
		expect(split("a.c -I").compiler).toEqual({ files: ["a.c"], includes: [""], defines: [] });
	});
});
