/** Silences a finding, once somebody has written a reason in the place of the placeholder. */

import type { FixMaker } from "./draft.ts";
import { appendComment, endsComment, insertComment } from "./lay-comment.ts";
import type { OwnerFixMaker } from "./owner-draft.ts";

/** An ignore comment with a placeholder for its reason: above the finding, or behind a field whose own comment stands above. */
export const silence: FixMaker = (context, finding) =>
	silenceOwner(context, finding).map((draft) => ({ ...draft, wanted: context.explained.verdict }));

/** The same for a finding that is about no use. */
export const silenceOwner: OwnerFixMaker = ({ text }, { rule, file, line, column }) => {
	const source = text(file);
	if (source === undefined) return [];
	const words = `mm-lifetime: ignore(${rule}) <reason>`;
	/* a comment in between would take the place of the one above */
	const isComment = column === 1 && endsComment(source, line - 1);
	const edit = isComment ? appendComment(source, file, line, words) : insertComment(source, file, line, words);
	if (!edit) return [];
	return [
		{
			id: `silence:${rule}`,
			title: `Silence ${rule} here: the reason is left to write`,
			applicability: "placeholder",
			preferred: false,
			edits: [edit],
		},
	];
};
