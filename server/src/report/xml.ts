/** Text of others in XML and HTML: nothing that stands in a source file may become an element, an attribute or a trick on the eye. */

const MARKS: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Characters that XML forbids, that cannot be seen, or that turn the direction of writing: they are shown by their number. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\ufffe\uffff]/gu;

/** Writes a text so that it may stand between tags and in quoted attributes. Runs of blanks become one. */
export function escapeXml(text: string): string {
	return showUnseen(text.replace(/\s+/g, " ")).replace(/[&<>"']/g, (mark) => MARKS[mark] ?? mark);
}

/** Shows characters that nobody would see as `\u{202e}`. */
export function showUnseen(text: string): string {
	return text.replace(UNSEEN, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}
