import type { UseRule } from "./rule.ts";

/** Only a comment says that the page tables live; the checker cannot see it. */
export const useClaimed: UseRule = {
	id: "use-claimed",
	severity: "information",
	match: ({ mm }, explained) =>
		explained.verdict === "claimed"
			? [{ message: `Only a comment says that ${mm} stays alive over this use. ${explained.why}`, withTrace: true }]
			: [],
};
