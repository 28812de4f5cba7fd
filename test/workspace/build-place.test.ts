/** Where a file belongs, as the flags of its compiler tell it. */

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Compilation, findBuildPlace } from "../../server/src/workspace/build-place.ts";
import { MAKEFILE, makeTree } from "./tree.ts";

const TREE = {
	"linux/Makefile": MAKEFILE,
	"linux/include/linux/mm.h": "",
	"linux/arch/x86/include/asm/a.h": "",
	"linux/arch/arm64/a.c": "",
	"linux/arch/um/a.c": "",
	"linux/arch/Kconfig": "",
	"linux/drivers/a.c": "",
	"out/include/generated/a.h": "",
	"out/generated.c": "",
	"module/m.c": "",
};
const INSIDE = ["./arch/x86/include", "./arch/x86/include/generated", "./include", "./include/uapi"];

function find(more: Partial<Compilation> & { readonly in: string; readonly file: string }) {
	const top = makeTree(TREE);
	const place = findBuildPlace({ includes: INSIDE, defines: [], ...more, cwd: join(top, more.in) });
	return { ...place, root: place.root?.replace(top, ""), real: place.real.replace(top, "") };
}

describe("a file that is compiled", () => {
	it("belongs to the tree among whose headers it is compiled, without other architectures", () => {
		expect(find({ in: "linux", file: "drivers/a.c" })).toEqual({
			root: "/linux",
			real: "/linux/drivers/a.c",
			path: "drivers/a.c",
			kernel: undefined,
			architectures: ["x86"],
			exclude: "arch/{arm64,um}",
			functions: {},
		});
		const um = find({ in: "linux", file: "drivers/a.c", includes: [...INSIDE, "./arch/um/include"] });
		expect(um).toMatchObject({ architectures: ["um", "x86"], exclude: "arch/{arm64}" });
	});

	it("is found from the folder of the objects too, by relative paths and absolute ones", () => {
		const includes = ["../linux/arch/x86/include", "./arch/x86/include/generated", "../linux/include", "./include"];
		expect(find({ in: "out", file: "../linux/drivers/a.c", includes })).toMatchObject({ root: "/linux", path: "drivers/a.c" });
		const top = makeTree(TREE);
		const absolute = { includes: [join(top, "linux/include")], file: join(top, "linux/drivers/a.c") };
		expect(findBuildPlace({ ...absolute, cwd: join(top, "out"), defines: [] })).toMatchObject({
			root: join(top, "linux"),
			exclude: undefined,
		});
		symlinkSync("linux", join(top, "link"));
		const linked = { includes: [join(top, "link/include")], file: join(top, "link/drivers/a.c") };
		expect(findBuildPlace({ ...linked, cwd: top, defines: [] })).toMatchObject({ root: join(top, "linux"), path: "drivers/a.c" });
	});

	it("may be of a module outside, for the kernel that it is built against", () => {
		const includes = ["../linux/include", "../linux/arch/x86/include"];
		expect(find({ in: "module", file: "m.c", includes, moduleFolder: "." })).toMatchObject({
			root: "/module",
			path: "m.c",
			kernel: "6.1.192",
			exclude: undefined,
		});
	});

	it("may be generated, or compiled by something else: it lies in no tree that the flags tell of", () => {
		const includes = ["../linux/include"];
		expect(find({ in: "out", file: "generated.c", includes })).toMatchObject({ root: undefined, path: "generated.c", kernel: "6.1.192" });
		expect(find({ in: "linux", file: "drivers/a.c", includes: [] })).toMatchObject({ root: undefined, path: "a.c", kernel: undefined });
		expect(find({ in: "linux", file: "drivers/a.c", includes: [], root: "." })).toMatchObject({ root: "/linux", path: "drivers/a.c" });
	});

	it("may know functions by names that the flags give them", () => {
		const defines = [
			["begin", "kthread_use_mm"],
			["end", "nothing_known"],
			["call(x)", "mmget"],
			["one", "1"],
		] as const;
		expect(find({ in: "linux", file: "drivers/a.c", defines }).functions).toEqual({ begin: "kthread_use_mm" });
	});

	it("that is not there is said", () => {
		expect(() => find({ in: "linux", file: "none.c" })).toThrow("none.c: no such file or folder");
		expect(() => find({ in: "linux", file: "drivers/a.c", root: "none" })).toThrow("none: no such file or folder");
	});
});
