import { describe, expect, it } from "vitest";
import { describeStatus } from "../../client/src/status-text.ts";

describe("the status item", () => {
	it("counts uses, the worst first", () => {
		expect(describeStatus({ index: { state: "ready" }, uses: { held: 5, exposed: 4, guarded: 0 } })).toEqual({
			text: "mm-lifetime: 9 uses",
			detail: "4 exposed, 5 held",
			busy: false,
			severity: "warning",
		});
	});

	it("says how far the search is, and what is known so far", () => {
		expect(describeStatus({ index: { state: "indexing", what: "callers", done: 3, total: 70 }, uses: { held: 1 } })).toEqual({
			text: "mm-lifetime: 1 use",
			detail: "indexing callers 3/70, 1 held",
			busy: true,
			severity: "information",
		});
	});

	it("says that nothing was found, and that nobody looks", () => {
		expect(describeStatus({ index: { state: "ready" }, uses: {} })).toMatchObject({ text: "mm-lifetime: 0 uses", detail: "", busy: false });
		expect(describeStatus("starting")).toMatchObject({ detail: "starting", busy: true });
		expect(describeStatus("stopped")).toMatchObject({ detail: "stopped", busy: false, severity: "error" });
	});
});
