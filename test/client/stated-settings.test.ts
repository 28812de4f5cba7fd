import { describe, expect, it } from "vitest";
import { dropEmpty } from "../../client/src/stated-settings.ts";

describe("what a user stated", () => {
	it("is what is not empty", () => {
		const section = {
			enable: false,
			root: "",
			functions: {},
			exclude: [],
			severity: { "use-unknown": "off" },
			codeLens: { enable: false },
		};
		expect(dropEmpty(section)).toEqual({ enable: false, severity: { "use-unknown": "off" }, codeLens: { enable: false } });
	});

	it("is left alone where it is no section", () => {
		expect([null, 3, "", [""]].map(dropEmpty)).toEqual([null, 3, "", [""]]);
	});
});
