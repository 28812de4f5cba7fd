import { describe, expect, test } from "vitest";
import { Lists } from "../../server/src/model/lists.ts";

describe("lists", () => {
	test("have one number each, in the order in which they came", () => {
		const lists = new Lists();
		const all = Array.from({ length: 5_000 }, (_, i) => [i % 7, -i, i >> 3]);
		expect(all.map((list) => lists.number(list))).toEqual(all.map((_, i) => i));
		expect(all.map((list) => lists.number([...list]))).toEqual(all.map((_, i) => i));
		expect(lists.items).toEqual(all);
		expect(lists.size).toBe(15_000);
	});
	test("are told apart by length and order", () => {
		const lists = new Lists();
		const all = [[], [0], [0, 0], [1, 0], [0, 1], [0, 1, 0]];
		for (const list of all) {
			expect(lists.has(list)).toBe(false);
			lists.number(list);
		}
		expect(lists.items).toEqual(all);
		expect(all.every((list) => lists.has([...list]))).toBe(true);
	});
});
