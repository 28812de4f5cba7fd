/** Macro bodies: parsed with their parameters open, many in one go. */

import type { Definition } from "./directives.ts";
import { readExpr } from "./expressions.ts";
import { placeOf } from "./lines.ts";
import type { Source } from "./source.ts";
import { meaningful, unmarked } from "./source.ts";
import { readBlock } from "./statements.ts";
import type { NodeId, ParsedText, ParseFailure } from "./tree.ts";
import { none } from "./tree.ts";
import type { CommentFacts, Expr, MacroFacts, Stmt } from "./types.ts";
import { readNodes } from "./walk.ts";

/** Turns a text into a tree. The tree is freed after use when it has a `delete`. */
export type Parse = (text: string) => ParsedText | ParseFailure;

/** A piece of C to be parsed by itself. Positions in what comes out count from `shift` before its first character. */
export interface Snippet {
	readonly text: string;
	readonly shift: number;
}

/** What a piece of C turned out to be. */
export interface Understood {
	readonly expr?: Expr;
	readonly body?: readonly Stmt[];
}

/** Longest body that is parsed. */
const longestBody = 4000;

/** What macros are read with. */
export interface MacroReading {
	readonly lineStarts: Int32Array;
	readonly parse: Parse;
	/** Comments between two offsets of the file, relative to the first. */
	readonly commentsIn: (start: number, end: number) => readonly CommentFacts[];
}

/** The macros of a file. */
export function readMacros(definitions: readonly Definition[], { lineStarts, parse, commentsIn }: MacroReading): MacroFacts[] {
	const worth = definitions.map((definition) => isWorthParsing(definition));
	const snippets: Snippet[] = [];
	definitions.forEach((definition, index) => {
		if (worth[index]) snippets.push({ text: definition.body, shift: definition.bodyStart - definition.start });
	});
	const results = readSnippets(snippets, parse);
	let next = 0;
	return definitions.map((definition, index) => {
		const comments = commentsIn(definition.start, definition.end).filter((comment) => comment.at >= 0);
		const understood = worth[index] ? (results[next++] ?? {}) : simpleBody(definition);
		return {
			name: definition.name,
			...(definition.params === undefined ? {} : { params: definition.params }),
			...placeOf(lineStarts, definition.start, definition.end),
			...understood,
			text: squeeze(definition.body).slice(0, longestBody),
			...(comments.length > 0 ? { comments } : {}),
		};
	});
}

/** A number or a single name needs no parser. */
function simpleBody(definition: Definition): Understood {
	const lead = definition.body.length - definition.body.trimStart().length;
	const body = definition.body.trim();
	const at = definition.bodyStart - definition.start + lead;
	if (/^[A-Za-z_]\w*$/.test(body)) return { expr: { e: "name", name: body, at } };
	if (/^(?:0[xX][\da-fA-F]+|\d+)[uUlL]*$/.test(body)) return { expr: { e: "literal", text: body, at } };
	return {};
}

