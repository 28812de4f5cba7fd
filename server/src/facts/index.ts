/** The facts of one C file, from its syntax tree. */

import { commentsOfFunction, findComments } from "./comments.ts";
import { readDirectives } from "./directives.ts";
import type { FileText, Items } from "./items.ts";
import { invocationFacts, readItems } from "./items.ts";
import { lineAt, lineStartsOf } from "./lines.ts";
import type { Parse } from "./macros.ts";
import { readMacros, readSnippets } from "./macros.ts";
import { mergeInto } from "./merge.ts";
import { unmarked } from "./source.ts";
import type { ParsedText } from "./tree.ts";
import type { FileFacts } from "./types.ts";
import { readNodes } from "./walk.ts";

export type { NamedCall } from "./calls.ts";
export { callsInBody, callsInExpr, callsInFacts } from "./calls.ts";
export { includeAt } from "./directives.ts";
export type { Parse } from "./macros.ts";
export {
	copyOf,
	type Pieces,
	type PiecesInput,
	piecesOf,
	type Span,
	TextPieces,
	type WordPostings,
	type WordRole,
	wholeFacts,
} from "./pieces.ts";
export type { ParsedText, ParseFailure, SyntaxTree } from "./tree.ts";

/**
 * The facts of a file. `parse` turns macro bodies into trees, which are freed again; the tree in `parsed` stays the caller's.
 * Never throws; what was not understood is in `holes`.
 */
export function extractFacts(parsed: ParsedText, parse: Parse): FileFacts {
	const { text, normalised } = parsed;
	const lineStarts = lineStartsOf(text);
	const comments = findComments(text, lineStarts);
	const { definitions, includes } = readDirectives(text, comments);
	const file: FileText = { text, normalised, marks: parsed.marks ?? unmarked, comments, lineStarts };
	const items = readItems(readNodes(parsed.tree, normalised), file);
	const alternates = parsed.alternates ?? [];
	const merge = mergeInto(items);
	const texts = layAlternates(normalised, alternates);
	for (const [index, alternate] of alternates.entries()) {
		const other = texts[index] ?? normalised;
		merge(readItems(readNodes(alternate.tree, other), { ...file, normalised: other, marks: alternate.marks ?? unmarked }));
	}
	addInvocations(items, file, parse);
	return {
		includes,
		macros: readMacros(definitions, { lineStarts, parse, commentsIn: (start, end) => commentsOfFunction(comments, text, start, end) }),
		structs: items.structs,
		typedefs: items.typedefs,
		prototypes: items.prototypes,
		variables: items.variables,
		functions: items.functions,
		holes: [...items.holes, ...(parsed.unread ?? []).map(({ at, why }) => ({ line: lineAt(lineStarts, at), why }))],
	};
}

/**
 * For each alternate the text that its tree was made from, with the rest of the file around it. Alternates of different parts share a
 * text, so that a file with many of them is not copied for each.
 */
function layAlternates(normalised: string, alternates: NonNullable<ParsedText["alternates"]>): string[] {
	const layers: { end: number; pieces: string[] }[] = [];
	const layerOf = alternates.map(({ start, end, text }) => {
		let index = layers.findIndex((layer) => layer.end <= start);
		if (index < 0) index = layers.push({ end: 0, pieces: [] }) - 1;
		const layer = layers[index];
		if (layer !== undefined) {
			layer.pieces.push(normalised.slice(layer.end, start), text);
			layer.end = end;
		}
		return index;
	});
	const texts = layers.map(({ end, pieces }) => pieces.join("") + normalised.slice(end));
	return layerOf.map((index) => texts[index] ?? normalised);
}

/** Reads macro invocations at file level that the parser took for declarations. */
function addInvocations(items: Items, file: FileText, parse: Parse): void {
	const { text, lineStarts } = file;
	const snippets = items.invocations.map(({ start, end }) => {
		const lead = /^(?:(?:static|extern)\s+)?/.exec(text.slice(start, end))?.[0].length ?? 0;
		return { text: text.slice(start + lead, end).replace(/;\s*$/, ""), shift: lead };
	});
	readSnippets(snippets, parse).forEach(({ expr }, index) => {
		const { start, end } = items.invocations[index] ?? { start: 0, end: 0 };
		const facts = expr === undefined ? undefined : invocationFacts(expr, start, end, text.startsWith("static", start), lineStarts);
		if (facts !== undefined) items.variables.push(facts);
	});
}
