/** Text of others in Markdown: nothing that stands in a source file may become a mark, a link or an element. */

/** Writes a text so that Markdown shows it as it is. Line ends become blanks. */
export function escapeText(text: string): string {
	return oneLine(text).replace(/[\\`*[\]<>|~@&]|(?<!\w)_|_(?!\w)|:(?=\/\/)|(?<=www)\./gi, (mark) => `\\${mark}`);
}

/** Keeps the first character of a line from making a list or a heading of it. */
function escapeStart(markdown: string): string {
	return markdown.replace(/^(\d*)(?=[#+=.)-])/, "$1\\");
}

/** Writes a text as code, in a row of a table too. */
export function code(text: string): string {
	const content = oneLine(text).replaceAll("|", "\\|");
	const fence = "`".repeat(1 + Math.max(0, ...[...content.matchAll(/`+/g)].map(([run]) => run.length)));
	const padding = content.startsWith("`") || content.endsWith("`") || content === "" ? " " : "";
	return `${fence}${padding}${content}${padding}${fence}`;
}

/** Writes a link. `shown` is Markdown already. */
export function linkTo(shown: string, url: string): string {
	return `[${shown}](${url.replace(/[\s()<>\\]/g, (mark) => `%${(mark.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`)})`;
}

/** A word with a mark of C in it, with its arguments; or a place in a file. */
const CODE = /(?<place>(?<![\w./-])\w[\w./-]*\.[ch]:\d+)|[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*)*(?:\([^()]{0,80}\))?/g;

/** Writes a sentence of the checker: what is C becomes code, places become links, all else is escaped. */
export function prose(text: string, link: (file: string, line: number) => string): string {
	const sentence = oneLine(text).trim();
	let written = "";
	let done = 0;
	for (const match of sentence.matchAll(CODE)) {
		const [found] = match;
		const place = match.groups?.["place"];
		if (place === undefined && !/[_(]|->/.test(found)) continue;
		written += escapeText(sentence.slice(done, match.index));
		done = match.index + found.length;
		const colon = found.lastIndexOf(":");
		written += place === undefined ? code(found) : linkTo(code(found), link(found.slice(0, colon), Number(found.slice(colon + 1))));
	}
	return escapeStart(written + escapeText(sentence.slice(done)));
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, " ");
}
