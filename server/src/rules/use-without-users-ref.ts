import type { UseRule } from "./rule.ts";

/** The page tables can go while they are used: the model found the interleaving. */
export const useWithoutUsersRef: UseRule = {
	id: "use-without-users-ref",
	severity: "error",
	match: ({ mm, call }, explained) =>
		explained.verdict === "exposed"
			? [
					{
						message: explained.early
							? `${call}() borrows ${mm}, whose page tables are not kept until the use ends. ${explained.why} Hold mm_users over the whole use: mmput() only after it.`
							: `${call}() borrows ${mm} while nothing keeps its page tables. ${explained.why} Hold mm_users over the use: mmget_not_zero() before it, mmput() after.`,
						withTrace: true,
					},
				]
			: [],
};
