/** The table as data: nothing missing, nothing twice, and the right row for each version. */

import { describe, expect, it } from "vitest";
import {
	ALL_ROWS,
	findFieldFunction,
	findSlot,
	findUnknownOverrides,
	functionSlots,
	kernelFunctions,
} from "../../server/src/kernel/index.ts";
import { FUNCTION_SLOTS } from "../../server/src/kernel/tables.ts";
import { holds } from "../../server/src/kernel/versions.ts";
import { REQUIRED_NAMES } from "./names.ts";

/** Every version that some range begins or ends at, and one patch release before it. */
const EDGES: readonly string[] = [
	...new Set(
		[...ALL_ROWS, ...FUNCTION_SLOTS].flatMap((row) =>
			row.versions.flatMap((range) => [range.since, range.until]).flatMap((edge) => (edge === undefined ? [] : [edge, before(edge)])),
		),
	),
	"2.6.32",
	"6.1.20",
	"6.1.192",
	"6.12.117",
	"7.1",
];

/** The release before: `6.1.80` gives `6.1.79`, `6.8` gives `6.7.99`, `5.0` gives `4.20`. */
function before(version: string): string {
	const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
	if (patch > 0) return `${major}.${minor}.${patch - 1}`;
	return minor > 0 ? `${major}.${minor - 1}.99` : `${major - 1}.20`;
}

describe("the table of kernel functions", () => {
	it("has every function of the description", () => {
		const names = new Set(ALL_ROWS.map((row) => row.name));
		expect(REQUIRED_NAMES.filter((name) => !names.has(name))).toEqual([]);
	});

	it.each(EDGES)("has at most one row of a name for %s", (version) => {
		const rows = ALL_ROWS.filter((row) => holds(row.versions, version)).map((row) => row.name);
		expect(rows.filter((name, index) => rows.indexOf(name) !== index)).toEqual([]);
		const slots = FUNCTION_SLOTS.filter((slot) => holds(slot.versions, version)).map((slot) => `${slot.struct}.${slot.field}`);
		expect(slots.filter((name, index) => slots.indexOf(name) !== index)).toEqual([]);
	});

	it("says in one line what each row does and where the kernel shows it", () => {
		for (const row of ALL_ROWS) {
			expect(row.summary, row.name).toMatch(/^\S.*\.$/);
			expect(row.source.shows.length, row.name).toBeLessThanOrEqual(100);
			expect(row.source.shows, row.name).not.toBe("");
			expect(row.source.file, row.name).toMatch(/\.[ch]$/);
		}
	});

	it("gives the row that holds for the version", () => {
		const failure = (version: string) =>
			kernelFunctions(version)
				.get("mm_access")
				?.acts.map((act) => act.act === "produce" && act.failure);
		expect(failure("6.1.20")).toEqual(["error-or-null"]);
		expect(failure("6.1.192")).toEqual(["error"]);
		expect(failure("6.8")).toEqual(["error-or-null"]);
		expect(failure("6.13.7")).toEqual(["error"]);
		const aioOnly = (version: string) =>
			kernelFunctions(version)
				.get("kiocb_set_cancel_fn")
				?.acts.some((act) => act.act === "kiocb-cancellable" && act.aioOnly === true);
		expect(aioOnly("6.1.20")).toBe(false);
		expect(aioOnly("6.1.192")).toBe(true);
		expect(aioOnly("6.8")).toBe(true);
		expect(kernelFunctions("4.18").has("use_mm")).toBe(true);
		expect(kernelFunctions("4.18").has("kthread_use_mm")).toBe(false);
		expect(kernelFunctions("5.8").has("use_mm")).toBe(false);
		expect(kernelFunctions("6.4").get("kthread_unuse_mm")?.count).toBe("-1");
		expect(kernelFunctions("6.3").get("kthread_unuse_mm")?.count).toBe("0");
		expect(kernelFunctions("5.8").get("get_user_pages_remote")?.acts).toEqual([{ act: "access", mm: 1 }]);
		expect(kernelFunctions("5.9").get("get_user_pages_remote")?.acts).toEqual([{ act: "access", mm: 0 }]);
	});

	it("finds functions and slots by field", () => {
		const functions = kernelFunctions("6.1.192");
		expect(findFieldFunction(functions, "kiocb", "ki_complete")?.acts).toEqual([{ act: "kiocb-complete", kiocb: 0 }]);
		expect(findFieldFunction(functions, "kiocb", "ki_pos")).toBeUndefined();
		expect(findFieldFunction(kernelFunctions("4.0"), "kiocb", "ki_complete")).toBeUndefined();
		expect(findSlot(functionSlots("6.1.192"), "file_operations", "read_iter")).toMatchObject({ context: "process", kiocb: 0 });
		expect(findSlot(functionSlots("6.1.192"), "file_operations", "aio_read")).toBeUndefined();
		expect(findSlot(functionSlots("3.2"), "file_operations", "aio_read")).toMatchObject({ kiocb: 0 });
		expect(findSlot(functionSlots("6.1.192"), "mmu_notifier_ops", "release")).toMatchObject({ context: "teardown", mm: 1 });
	});

	it("takes functions of the user that act like known ones", () => {
		const functions = kernelFunctions("6.1.192", { my_get_mm: "get_task_mm", my_use: "use_mm", broken: "no_such_function" });
		expect(functions.get("my_get_mm")).toMatchObject({ name: "my_get_mm", acts: [{ act: "produce", reference: "users" }] });
		expect(functions.get("my_use")?.acts).toEqual([{ act: "step", op: "use", mm: 0 }]);
		expect(functions.has("broken")).toBe(false);
		expect(findUnknownOverrides({ my_get_mm: "get_task_mm", broken: "no_such_function" })).toEqual(["broken"]);
	});
});
