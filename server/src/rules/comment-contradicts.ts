import type { UseRule } from "./rule.ts";

/** A comment on the field or at the use says the opposite of what the code does. */
export const commentContradicts: UseRule = {
	id: "comment-contradicts",
	severity: "warning",
	match: ({ mm, call }, explained) =>
		explained.contradictions.map((comment) => ({
			message: `This comment says "${comment.text.length > 120 ? `${comment.text.slice(0, 117)}…` : comment.text}", but ${call}(${mm}) borrows the mm that it speaks of. Either the comment or the code is wrong: mend the one that is.`,
			at: { file: comment.file, line: comment.line },
			withTrace: false,
		})),
};
