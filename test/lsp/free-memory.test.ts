import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { freeMemory } from "../../server/src/lsp/free-memory.ts";

const MEGABYTE = 1 << 20;

describe("freeMemory", () => {
	it("gives back what nobody holds any more", async () => {
		let held: object[] | undefined = Array.from({ length: 1_000_000 }, (_, number) => ({ number, text: `${number}` }));
		const before = process.memoryUsage().heapUsed;
		expect(held.length).toBe(1_000_000);
		held = undefined;
		await freeMemory();
		expect(before - process.memoryUsage().heapUsed).toBeGreaterThan(30 * MEGABYTE);
	});

	it("gives back the pages of which little is left", async () => {
		const all = Array.from({ length: 1_000_000 }, (_, number) => ({ number, others: [number] }));
		await freeMemory();
		const held = all.filter(({ number }) => number % 5 === 0);
		all.length = 0;
		await freeMemory();
		const { total_physical_size: physical, used_heap_size: used } = getHeapStatistics();
		expect(held.length).toBe(200_000);
		expect(physical - used).toBeLessThan(60 * MEGABYTE);
	});

	it("leaves alone what somebody holds", async () => {
		const held = Array.from({ length: 1000 }, (_, number) => new WeakRef({ number }));
		const kept = held.map((one) => one.deref());
		await freeMemory();
		expect(held.every((one, at) => one.deref() === kept[at])).toBe(true);
	});
});
