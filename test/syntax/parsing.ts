/** What tests ask of a parsed text: is it clean, which calls does it hold, which functions. */

import { expect } from "vitest";
import type { Node, ParsedFile, Syntax } from "../../server/src/syntax/index.ts";

/** Parses a text that no limit stops. */
export function parseFile(syntax: Syntax, text: string): ParsedFile {
	const parsed = syntax.parse(text);
	if ("failure" in parsed) throw new Error(parsed.why);
	return parsed;
}

function find(parsed: ParsedFile, type: string): Node[] {
	return [parsed.tree, ...parsed.alternates.map(({ tree }) => tree)].flatMap((tree) =>
		tree.rootNode.descendantsOfType(type).filter((node) => node !== null),
	);
}

/** Names of the functions called, in the order of the text, alternates last. */
export function listCalls(parsed: ParsedFile): string[] {
	return find(parsed, "call_expression").flatMap((node) => {
		const callee = node.childForFieldName("function");
		return callee?.type === "identifier" ? [parsed.text.slice(callee.startIndex, callee.endIndex)] : [];
	});
}

/** First line of each function's header as parsed, alternates last. */
export function listFunctions(parsed: ParsedFile): string[] {
	return find(parsed, "function_definition").map((node) => {
		const header = node.childForFieldName("declarator");
		return (header?.text ?? "").replace(/\s+/g, " ").trim();
	});
}

/** Expects that no tree of the file holds an error, and gives the file. */
export function expectClean(syntax: Syntax, text: string): ParsedFile {
	const parsed = parseFile(syntax, text);
	expect(parsed.normalised.length).toBe(text.length);
	expect(parsed.tree.rootNode.hasError, parsed.normalised).toBe(false);
	for (const { tree, text: other } of parsed.alternates) expect(tree.rootNode.hasError, other).toBe(false);
	return parsed;
}
