import { describe, expect, it } from "vitest";
import { Restarts } from "../../client/src/restarts.ts";

const MINUTE = 60_000;

describe("a server that dies", () => {
	it("is started again at once, then later and later, and not a fifth time within three minutes", () => {
		const restarts = new Restarts();
		const delays = [0, 1, 2, 3, 4].map((second) => restarts.next(second * 1000)?.delay);
		expect(delays).toEqual([0, 1_000, 4_000, 15_000, undefined]);
	});

	it("is told of once, until it has lived for a while", () => {
		const restarts = new Restarts();
		const told = [0, MINUTE, 2 * MINUTE, 6 * MINUTE].map((now) => restarts.next(now)?.isFirst);
		expect(told).toEqual([true, false, false, true]);
	});

	it("is started for ever when it dies now and then", () => {
		const restarts = new Restarts();
		const delays = Array.from({ length: 100 }, (_, index) => restarts.next(index * 4 * MINUTE)?.delay);
		expect(new Set(delays)).toEqual(new Set([0]));
	});

	it("is started at once when the user wants it, and what was before is forgiven", async () => {
		const restarts = new Restarts();
		for (const now of [0, 1, 2, 3]) restarts.next(now);
		expect(restarts.hurry()).toBe(false);
		restarts.next(4);
		const waiting = restarts.wait(10 * MINUTE);
		expect(restarts.hurry()).toBe(true);
		await waiting;
		expect(restarts.hurry()).toBe(false);
		expect(restarts.next(5)).toEqual({ delay: 0, isFirst: true });
	});
});
