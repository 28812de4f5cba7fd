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

	it("leaves alone what somebody holds", async () => {
		const held = Array.from({ length: 1000 }, (_, number) => new WeakRef({ number }));
		const kept = held.map((one) => one.deref());
		await freeMemory();
		expect(held.every((one, at) => one.deref() === kept[at])).toBe(true);
	});
});
