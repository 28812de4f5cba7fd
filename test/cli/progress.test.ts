import { describe, expect, it, vi } from "vitest";
import { progressLine, showProgress, terminalFor } from "../../server/src/cli/progress.ts";

describe("the line", () => {
	it.each([
		["searching", 0, 0, 80, "searching …"],
		["reading", 0, 354, 80, "reading 1 of 354"],
		["reading", 353, 354, 80, "reading 354 of 354"],
		["reading", 354, 354, 80, "reading 354 of 354"],
		["reading", 0, 354, 10, "reading 1"],
		["reading", 0, 354, 0, ""],
	])("%s %d of %d in %d columns", (what, done, total, columns, line) => {
		expect(progressLine(what, done, total, columns)).toBe(line);
	});
});

describe("is shown", () => {
	const terminal = { isTTY: true, columns: 40, write: () => true };
	it("on a terminal", () => {
		expect(terminalFor({}, terminal)).toMatchObject({ columns: 40 });
		expect(terminalFor({ NO_COLOR: "1" }, terminal)).toMatchObject({ columns: 40 });
	});

	it("nowhere else", () => {
		expect(terminalFor({ TERM: "dumb" }, terminal)).toBeUndefined();
		expect(terminalFor({}, { write: terminal.write })).toBeUndefined();
		expect(() => showProgress(undefined).tell("searching", 0, 0)).not.toThrow();
	});
});

describe("what is written", () => {
	it("is how quick it is, too, once something was read", () => {
		let time = 0;
		const written: string[] = [];
		const progress = showProgress({ columns: 80, write: (text) => written.push(text) }, () => time);
		progress.tell("reading", 0, 10, 0);
		time = 500;
		progress.tell("reading", 4, 10, 9_000_000);
		expect(written).toEqual(["\r\u001b[Kreading 1 of 10", "\r\u001b[Kreading 5 of 10, 18.0 MB/s"]);
	});

	function fake() {
		vi.useFakeTimers();
		const written: string[] = [];
		const progress = showProgress({ columns: 40, write: (text) => written.push(text) }, () => Date.now());
		return { progress, written };
	}

	it("is at most ten lines a second, and the last one comes in any case", () => {
		const { progress, written } = fake();
		for (let done = 0; done < 999; done++) {
			progress.tell("reading", done, 1000);
			vi.advanceTimersByTime(1);
		}
		expect(written).toHaveLength(10);
		progress.tell("searching", 0, 0);
		vi.advanceTimersByTime(1000);
		expect(written.slice(10)).toEqual(["\r\u001b[Ksearching …"]);
		vi.useRealTimers();
	});

	it("goes away before the results, and does not come back", () => {
		const { progress, written } = fake();
		progress.tell("searching", 0, 0);
		progress.tell("reading", 0, 2);
		progress.clear();
		progress.tell("reading", 1, 2);
		progress.clear();
		vi.advanceTimersByTime(1000);
		expect(written).toEqual(["\r\u001b[Ksearching …", "\r\u001b[K"]);
		vi.useRealTimers();
	});

	it("is nothing when nothing was shown", () => {
		const { progress, written } = fake();
		progress.clear();
		expect(written).toEqual([]);
		vi.useRealTimers();
	});
});
