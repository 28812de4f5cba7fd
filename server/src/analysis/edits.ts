import type { TextEdit } from "./types.ts";

/**
 * Makes one edit of those that touch, so that no client has to know in which order edits at one place go. What is done stays the same.
 * @param edits none of which overlap; at one place those first in the list come first in the text
 * @returns edits by file, in the order of their places
 */
export function joinEdits(edits: readonly TextEdit[]): readonly TextEdit[] {
	const joined: TextEdit[] = [];
	for (const edit of [...edits].sort(byPlace)) {
		const last = joined.at(-1);
		if (last?.file === edit.file && last.endLine === edit.line && last.endColumn === edit.column)
			joined[joined.length - 1] = { ...last, endLine: edit.endLine, endColumn: edit.endColumn, newText: last.newText + edit.newText };
		else joined.push(edit);
	}
	return joined;
}

/** An insertion comes before a replacement that begins at the same place. */
function byPlace(a: TextEdit, b: TextEdit): number {
	if (a.file !== b.file) return a.file < b.file ? -1 : 1;
	return a.line - b.line || a.column - b.column || a.endLine - b.endLine || a.endColumn - b.endColumn;
}
