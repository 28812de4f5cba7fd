/** Fix: take away an ignore comment, or those of its rules, that silence nothing. */

import { findComments, wordsOf } from "../facts/comments.ts";
import { lineStartsOf } from "../facts/lines.ts";
import { IGNORE_FORM } from "../kernel/guarantees.ts";
import { lineEnd, offsetAt, replaceBetween } from "./layout.ts";
import type { OwnerDraft, OwnerFixMaker } from "./owner-draft.ts";

/** The edits that leave a comment out: with its line where it stands alone. */
export const dropIgnore: OwnerFixMaker = ({ text }, { file, line, column }): readonly OwnerDraft[] => {
	const source = text(file);
	if (source === undefined) return [];
	const at = offsetAt(source, line, column);
	const comment = findComments(source, lineStartsOf(source)).find(({ start }) => start === at);
	if (!comment) return [];
	const written = source.slice(comment.start, comment.end);
	const [form] = wordsOf(written).matchAll(IGNORE_FORM);
	/* another comment's words are not ours to delete */
	if (form?.index !== 0) return [];
	const rules = (form[1] ?? "").split(",").map((rule) => rule.trim());
	const lineAt = source.lastIndexOf("\n", comment.start) + 1;
	const end = lineEnd(source, comment.end);
	const isAlone = source.slice(lineAt, comment.start).trim() === "" && source.slice(comment.end, end).trim() === "";
	const blanks = /[ \t]*$/.exec(source.slice(lineAt, comment.start))?.[0].length ?? 0;
	const next = source.indexOf("\n", end) + 1 || source.length;
	const whole = isAlone
		? replaceBetween(source, file, lineAt, next, "")
		: replaceBetween(source, file, comment.start - blanks, comment.end, "");
	const fix = { id: "drop-ignore", applicability: "safe", preferred: true } as const;
	const drop: OwnerDraft = { ...fix, title: "Delete the comment: it silences nothing", edits: [whole] };
	if (rules.length < 2) return [drop];
	const open = comment.start + written.indexOf("(");
	const close = comment.start + written.indexOf(")");
	const without = rules.map((rule): OwnerDraft => {
		const left = rules.filter((other) => other !== rule).join(", ");
		const edits = [replaceBetween(source, file, open + 1, close, left)];
		return { ...fix, title: `Leave ${rule} out of the comment: it silences none`, edits };
	});
	return [drop, ...without];
};
