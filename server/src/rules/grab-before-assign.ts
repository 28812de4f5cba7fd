import type { OwnerRule } from "./rule.ts";

/** A reference taken through a pointer before the mm is stored in it. */
export const grabBeforeAssign: OwnerRule = {
	id: "grab-before-assign",
	severity: "error",
	message: ({ at, mm, why, other }) =>
		`${at.text} takes a reference through ${mm}, and ${why}${other ? ` (${other.file}:${other.line})` : ""}. The reference is that of another mm, or the pointer is NULL. Store the mm first.`,
};
