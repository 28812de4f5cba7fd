import { describe, expect, it } from "vitest";
import { layTable, median, medianRatio, showNumber } from "../../bench/table.ts";

describe("the median", () => {
	it.each([
		[[3], 3],
		[[3, 1], 2],
		[[5, 1, 3], 3],
		[[10, 9, 1, 2], 5.5],
		[[100, 9, 10], 10],
		[[], Number.NaN],
	])("of %j is %d", (values, expected) => {
		expect(median(values)).toBe(expected);
	});

	it("leaves the values in their order", () => {
		const values = [3, 1, 2];
		median(values);
		expect(values).toEqual([3, 1, 2]);
	});
});

describe("the ratio", () => {
	it("is that of pairs, not of medians", () => {
		/* the machine was busy in the first turn and in the last */
		expect(medianRatio([20, 2, 30], [10, 1, 15])).toBe(2);
		expect(medianRatio([20, 2, 6], [10, 2, 1])).toBe(2);
	});

	it("is none where there is nothing to compare with", () => {
		expect(medianRatio([1, 2], [])).toBeNaN();
	});
});

describe("numbers", () => {
	it.each([
		[0.318, "0.32"],
		[9.99, "9.99"],
		[42.25, "42.3"],
		[779.4, "779"],
		[Number.NaN, "-"],
		[undefined, "-"],
	])("%s are shown as %s", (value, shown) => {
		expect(showNumber(value)).toBe(shown);
	});
});

describe("a table", () => {
	it("is aligned", () => {
		expect(
			layTable(
				["", "s"],
				[
					["one", "1.00"],
					["another", "10.0"],
				],
			),
		).toBe("|         |    s |\n| ------- | ---: |\n| one     | 1.00 |\n| another | 10.0 |\n");
	});

	it("fills rows that end early", () => {
		expect(layTable(["", "s", "MB"], [["one", "not installed"]])).toContain("| one | not installed |    |\n");
	});
});
