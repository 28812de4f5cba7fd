import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { giveWay } from "../../server/src/lsp/giving-way.ts";
import { Quiet } from "../../server/src/lsp/quiet.ts";
import type { Server } from "../../server/src/lsp/server.ts";

/* those of the runtime are not among the timers that a test can turn */
vi.mock("node:timers/promises", () => ({
	setTimeout: (milliseconds: number, value: unknown, { signal }: { readonly signal: AbortSignal }) =>
		new Promise((resolve, reject) => {
			const timer = setTimeout(resolve, milliseconds, value);
			signal.addEventListener("abort", () => {
				clearTimeout(timer);
				reject(signal.reason);
			});
		}),
}));

const QUIET = 100;

describe("work that gives way to edits", () => {
	beforeEach(() => {
		vi.useFakeTimers();
	});
	afterEach(() => {
		vi.useRealTimers();
	});

	function setUp() {
		const stop = new AbortController();
		const listeners: (() => void)[] = [];
		const documents = { onDidChangeContent: (listener: () => void) => void listeners.push(listener) };
		const error = vi.fn();
		const quiet = new Quiet();
		const changes: ((change: { readonly what: string }) => void)[] = [];
		const trees = { quiet, onChange: (listener: (typeof changes)[number]) => void changes.push(listener) };
		const server = { connection: { console: { error } }, documents, stopped: stop.signal, trees } as unknown as Server;
		const runs: AbortSignal[] = [];
		const run = (signal: AbortSignal): Promise<void> => {
			runs.push(signal);
			return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
		};
		giveWay(server, { quiet: QUIET, run });
		const change = (what: string): void => {
			for (const listener of changes) listener({ what });
		};
		const edit = (): void => {
			for (const listener of listeners) listener();
		};
		return { runs, edit, change, stop, error, quiet };
	}

	it("begins once nobody has edited for a while, however long somebody types", async () => {
		const { runs, edit } = setUp();
		for (let count = 0; count < 50; count++) {
			edit();
			await vi.advanceTimersByTimeAsync(QUIET - 1);
		}
		expect(runs).toHaveLength(0);
		await vi.advanceTimersByTimeAsync(1);
		expect(runs).toHaveLength(1);
	});

	it("ends at the next edit, silently, and begins anew after that", async () => {
		const { runs, edit, error } = setUp();
		edit();
		await vi.advanceTimersByTimeAsync(QUIET);
		edit();
		expect(runs.map(({ aborted }) => aborted)).toEqual([true]);
		await vi.advanceTimersByTimeAsync(QUIET);
		expect(runs.map(({ aborted }) => aborted)).toEqual([true, false]);
		expect(error).not.toHaveBeenCalled();
	});

	it("does not begin while somebody waits for an answer, or just was answered, however long that takes", async () => {
		const { runs, edit, quiet } = setUp();
		edit();
		const answer = quiet.answering(() => new Promise((resolve) => setTimeout(resolve, 7.5 * QUIET)));
		await vi.advanceTimersByTimeAsync(7.5 * QUIET);
		await answer;
		await vi.advanceTimersByTimeAsync(QUIET - 1);
		expect(runs).toHaveLength(0);
		await vi.advanceTimersByTimeAsync(QUIET);
		expect(runs).toHaveLength(1);
	});

	it("begins although somebody asks again and again for what is known", async () => {
		const { runs, edit, quiet } = setUp();
		edit();
		for (let count = 0; count < 10; count++) {
			await quiet.answering(() => Promise.resolve());
			await vi.advanceTimersByTimeAsync(QUIET / 10);
		}
		expect(runs).toHaveLength(1);
	});

	it("begins although an answer could not be found", async () => {
		const { runs, edit, quiet } = setUp();
		edit();
		await expect(quiet.answering(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
		await vi.advanceTimersByTimeAsync(QUIET);
		expect(runs).toHaveLength(1);
	});

	it("begins because of something else too, and never when the server has stopped", async () => {
		const { runs, change, stop } = setUp();
		change("progress");
		await vi.advanceTimersByTimeAsync(QUIET);
		expect(runs).toHaveLength(0);
		change("answers");
		await vi.advanceTimersByTimeAsync(QUIET);
		expect(runs).toHaveLength(1);
		change("answers");
		stop.abort();
		await vi.advanceTimersByTimeAsync(10 * QUIET);
		expect(runs).toHaveLength(1);
	});
});
