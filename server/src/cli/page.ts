import type { Paint } from "./paint.ts";

/** Turns a Markdown page into text for a terminal: code set in, headings bold, links as their text and address. */
export function formatPage(page: string, paint: Paint): string {
	const lines: string[] = [];
	let inCode = false;
	for (const line of page.replaceAll("\r\n", "\n").trimEnd().split("\n")) {
		if (/^```/.test(line)) {
			inCode = !inCode;
		} else if (inCode) lines.push(`    ${line}`.trimEnd());
		else if (/^#+ /.test(line)) lines.push(paint.bold(formatWords(line.replace(/^#+ /, ""))));
		else lines.push(formatWords(line));
	}
	return `${lines.join("\n")}\n`;
}

/** Returns what a rule is about: the first sentence of its page, without the severity that it begins with. */
export function readSummary(page: string): string {
	const paragraph = page
		.replaceAll("\r\n", "\n")
		.split(/\n{2,}/)
		.find((part) => part.trim() !== "" && !part.startsWith("#"));
	const text = formatWords((paragraph ?? "").replace(/\s+/g, " ").trim()).replace(/^(Error|Warning|Information)\.\s*/, "");
	return /^.*?[.](?=\s|$)/.exec(text)?.[0] ?? text;
}

function formatWords(line: string): string {
	return line
		.replace(/\[([^\]]+)\]\((https?:[^)]+)\)/g, "$1 <$2>")
		.replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
		.replace(/\*\*([^*]+)\*\*/g, "$1")
		.replace(/`([^`]+)`/g, "$1");
}
