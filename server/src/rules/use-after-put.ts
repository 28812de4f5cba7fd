import { type OwnerRule, placed } from "./rule.ts";

/** The mm is used after this code gave its last reference away. */
export const useAfterPut: OwnerRule = {
	id: "use-after-put",
	severity: "error",
	message: ({ mm, why, other }) =>
		`${mm} is used after ${other ? placed(other) : "its reference"} was given back: ${why}. The mm may be freed. Give the reference back only after the last use.`,
};
