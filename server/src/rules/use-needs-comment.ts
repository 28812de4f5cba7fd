import type { UseRule } from "./rule.ts";

/** Right without a reference, for a reason that nobody wrote down. */
export const useNeedsComment: UseRule = {
	id: "use-needs-comment",
	severity: "warning",
	match: ({ mm }, explained) =>
		explained.verdict === "uncommented"
			? [
					{
						message: `${mm} is borrowed without an mm_users reference, and no comment says why it stays alive. ${explained.why} Write it above the use.`,
						withTrace: false,
					},
				]
			: [],
};