/** Only bodies that can hold a call or reach into an object are parsed. */
function isWorthParsing({ body, params }: Definition): boolean {
	if (body.length > longestBody || /^\s*(?:__attribute__|asm\b|__asm)/.test(body)) return false;
	if (body.includes("->") || /[\w)]\s*\(|\(\s*&|^\s*&/.test(body)) return isBalanced(body);
	return params !== undefined && /[(.=]/.test(body) && /[A-Za-z_]/.test(body) && isBalanced(body);
}

const literalOrBracket = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|["'()[\]{}]/g;

/** Whether brackets match and quotes are closed, so that a body cannot swallow what stands behind it. */
function isBalanced(body: string): boolean {
	const open: string[] = [];
	for (const [token] of body.matchAll(literalOrBracket)) {
		if (token === "(") open.push(")");
		else if (token === "[") open.push("]");
		else if (token === "{") open.push("}");
		else if (token === ")" || token === "]" || token === "}") {
			if (open.pop() !== token) return false;
		} else if (token.length === 1) return false;
	}
	return open.length === 0;
}

const literalOrBlanks = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|\s+/g;

/** One blank for each run of blanks outside literals. */
function squeeze(body: string): string {
	return body.replace(literalOrBlanks, (token) => (/^\s/.test(token) ? " " : token)).trim();
}

const pasteOrQuote = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|,\s*##|\s*##\s*|#\s*(?=[A-Za-z_])/g;

/** `#x` and `a ## b` as single identifiers of the same length; the text itself still says what was written. */
function withoutPasting(body: string): string {
	if (!body.includes("#")) return body;
	return body.replace(pasteOrQuote, (token) => {
		if (token.startsWith('"') || token.startsWith("'")) return token;
		return token.startsWith(",") ? `,${" ".repeat(token.length - 1)}` : "_".repeat(token.length);
	});
}

const shapes = {
	expression: { before: "void f(void) { return (", after: "); }\n" },
	statements: { before: "void f(void) { ", after: " ; }\n" },
} as const;
type Shape = keyof typeof shapes;

const statementStart = /^\s*(?:do|if|for|while|switch|return|goto|break|continue|static|struct|case)\b|^\s*\{|;\s*$|;[^()]*$/;

/** What each snippet is: an expression, else statements, else nothing. Takes two parses for all of them together. */
export function readSnippets(snippets: readonly Snippet[], parse: Parse): Understood[] {
	const results: Understood[] = snippets.map(() => ({}));
	const guess = snippets.map((snippet): Shape => (statementStart.test(snippet.text) ? "statements" : "expression"));
	let left = snippets.map((_, index) => index);
	for (const round of [0, 1]) {
		const jobs = left.map((index) => ({
			index,
			shape: round === 0 ? (guess[index] ?? "expression") : otherShape(guess[index] ?? "expression"),
		}));
		left = readTogether(snippets, jobs, parse, results);
		if (left.length === 0) break;
	}
	return results;
}

function otherShape(shape: Shape): Shape {
	return shape === "expression" ? "statements" : "expression";
}

/** Parses snippets one behind the other, each as a function of its own, and stores those that came out whole. Returns the others. */
function readTogether(
	snippets: readonly Snippet[],
	jobs: readonly { readonly index: number; readonly shape: Shape }[],
	parse: Parse,
	results: Understood[],
): number[] {
	const places = new Map<number, { index: number; shape: Shape; end: number }>();
	let text = "";
	let asWritten = "";
	for (const { index, shape } of jobs) {
		const { before, after } = shapes[shape];
		const snippet = snippets[index]?.text ?? "";
		const start = text.length;
		text += before + withoutPasting(snippet) + after;
		asWritten += before + snippet + after;
		places.set(start, { index, shape, end: text.length - 1 });
	}
	if (text === "") return [];
	const parsedText = parse(text);
	if ("failure" in parsedText) return [];
	const nodes = readNodes(parsedText.tree, parsedText.normalised);
	const whole = new Set<number>();
	const file: Source = {
		nodes,
		text: asWritten,
		normalised: parsedText.normalised,
		marks: parsedText.marks ?? unmarked,
		base: 0,
		nestedStruct: () => undefined,
		block: readBlock,
	};
	const root = 0;
	for (let node = nodes.first(root); node !== none; node = nodes.after(node, root)) {
		const place = places.get(nodes.start(node));
		if (place === undefined || nodes.type(node) !== "function_definition" || nodes.end(node) !== place.end || nodes.hasError(node))
			continue;
		const snippetStart = nodes.start(node) + shapes[place.shape].before.length;
		const base = snippetStart - (snippets[place.index]?.shift ?? 0);
		const understood = readWhole({ ...file, base }, node, place.shape);
		if (understood === undefined) continue;
		results[place.index] = understood;
		whole.add(place.index);
	}
	parsedText.delete?.();
	return jobs.filter((job) => !whole.has(job.index)).map((job) => job.index);
}

/** What stands in the function that was put around a snippet. */
function readWhole(source: Source, node: NodeId, shape: Shape): Understood | undefined {
	const { nodes } = source;
	const block = nodes.child(node, "compound_statement");
	if (block === none) return undefined;
	if (shape === "statements") {
		const body = readBlock(source, block, 0);
		return body.length === 0 ? undefined : { body };
	}
	const [statement, more] = meaningful(source, block);
	if (statement === undefined || more !== undefined || nodes.type(statement) !== "return_statement") return undefined;
	const [value] = meaningful(source, statement);
	if (value === undefined || nodes.type(value) !== "parenthesized_expression") return undefined;
	return { expr: readExpr(source, value, 0) };
}
