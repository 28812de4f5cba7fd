import { describe, expect, it } from "vitest";
import { commonPart, literalsOf } from "../../server/src/workspace/word-literals.ts";

describe("the literal texts of a word", () => {
	it.each([
		["get_task_mm", ["get_task_mm"]],
		["mm(get|put)\\w*", ["mmget", "mmput"]],
		["(kthread_)?(un)?use_mm", ["use_mm"]],
		["(?:ab|c)d", ["abd", "cd"]],
		["ab+cde", ["cde"]],
		["ab{2,3}", ["a"]],
		["a\\w+?bc", ["bc"]],
		["a(b|(c|d)e)f", ["abf", "acef", "adef"]],
	])("%s: %j", (word, literals) => {
		expect(literalsOf(word)).toEqual(literals);
	});

	it.each(["\\w", "a?", "(a|)", "a(", "a)", "[ab]", "a|\\w*", "(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)(a|b)"])("of %s are none", (word) => {
		expect(literalsOf(word)).toBeUndefined();
	});
});

describe("the common part", () => {
	it("is the longest text in all of them", () => {
		expect(commonPart(["mmget", "get_task_mm", "use_mm"])).toBe("mm");
		expect(commonPart(["abc"])).toBe("abc");
		expect(commonPart(["abc", "def"])).toBe("");
		expect(commonPart([])).toBe("");
	});
});
