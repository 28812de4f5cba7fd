import { type OwnerRule, placed } from "./rule.ts";

/** mmput() of what mmgrab() took, or mmdrop() of what mmget() took. */
export const putWrongKind: OwnerRule = {
	id: "put-wrong-kind",
	severity: "error",
	message: ({ at, mm, why, other }) =>
		`${at.text} gives back the wrong counter of ${mm}: ${why}${other ? `, at ${placed(other)}` : ""}. One counter never comes back to 0, the other gets there too early. mmput() gives back mm_users, mmdrop() mm_count.`,
};
