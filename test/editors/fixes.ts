/** The fixes that every editor has to apply: at a place of an example, under a title, with what must be true afterwards. */

import type { Verdict } from "../../server/src/analysis/types.ts";

export interface FixCase {
	/** The letter that the fix has among its fellows, and its name: also that of its golden diff. */
	readonly id: string;
	readonly example: string;
	/** Relative to the root of the example. */
	readonly file: string;
	/** Of the use; column from 1. */
	readonly line: number;
	readonly column: number;
	/** The expression under the squiggle. */
	readonly marked: string;
	readonly severity: "error" | "warning";
	/** Part of the message. */
	readonly message: string;
	/** Part of the title of the action. */
	readonly title: string;
	readonly verdict: Verdict;
}

/** An exposed use, whose capture lies in another file. */
export const EXPOSED = {
	id: "a-hold-over-use",
	example: "kvmgt/4.18",
	file: "drivers/gpu/drm/i915/gvt/kvmgt.c",
	line: 39,
	column: 3,
	marked: "use_mm(kvm->mm)",
	severity: "error",
	message: "use_mm() borrows kvm->mm while nothing keeps its page tables",
	title: "Hold mm_users over the use",
	verdict: "held",
} as const satisfies FixCase;

/** Where that use ends. */
export const ENDS = { line: 46, column: 4 };

export const FIXES: readonly FixCase[] = [
	EXPOSED,
	{ ...EXPOSED, id: "b-hold-from-capture", title: "Take mm_users at the capture, and give it back at the teardown" },
	{
		id: "c-pin-struct-and-hold",
		example: "f_fs/6.1",
		file: "drivers/usb/gadget/function/f_fs.c",
		line: 56,
		column: 3,
		marked: "kthread_use_mm(io_data->mm)",
		severity: "error",
		message: "kthread_use_mm() borrows io_data->mm while nothing keeps its page tables",
		title: "pin the mm_struct from capture to teardown",
		verdict: "held",
	},
	{
		id: "d-write-comment",
		example: "f_fs/4.18",
		file: "drivers/usb/gadget/function/f_fs.c",
		line: 61,
		column: 3,
		marked: "use_mm(io_data->mm)",
		severity: "warning",
		message: "io_data->mm is borrowed without an mm_users reference",
		title: "Say above the use why the mm stays alive",
		verdict: "guarded",
	},
];
