import type { UseRule } from "./rule.ts";

/** Something that decides is not in view, or a bound was reached. */
export const useUnknown: UseRule = {
	id: "use-unknown",
	severity: "information",
	match: ({ mm }, explained) =>
		explained.verdict === "unknown"
			? [{ message: `Whether ${mm} stays alive over this use is not known. ${explained.why}`, withTrace: false }]
			: [],
};
