import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { measure } from "../../bench/measure.ts";
import { addResident, parseChildrenSeconds, parseStatus } from "../../bench/proc.ts";

describe("what /proc says", () => {
	it("of memory is told apart by kind", () => {
		const status = "Name:\tnode\nVmRSS:\t   90000 kB\nRssAnon:\t   60000 kB\nRssFile:\t   29000 kB\nRssShmem:\t    1000 kB\nThreads:\t11\n";
		expect(parseStatus(status)).toEqual({ own: 61000, ofFiles: 29000 });
	});

	it("of a process that has ended is nothing", () => {
		expect(parseStatus("Name:\tnode\nState:\tZ (zombie)\n")).toEqual({ own: 0, ofFiles: 0 });
		expect(parseStatus("")).toEqual({ own: 0, ofFiles: 0 });
	});

	it("of the CPU time of children is added up, whatever the name of the process", () => {
		const fields = "R 1 42 42 0 -1 4194304 1000 2000 0 0 500 60 321 45 20 0 11 0 77";
		expect(parseChildrenSeconds(`42 (node) ${fields}`)).toBe(3.66);
		expect(parseChildrenSeconds(`42 (a) R 1 (b) ${fields}`)).toBe(3.66);
	});

	it("of files in memory counts once", () => {
		const processes = [
			{ own: 100 * 1024, ofFiles: 40 * 1024 },
			{ own: 50 * 1024, ofFiles: 45 * 1024 },
		];
		expect(addResident(processes)).toBe(195);
		expect(addResident([])).toBe(0);
	});
});

describe("a measured program", () => {
	it("is measured with what it starts", async () => {
		const child =
			"require('node:child_process').spawnSync(process.execPath, ['-e', 'setTimeout(() => console.log(7), 100)'], { stdio: 'inherit' })";
		const run = await measure({ command: process.execPath, args: ["-e", child], statuses: [0] });
		expect(run.output).toBe("7\n");
		expect(run.seconds).toBeGreaterThan(0.1);
		if (!existsSync("/proc/self/stat")) return;
		expect(run.megabytes).toBeGreaterThan(1);
		expect(run.cpuSeconds).toBeGreaterThan(0);
	});

	it("that ends with another status says why", async () => {
		const args = ["-e", "process.stderr.write('no such thing\\nmore\\n'); process.exitCode = 2"];
		await expect(measure({ command: process.execPath, args, statuses: [0, 1] })).rejects.toThrow("exit status 2: no such thing");
	});

	it("that is not there says so", async () => {
		await expect(measure({ command: "there-is-no-such-program", args: [], statuses: [0] })).rejects.toThrow("ENOENT");
	});

	it("that takes too long is ended", async () => {
		const args = ["-e", "setTimeout(() => {}, 60_000)"];
		await expect(measure({ command: process.execPath, args, statuses: [0], limit: 0.2 })).rejects.toThrow("not done after 0.2 s");
	});
});
