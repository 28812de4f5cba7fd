import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideFeature, IO_URING, USE_COUNTS } from "../../server/src/kernel/features.ts";
import {
	compareVersions,
	holds,
	type KernelVersion,
	NEWEST_KNOWN_KERNEL,
	parseVersion,
	readMakefileVersion,
} from "../../server/src/kernel/versions.ts";

const anyVersion: fc.Arbitrary<KernelVersion> = fc
	.record({
		major: fc.integer({ min: 2, max: 9 }),
		minor: fc.nat(20),
		patch: fc.nat(300),
		candidate: fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined }),
	})
	.map(({ candidate, ...release }) => (candidate === undefined ? release : { ...release, candidate }));

function write({ major, minor, patch, candidate }: KernelVersion): string {
	return `${major}.${minor}.${patch}${candidate === undefined ? "" : `-rc${candidate}`}`;
}

describe("kernel versions", () => {
	it("reads what stands in tags, Makefiles and uname", () => {
		expect(parseVersion("6.1")).toEqual({ major: 6, minor: 1, patch: 0 });
		expect(parseVersion("v6.1.192")).toEqual({ major: 6, minor: 1, patch: 192 });
		expect(parseVersion("6.8-rc5")).toEqual({ major: 6, minor: 8, patch: 0, candidate: 5 });
		expect(parseVersion("6.1.0-28-amd64")).toEqual({ major: 6, minor: 1, patch: 0 });
		expect(parseVersion("linux")).toBeUndefined();
		expect(readMakefileVersion("# x\nVERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 117\nEXTRAVERSION =\n")).toBe("6.12.117");
		expect(readMakefileVersion("VERSION = 6\nPATCHLEVEL = 8\nSUBLEVEL = 0\nEXTRAVERSION = -rc5\n")).toBe("6.8.0-rc5");
		expect(readMakefileVersion("all:\n\tcc x.c\n")).toBeUndefined();
		expect(parseVersion(NEWEST_KNOWN_KERNEL)).toBeDefined();
	});

	it("orders numbers as numbers", () => {
		const versions = [
			"2.6.32",
			"4.9",
			"4.18",
			"5.8",
			"6.1-rc1",
			"6.1-rc8",
			"6.1",
			"6.1.9",
			"6.1.10",
			"6.1.192",
			"6.12",
			"6.12.117",
			"10.0",
		];
		const sorted = [...versions].reverse().sort((a, b) => compareVersions(parse(a), parse(b)));
		expect(sorted).toEqual(versions);
	});

	it("is a total order that survives writing and reading", () => {
		fc.assert(
			fc.property(anyVersion, anyVersion, anyVersion, (a, b, c) => {
				expect(parse(write(a))).toEqual(a);
				expect(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a))).toBe(0);
				if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) expect(compareVersions(a, c)).toBeLessThanOrEqual(0);
				if (compareVersions(a, b) === 0) expect(write(a)).toBe(write(b));
			}),
		);
	});

	it("splits every version between the two sides of an edge", () => {
		fc.assert(
			fc.property(anyVersion, anyVersion, (edge, version) => {
				const at = `${edge.major}.${edge.minor}.${edge.patch}`;
				expect(holds([{ since: at }], write(version))).toBe(!holds([{ until: at }], write(version)));
			}),
		);
	});

	it("lets a stable branch decide for itself", () => {
		const changed = [{ since: "6.8" }, { branch: "6.1", since: "6.1.80" }];
		expect(["6.1.20", "6.1.79", "6.2", "6.7.12"].map((version) => holds(changed, version))).toEqual([false, false, false, false]);
		expect(["6.1.80", "6.1.192", "6.8-rc6", "6.8", "6.12.117"].map((version) => holds(changed, version))).toEqual([
			true,
			true,
			true,
			true,
			true,
		]);
		const backedOut = [{ since: "6.0" }, { branch: "6.1", until: "6.1.5" }];
		expect(["6.0.3", "6.1.4", "6.1.5", "6.2"].map((version) => holds(backedOut, version))).toEqual([true, true, false, true]);
		expect(holds([], "6.1")).toBe(true);
		expect(holds([{ since: "6.12" }], "not a version")).toBe(true);
	});

	it("decides features by version, and by what the tree shows first", () => {
		expect(["5.0", "5.1", "6.12"].map((version) => decideFeature(IO_URING, version))).toEqual([false, true, true]);
		expect(["4.18", "6.3.9", "6.4"].map((version) => decideFeature(USE_COUNTS, version))).toEqual(["lazy", "lazy", "always"]);
		const tree = { has: (path: string) => path === "fs/io_uring.c", text: () => undefined };
		expect(decideFeature(IO_URING, "4.18", tree)).toBe(true);
		expect(decideFeature(USE_COUNTS, "4.18", tree)).toBe("lazy");
	});
});

function parse(text: string): KernelVersion {
	const version = parseVersion(text);
	if (version === undefined) throw new Error(`no version: ${text}`);
	return version;
}
