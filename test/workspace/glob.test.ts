import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileGlob } from "../../server/src/workspace/glob.ts";
import { InputError } from "../../server/src/workspace/input-error.ts";

describe("globs", () => {
	it.each([
		["tools", "tools/perf/a.c", true],
		["tools", "x/tools/a.c", true],
		["tools/", "tools/a.c", true],
		["/tools", "tools/a.c", true],
		["/tools", "x/tools/a.c", false],
		["tools", "toolshed/a.c", false],
		["*.h", "include/linux/mm.h", true],
		["drivers/*/a.c", "drivers/x/a.c", true],
		["drivers/*/a.c", "drivers/x/y/a.c", false],
		["drivers/**/a.c", "drivers/a.c", true],
		["drivers/**/a.c", "drivers/x/y/a.c", true],
		["tools/**", "tools/x/a.c", true],
		["**/selftests/**", "tools/testing/selftests/a.c", true],
		["a?.c", "ab.c", true],
		["a[bc].c", "ac.c", true],
		["a[!bc].c", "ac.c", false],
		["{a,b}.c", "b.c", true],
		["a+b.c", "a+b.c", true],
		["a.c", "abc", false],
	])("%s matches %s: %s", (glob, path, expected) => {
		expect(compileGlob(glob)(path)).toBe(expected);
	});

	it.each(["", "/", "a[b", "{a", "[z-a]"])("%j is refused", (glob) => {
		expect(() => compileGlob(glob)).toThrow(InputError);
	});

	it("throw nothing else, whatever is in them", () => {
		fc.assert(
			fc.property(fc.string({ unit: fc.constantFrom(..."ab/*?[]{},!\\.^-(".split("")), maxLength: 12 }), (glob) => {
				try {
					compileGlob(glob)("a/b/c.c");
				} catch (error) {
					expect(error).toBeInstanceOf(InputError);
				}
			}),
			{ numRuns: 500, seed: 7 },
		);
	});
});
